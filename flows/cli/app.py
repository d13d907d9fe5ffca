"""The command line: `portvault COMMAND --help` explains each."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
import typer.core

from flows.cli import arguments, operating, output
from flows.cli.output import Json

if TYPE_CHECKING:
    from flows.run.engine import Request
    from flows.run.report import Report
    from flows.settings import Settings

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Chinese customs and Russian banking-stability figures, in a DuckDB warehouse that never loses one.",
)


def main() -> None:
    """Entry point; a failure that was foreseen is one clear line, never a traceback."""
    os.environ.setdefault("DO_NOT_TRACK", "1")
    os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
    os.environ.setdefault("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", "120")
    os.environ.setdefault("PREFECT_LOGGING_LEVEL", "CRITICAL")
    try:
        app()
    except BrokenPipeError:  # whoever read our output has seen enough
        sys.exit(0)
    except OSError as error:  # a disk that is full, read-only or gone
        output.err.print(f"portvault: {error}. What is published stands.", markup=False, highlight=False)
        sys.exit(1)
    except _database_error() as error:  # a publication that is damaged, or that another version built
        told = str(error).splitlines()[0].rstrip(".!")
        advice = "`portvault run` builds the publication again."
        output.err.print(f"portvault: {told}. {advice}", markup=False, highlight=False)
        sys.exit(1)


def _database_error() -> type[Exception]:
    from duckdb import Error  # late: asked for only when something was raised

    return Error


@app.command()
def run(
    source: Annotated[list[str] | None, typer.Option(help="Ask only this source; repeat for more.")] = None,
    offline: Annotated[
        bool, typer.Option("--offline", help="Ask no publisher; use history and archive alone.")
    ] = False,
    full: Annotated[bool, typer.Option("--full", help="Read every archived release again and rebuild.")] = False,
    as_json: Json = False,
) -> None:
    """Ask the publishers what is new, read and check it, and publish the warehouse.

    A publisher that cannot be reached is reported and the run goes on with what the archive holds. Nothing new means
    nothing to do. The published file is replaced in one step and only after its checks.

    Exit codes: 0 done or nothing to do, 1 failed and nothing published, 2 wrong usage, 3 published but some releases
    were quarantined, 4 held for approval, 5 another run is writing.
    """
    from flows.run.engine import Request

    settings = arguments.settings(offline=offline)
    arguments.known_sources(source or [])
    _finish(_run(settings, Request(sources=tuple(source or ()), full=full), as_json), as_json)


class _Ingest(typer.core.TyperCommand):
    """`ingest`, whose help lists the options that products declare."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        self.epilog = "Options of products (--option NAME=VALUE): " + "\n\n".join(["", *arguments.told_options()])
        super().format_help(ctx, formatter)


@app.command(cls=_Ingest)
def ingest(
    files: Annotated[list[Path], typer.Argument(help="Pages, workbooks, XML or CSV files fetched by hand.")],
    product: Annotated[str | None, typer.Option(help="What it is, when its content does not say so.")] = None,
    published: Annotated[
        str | None, typer.Option(help="Day it became public, YYYY-MM-DD; the vintage of its figures.")
    ] = None,
    option: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=VALUE",
            help="What a product wants to be told and its file does not say (listed below); repeat.",
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what each file is and what it would load; write nothing.")
    ] = False,
    flow: Annotated[
        str | None, typer.Option(help="import or export: needed for downloads of the online query, which do not say.")
    ] = None,
    columns: Annotated[
        str | None, typer.Option(help="Columns of an online-query download that came without its header, in order.")
    ] = None,
    measure: Annotated[
        str | None,
        typer.Option(help="Currency of a table of the data service, as its /measures names it."),
    ] = None,
    names: Annotated[
        Path | None,
        typer.Option(help="Answer of the data service's /datasetsEx that names the ids of an answer of /dataEx."),
    ] = None,
    publication: Annotated[
        str | None, typer.Option(help="Publication that /dataEx was asked for, as /publications names it.")
    ] = None,
    period: Annotated[
        str | None, typer.Option(help="Last month, YYYY-MM, of the quarter of a form 102 whose name does not say it.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Archive files fetched by hand, then run on them. The way in when a site blocks.

    The product is recognised by what the file contains, not by its name. A file that cannot be read with certainty goes
    to quarantine with its reason (exit 3) and harms nothing else.
    """
    from flows.run.engine import Request

    settings = arguments.settings(offline=True)
    day = arguments.past(settings, published, "--published") if published else None
    if folders := [str(path) for path in files if path.is_dir()]:
        arguments.usage(f"a folder is no file: {', '.join(folders)}; name the files in it")
    missing = [str(path) for path in [*files, *([names] if names else [])] if not path.is_file()]
    if missing:
        arguments.usage(f"no such file: {', '.join(missing)}")
    if product:
        arguments.known_product(product)
    if flow not in (None, "import", "export"):
        arguments.usage(f"--flow is import or export, not {flow}")
    if period and not re.fullmatch(r"\d{4}-(0[369]|12)", period):
        arguments.usage(f"--period is the last month of a quarter, such as 2012-12, not {period}")
    said = {"flow": flow, "columns": columns, "measure": measure, "period": period, "publication": publication,
            "names": names.read_text("utf-8", "replace") if names else None}  # fmt: skip
    options = arguments.pairs(option or [], "--option")
    arguments.known_options(options)
    options |= {name: value for name, value in said.items() if value}
    if dry_run:
        from flows.run.dry_run import dry_run as look_only

        typer.echo(json.dumps(look_only(settings, files, product=product, published=day, options=options), default=str,
                              ensure_ascii=False, indent=1))  # fmt: skip
        return
    request = Request(files=tuple(files), product=product, published=day, options=options)
    _finish(_run(settings, request, as_json), as_json)


@app.command()
def backfill(
    first: Annotated[str, typer.Option("--from", metavar="YYYY-MM", help="First month.")],
    last: Annotated[str, typer.Option("--to", metavar="YYYY-MM", help="Last month.")],
    source: Annotated[list[str] | None, typer.Option(help="Ask only this source; repeat for more.")] = None,
    as_json: Json = False,
) -> None:
    """Fetch and load past releases, politely, and say which are still missing and why.

    What is archived already is not fetched again, so it can be stopped and resumed.
    """
    from flows.run import freshness as states
    from flows.run.engine import Request

    since, until = arguments.month(first, "--from"), arguments.month(last, "--to")
    if since > until:
        arguments.usage(f"--from {first} is after --to {last}")
    arguments.known_sources(source or [])
    settings = arguments.settings()
    if since > (now := f"{settings.clock():%Y-%m}"):
        arguments.usage(f"--from {first} is still to come: it is {now}")
    request = Request(sources=tuple(source or ()), since=since, until=until)
    report = _run(settings, request, as_json)
    _finish(report, as_json, gaps=states.gaps(settings, since, until, source or []))


@app.command()
def status(
    product: Annotated[str | None, typer.Option(help="The periods of this product, one by one.")] = None,
    as_json: Json = False,
) -> None:
    """Per product: how far the warehouse reaches, what is expected next, and why something is missing."""
    from flows.cli.advice import advice
    from flows.run import freshness as states

    if product:
        arguments.known_product(product)
        rows = states.periods(arguments.settings(), product)
        output.show(rows, as_json, dict.fromkeys(("period", "state", "reason")))
    else:
        columns = {"product": None, "last_period": "last", "expected_period": "next", "state": None, "reason": None}
        settings = arguments.settings()
        rows = states.current(settings)
        output.show(rows, as_json, columns)
        for line in [] if as_json else (*states.answers(settings), "", *advice(settings, rows)):
            output.out.print(line, highlight=False, markup=False)


@app.command()
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


@app.command()
def approve(run_id: Annotated[str, typer.Argument(metavar="RUN", help="Run id of the held candidate.")]) -> None:
    """Publish a held candidate: its revisions or losses are right."""
    from flows.run import approval

    settings, held = arguments.deciding_on(run_id)
    _finish(approval.approve(settings, held), False)


@app.command()
def reject(run_id: Annotated[str, typer.Argument(metavar="RUN", help="Run id of the held candidate.")]) -> None:
    """Drop a held candidate and leave out the releases that brought it; their bytes stay in the archive."""
    from flows.run import approval

    settings, held = arguments.deciding_on(run_id)
    _finish(approval.reject(settings, held), False)


@app.command()
def confirm(
    figure_id: Annotated[str, typer.Argument(metavar="ID", help="figure_id of a row of ops.unread_figure.")],
    figure: Annotated[
        list[str],
        typer.Option(
            metavar="NAME=VALUE",
            help="What the number is: indicator, segment, as_of, kind, originator, definition, value, unit; repeat.",
        ),
    ],
    who: Annotated[str, typer.Option(help="Who has looked at it.")],
    why: Annotated[str, typer.Option(help="What makes it certain.")],
) -> None:
    """Make a stated figure of a number that no reader was certain of; `portvault run` then publishes it.

    Who and why are kept with it. Nothing is learnt from it: the next such sentence is looked at again.
    """
    from flows.run.confirm import NotConfirmed
    from flows.run.confirm import confirm as kept

    settings = arguments.settings(offline=True)
    try:
        snapshot = kept(settings, figure_id, arguments.pairs(figure, "--figure"), who, why)
    except NotConfirmed as error:
        arguments.usage(str(error))
    typer.echo(f"kept as {snapshot.release_id}; `portvault run` publishes it")


@app.command()
def publish(
    rollback: Annotated[bool, typer.Option("--rollback", help="Go back to a kept publication.")] = False,
    run_id: Annotated[str | None, typer.Option("--run", help="Run id; the one before the present if left out.")] = None,
    as_json: Json = False,
) -> None:
    """List the publications kept for roll-back, or go back to one.

    After a roll-back, runs publish again only when there is something else to build from: a new release, a correction,
    a mended reader.
    """
    from flows.run import rollback as kept
    from warehouse.publish import read_manifest

    settings = arguments.settings()
    arguments.something(settings)
    present = read_manifest(settings.warehouse)
    rows: list[dict[str, Any]] = [
        {**vars(manifest), "present": bool(present and manifest.run_id == present.run_id)}
        for manifest in kept.kept(settings)
    ]
    if run_id and run_id not in (there := [row["run_id"] for row in rows]):
        arguments.usage(f"no kept publication {run_id}; there are: {', '.join(there) or 'none'}")
    if rollback:
        _finish(kept.rollback(settings, run_id), as_json)
    output.show(rows, as_json, {"run_id": "run", "published_at": "published", "size": "bytes", "present": None})


@app.command()
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


@app.command()
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


@app.command()
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


operating.register(app)


def _run(settings: Settings, request: Request, as_json: bool) -> Report:
    """One run in the eyes of whoever watches: a bar in the terminal, Prefect where its server is named."""
    from flows.cli.summary import Bar
    from flows.prefect_address import named
    from flows.run import engine
    from flows.run.progress import Progress, watch

    quiet = as_json or settings.log == "json"
    watch(progress := Progress() if quiet else Bar())
    with progress:
        if not request.files and (named() or settings.task_runner != "threads"):
            from flows.pipeline import run_seen

            return run_seen(settings, request)
        return engine.run(settings, request)


def _finish(done: Report, as_json: bool, **more: Any) -> None:
    """Print the summary of a run and leave with its exit code."""
    report = done.facts() | more
    if as_json:
        typer.echo(json.dumps(report, default=str, ensure_ascii=False, indent=1))
    else:
        from flows.cli.summary import summarise

        summarise(report, output.out)
    sys.stdout.flush()
    raise typer.Exit(report["exit_code"])


if __name__ == "__main__":
    main()
