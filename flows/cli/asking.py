"""Commands that read what is published and change nothing in it: states, differences, bulletins, queries, agents."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from flows.cli import arguments, output
from flows.cli.output import Json


def register(app: typer.Typer) -> None:
    """Give the command line these commands, in this order."""
    for command in (status, diff, bulletin, sql, mcp):
        app.command()(command)


def status(
    product: Annotated[str | None, typer.Option(help="The periods of this product, one by one.")] = None,
    as_json: Json = False,
) -> None:
    """Per product: how far the warehouse reaches, what is expected next, and why something is missing."""
    from flows.cli.advice import advice
    from flows.run import due_periods
    from flows.run import freshness as states

    if product:
        arguments.known_product(product)
        rows = due_periods.periods(arguments.settings(), product)
        output.show(rows, as_json, dict.fromkeys(("period", "state", "reason")))
    else:
        columns = {"product": None, "last_period": "last", "expected_period": "next", "state": None, "reason": None}
        settings = arguments.settings()
        rows = states.current(settings)
        output.show(rows, as_json, columns)
        for line in [] if as_json else (*states.answers(settings), "", *advice(settings, rows)):
            output.out.print(line, highlight=False, markup=False)


def diff(
    run_id: Annotated[
        str | None, typer.Argument(metavar="[RUN]", help="Run id; the newest that did something if left out.")
    ] = None,
    as_json: Json = False,
) -> None:
    """What a run added, revised (by how much) and lost."""
    from flows.run import report_files

    settings = arguments.settings()
    arguments.something(settings)
    report = report_files.load(settings, run_id) if run_id else report_files.changed(settings)
    if report is None:
        arguments.usage(f"no run {run_id} below {settings.runs}" if run_id else f"no run yet below {settings.runs}")
    if as_json:
        typer.echo(json.dumps(report, ensure_ascii=False, indent=1))
        return
    typer.echo((settings.runs / f"{report['run_id']}.md").read_text("utf-8"))


def bulletin(
    as_of: Annotated[str | None, typer.Option(help="Day to look from, YYYY-MM-DD; today if left out.")] = None,
    format: Annotated[str, typer.Option(help="html, md, json, or several separated by commas.")] = "html,md,json",
    as_json: Json = False,
) -> None:
    """Write the briefing of a day from what was public then, with the release behind every number.

    Needs a publication; asks nobody. The files go to the folder bulletin/ below PORTVAULT_HOME.
    """
    from flows.run import derived_files
    from warehouse.bulletin import FORMATS

    formats = [name.strip() for name in format.split(",")]
    if unknown := [name for name in formats if name not in FORMATS]:
        arguments.usage(f"--format knows {', '.join(FORMATS)}, not {', '.join(unknown)}")
    settings = arguments.settings()
    day = arguments.past(settings, as_of, "--as-of") if as_of else None
    if not settings.warehouse.exists():
        arguments.usage(f"there is no publication at {settings.warehouse}; run `portvault run` first")
    try:
        paths = derived_files.write_bulletin(settings, day, formats)
    except (LookupError, derived_files.OtherTables) as error:
        output.err.print(f"portvault: {error}", markup=False, highlight=False)
        raise typer.Exit(1) from None
    if as_json:
        typer.echo(json.dumps([str(path) for path in paths]))
    else:
        for path in paths:
            output.out.print(str(path), soft_wrap=True, highlight=False)


def sql(
    query: Annotated[str, typer.Argument(help="One SELECT; macros such as trade_total_as_of(DATE '2025-12-08') work.")],
    format: Annotated[str, typer.Option(help="table, csv or json.")] = "table",
    as_json: Json = False,
    limit: Annotated[int, typer.Option(min=1, help="Most rows to print.")] = 1000,
) -> None:
    """Query the publication, read-only: no files, no extensions, no writes."""
    from flows.cli import sql as query_publication

    if format not in ("table", "csv", "json"):
        arguments.usage(f"--format is table, csv or json, not {format}")
    settings, format = arguments.settings(), "json" if as_json else format
    raise typer.Exit(query_publication.show(settings, query, format, limit, output.out, output.err))


def mcp(
    http: Annotated[
        int | None, typer.Option("--http", min=1, max=65535, help="Port on 127.0.0.1; without it stdio.")
    ] = None,
) -> None:
    """Answer agents over the Model Context Protocol, read-only. Every answer has its sources.

    On standard input and output, as desktop clients start it, or over HTTP on this machine at /mcp.
    """
    from flows.cli import agents

    try:
        agents.serve(arguments.settings().warehouse, http)
    except FileNotFoundError as error:
        arguments.usage(str(error))
