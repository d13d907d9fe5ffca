"""The command line: `portvault COMMAND --help` explains each."""

from __future__ import annotations

import json
import os
import re
import sys
import tomllib
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from flows.settings import Settings

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Chinese customs and Russian banking-stability figures, in a DuckDB warehouse that never loses one.",
)
out = Console()
err = Console(stderr=True)

PROSE = ("reason", "found", "advice")
ROOM = 50
"""Columns that prose wants beside the rest of a table; with fewer it goes below its row."""
MANY_COLUMNS = 240
COLOURS = {"published": "green", "good": "green", "late": "red", "bad": "red", "blocked": "yellow",
           "unreachable": "yellow", "quarantined": "yellow", "due": "cyan"}  # fmt: skip

Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]


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
        err.print(f"portvault: {error}. What is published stands.", markup=False, highlight=False)
        sys.exit(1)
    except _database_error() as error:  # a publication that is damaged, or that another version built
        told = str(error).splitlines()[0].rstrip(".!")
        err.print(f"portvault: {told}. `portvault run` builds the publication again.", markup=False, highlight=False)
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
    from flows import run as once

    settings = _settings(offline=offline)
    _known_sources(source or [])
    _finish(once.run(settings, source or [], full=full, show=not as_json), as_json)


@app.command()
def ingest(
    files: Annotated[list[Path], typer.Argument(help="Pages, workbooks, XML or CSV files fetched by hand.")],
    product: Annotated[str | None, typer.Option(help="What it is, when its content does not say so.")] = None,
    published: Annotated[
        str | None, typer.Option(help="Day it became public, YYYY-MM-DD; the vintage of its figures.")
    ] = None,
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
    period: Annotated[
        str | None, typer.Option(help="Last month, YYYY-MM, of the quarter of a form 102 whose name does not say it.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Archive files fetched by hand, then run on them. The way in when a site blocks.

    The product is recognised by what the file contains, not by its name. A file that cannot be read with certainty goes
    to quarantine with its reason (exit 3) and harms nothing else.
    """
    from flows import run as once
    from flows.ingest import ingest_files

    settings = _settings(offline=True)
    day = _past(settings, published, "--published") if published else None
    if folders := [str(path) for path in files if path.is_dir()]:
        _usage(f"a folder is no file: {', '.join(folders)}; name the files in it")
    missing = [str(path) for path in files if not path.is_file()]
    if missing:
        _usage(f"no such file: {', '.join(missing)}")
    if product:
        _known_product(product)
    if flow not in (None, "import", "export"):
        _usage(f"--flow is import or export, not {flow}")
    if period and not re.fullmatch(r"\d{4}-(0[369]|12)", period):
        _usage(f"--period is the last month of a quarter, such as 2012-12, not {period}")
    said = {"flow": flow, "columns": columns, "measure": measure, "period": period}
    options = {name: value for name, value in said.items() if value}
    refused = ingest_files(settings, files, product=product, published=day, options=options)
    _finish(once.run(settings, [], refused=refused, show=not as_json), as_json)


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
    from flows import run as once
    from flows import status as states

    since, until = _month(first, "--from"), _month(last, "--to")
    if since > until:
        _usage(f"--from {first} is after --to {last}")
    _known_sources(source or [])
    settings = _settings()
    if since > (now := f"{settings.clock():%Y-%m}"):
        _usage(f"--from {first} is still to come: it is {now}")
    report = once.run(settings, source or [], show=not as_json, since=since, until=until)
    _finish(report | {"gaps": states.gaps(settings, since, until, source or [])}, as_json)


@app.command()
def status(
    product: Annotated[str | None, typer.Option(help="The periods of this product, one by one.")] = None,
    as_json: Json = False,
) -> None:
    """Per product: how far the warehouse reaches, what is expected next, and why something is missing."""
    from flows import status as states
    from flows.advice import advice

    if product:
        _known_product(product)
        rows = states.periods(_settings(), product)
        _show(rows, as_json, dict.fromkeys(("period", "state", "reason")))
    else:
        columns = {"product": None, "last_period": "last", "expected_period": "next", "state": None, "reason": None}
        settings = _settings()
        rows = states.current(settings)
        _show(rows, as_json, columns)
        for line in [] if as_json else (*states.answers(settings), "", *advice(settings, rows)):
            out.print(line, highlight=False, markup=False)


@app.command()
def diff(
    run_id: Annotated[str | None, typer.Argument(metavar="[RUN]", help="Run id; the newest if left out.")] = None,
    as_json: Json = False,
) -> None:
    """What a run added, revised (by how much) and lost."""
    from flows import runs

    settings = _settings()
    _something(settings)
    report = runs.load(settings, run_id)
    if report is None:
        _usage(f"no run {run_id} below {settings.runs}" if run_id else f"no run yet below {settings.runs}")
    if as_json:
        typer.echo(json.dumps(report, ensure_ascii=False, indent=1))
        return
    typer.echo((settings.runs / f"{report['run_id']}.md").read_text("utf-8"))


@app.command()
def approve(run_id: Annotated[str, typer.Argument(metavar="RUN", help="Run id of the held candidate.")]) -> None:
    """Publish a held candidate: its revisions or losses are right."""
    from flows import decide

    _finish(decide.approve(_deciding_on(run_id), run_id), False)


@app.command()
def reject(run_id: Annotated[str, typer.Argument(metavar="RUN", help="Run id of the held candidate.")]) -> None:
    """Drop a held candidate and leave out the releases that brought it; their bytes stay in the archive."""
    from flows import decide

    _finish(decide.reject(_deciding_on(run_id), run_id), False)


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
    from flows import rollback as kept

    settings = _settings()
    _something(settings)
    rows = [vars(manifest) for manifest in kept.kept(settings)]
    if run_id and run_id not in (there := [row["run_id"] for row in rows]):
        _usage(f"no kept publication {run_id}; there are: {', '.join(there) or 'none'}")
    if rollback:
        _finish(kept.rollback(settings, run_id), as_json)
    _show(rows, as_json, {"run_id": "run", "published_at": "published", "size": "bytes"})


@app.command()
def bulletin(
    as_of: Annotated[str | None, typer.Option(help="Day to look from, YYYY-MM-DD; today if left out.")] = None,
    format: Annotated[str, typer.Option(help="html, md, json, or several separated by commas.")] = "html,md,json",
    as_json: Json = False,
) -> None:
    """Write the briefing of a day from what was public then, with the release behind every number.

    Needs a publication; asks nobody. The files go to the folder bulletin/ below PORTVAULT_HOME.
    """
    from flows import outputs
    from warehouse.bulletin import FORMATS

    formats = [name.strip() for name in format.split(",")]
    if unknown := [name for name in formats if name not in FORMATS]:
        _usage(f"--format knows {', '.join(FORMATS)}, not {', '.join(unknown)}")
    settings = _settings()
    day = _past(settings, as_of, "--as-of") if as_of else None
    if not settings.warehouse.exists():
        _usage(f"there is no publication at {settings.warehouse}; run `portvault run` first")
    try:
        paths = outputs.write_bulletin(settings, day, formats)
    except (LookupError, outputs.OtherTables) as error:
        err.print(f"portvault: {error}", markup=False, highlight=False)
        raise typer.Exit(1) from None
    if as_json:
        typer.echo(json.dumps([str(path) for path in paths]))
    else:
        for path in paths:
            out.print(str(path), soft_wrap=True, highlight=False)


@app.command()
def sql(
    query: Annotated[str, typer.Argument(help="One SELECT; macros such as trade_total_as_of(DATE '2025-12-08') work.")],
    format: Annotated[str, typer.Option(help="table, csv or json.")] = "table",
    as_json: Json = False,
    limit: Annotated[int, typer.Option(min=1, help="Most rows to print.")] = 1000,
) -> None:
    """Query the publication, read-only: no files, no extensions, no writes."""
    from flows import sql as query_publication

    if format not in ("table", "csv", "json"):
        _usage(f"--format is table, csv or json, not {format}")
    raise typer.Exit(query_publication.show(_settings(), query, "json" if as_json else format, limit, out, err))


@app.command()
def doctor(as_json: Json = False) -> None:
    """Check the environment, the publication, the lock and the sources, and say what to do about each finding."""
    from flows import doctor as examine

    findings = examine.examine(_settings())
    _show([vars(finding) for finding in findings], as_json, dict.fromkeys(("check", "state", "found", "advice")))
    raise typer.Exit(1 if any(finding.state == "bad" for finding in findings) else 0)


@app.command()
def serve() -> None:
    """Register the schedules of prefect.yaml and run them on this machine until stopped.

    Uses the Prefect server of PREFECT_API_URL, or else the one at Prefect's default address (http://127.0.0.1:4200),
    which it starts if it is not there and stops when it ends.
    """
    from flows import serve as schedules
    from flows.server import ServerFailed

    try:
        schedules.serve(_settings(), lambda text: err.print(text, highlight=False, markup=False, soft_wrap=True))
    except ServerFailed as failure:
        err.print(f"portvault: {failure}", highlight=False, markup=False)
        raise typer.Exit(1) from None


def _settings(**given: Any) -> Settings:
    from pydantic import ValidationError
    from pydantic_settings import SettingsError

    try:
        return Settings(**{name: value for name, value in given.items() if value})
    except ValidationError as error:
        details = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        _usage(f"settings (PORTVAULT_* or portvault.toml): {details}")
    except SettingsError as error:  # quotes the name alone: an alert address holds passwords
        _usage(f"settings: {error}; lists are JSON, such as PORTVAULT_ALERT_URLS='[\"mailto://...\"]'")
    except tomllib.TOMLDecodeError as error:
        _usage(f"portvault.toml: {error}")


def _something(settings: Settings) -> None:
    """Commands that only read make no folder: where there is none, nothing was ever run."""
    if not settings.root.is_dir():
        _usage(f"there is nothing at {settings.root} yet; run `portvault run` first, or set PORTVAULT_HOME")


def _deciding_on(run_id: str) -> Settings:
    """The settings, if the candidate of `run_id` is held."""
    from flows import stages

    settings = _settings()
    held = stages.held(settings)
    there = held["manifest"]["run_id"] if held else ""
    if run_id != there:
        _usage(f"run {run_id} is not held; {f'run {there} is' if there else 'nothing is'}")
    return settings


def _known_product(name: str) -> None:
    from transforms.products import all_products

    if name not in all_products():
        _usage(f"unknown product {name}; there are: {', '.join(all_products())}")


def _known_sources(names: list[str]) -> None:
    from flows.sources import SOURCES

    if unknown := [name for name in names if name not in SOURCES]:
        _usage(f"unknown source {', '.join(unknown)}; there are: {', '.join(SOURCES)}")


def _month(text: str, option: str) -> str:
    try:
        return f"{datetime.strptime(text, '%Y-%m'):%Y-%m}"
    except ValueError:
        _usage(f"{option} wants a month such as 2025-11, not {text}")


def _day(text: str, option: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        _usage(f"{option} wants a day such as 2025-12-08, not {text}")


def _past(settings: Settings, text: str, option: str) -> date:
    """A day that has begun somewhere: China is ahead of the clock in UTC."""
    day = _day(text, option)
    if day > settings.clock().date() + timedelta(days=1):
        _usage(f"{option} {text} is still to come: it is {settings.clock():%Y-%m-%d}")
    return day


def _usage(message: str) -> NoReturn:
    err.print(f"[red]portvault:[/red] {escape(message)}", highlight=False)
    raise typer.Exit(2)


def _show(rows: list[dict[str, Any]], as_json: bool, columns: dict[str, str | None]) -> None:
    """Print rows; `columns` maps keys to headings. Only PROSE wraps, so that names can be copied."""
    if as_json:
        typer.echo(json.dumps(rows, default=str, ensure_ascii=False, indent=1))
        return
    shown = out if out.is_terminal else Console(width=MANY_COLUMNS)  # a file or pipe has no edge to wrap at
    texts = [{key: str(row.get(key) if row.get(key) is not None else "") for key in columns} for row in rows]
    short = [key for key in columns if key not in PROSE]
    taken = sum(max([len(columns[key] or key), *(len(text[key]) + 1 for text in texts)]) for key in short)
    beside = shown.width - taken >= ROOM
    table = Table(header_style="bold", box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for key in columns if beside else short:
        table.add_column(columns[key] or key, no_wrap=key in short)
    for text in texts:
        cells = {key: escape(value) for key, value in text.items()}
        if colour := COLOURS.get(text.get("state", "")):
            cells["state"] = f"[{colour}]{cells['state']}[/]"
        table.add_row(*[cells[key] for key in (columns if beside else short)])
    shown.print(table)
    for text in [] if beside else texts:
        if prose := ". ".join(text[key] for key in columns if key in PROSE and text[key]):
            shown.print(f"{text[short[0]]}: {prose}", highlight=False, markup=False)


def _finish(report: dict[str, Any], as_json: bool) -> None:
    """Print the summary of a run and leave with its exit code."""
    if as_json:
        typer.echo(json.dumps(report, default=str, ensure_ascii=False, indent=1))
    else:
        from flows.summary import summarise

        summarise(report, out)
    sys.stdout.flush()
    raise typer.Exit(report["exit_code"])


if __name__ == "__main__":
    main()
