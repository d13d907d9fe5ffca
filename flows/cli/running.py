"""Commands that end in a publication: visit, ingest, backfill, decide on a held candidate, go back."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
import typer.core

from flows.cli import arguments, output
from flows.cli.output import Json

if TYPE_CHECKING:
    from flows.run.engine import Request
    from flows.run.report import Report
    from flows.settings import Settings


class _Ingest(typer.core.TyperCommand):
    """`ingest`, whose help lists the options that products declare."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        self.epilog = "Options of products (--option NAME=VALUE): " + "\n\n".join(["", *arguments.told_options()])
        super().format_help(ctx, formatter)


def register(app: typer.Typer) -> None:
    """Give the command line these commands, in this order."""
    app.command()(run)
    app.command(cls=_Ingest)(ingest)
    for command in (backfill, approve, reject, confirm, publish):
        app.command()(command)


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
    explain: Annotated[
        bool,
        typer.Option(
            "--explain", help="With --dry-run: say of each number of a report which words made it what it is."
        ),
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
    if explain and not dry_run:
        arguments.usage("--explain tells what a dry run reads: give --dry-run, too")
    if dry_run:
        options |= {"explain": "yes"} if explain else {}
        from flows.run.dry_run import dry_run as look_only

        typer.echo(json.dumps(look_only(settings, files, product=product, published=day, options=options), default=str,
                              ensure_ascii=False, indent=1))  # fmt: skip
        return
    request = Request(files=tuple(files), product=product, published=day, options=options)
    _finish(_run(settings, request, as_json), as_json)


def backfill(
    first: Annotated[str, typer.Option("--from", metavar="YYYY-MM", help="First month.")],
    last: Annotated[str, typer.Option("--to", metavar="YYYY-MM", help="Last month.")],
    source: Annotated[list[str] | None, typer.Option(help="Ask only this source; repeat for more.")] = None,
    as_json: Json = False,
) -> None:
    """Fetch and load past releases, politely, and say which are still missing and why.

    What is archived already is not fetched again, so it can be stopped and resumed.
    """
    from flows.run.due_periods import gaps
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
    _finish(report, as_json, gaps=gaps(settings, since, until, source or []))


def approve(run_id: Annotated[str, typer.Argument(metavar="RUN", help="Run id of the held candidate.")]) -> None:
    """Publish a held candidate: its revisions or losses are right."""
    from flows.run import approval

    settings, held = arguments.deciding_on(run_id)
    _finish(approval.approve(settings, held), False)


def reject(run_id: Annotated[str, typer.Argument(metavar="RUN", help="Run id of the held candidate.")]) -> None:
    """Drop a held candidate and leave out the releases that brought it; their bytes stay in the archive."""
    from flows.run import approval

    settings, held = arguments.deciding_on(run_id)
    _finish(approval.reject(settings, held), False)


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


def _run(settings: Settings, request: Request, as_json: bool) -> Report:
    """One run in the eyes of whoever watches: a bar in the terminal, Prefect where its server is named."""
    from flows.cli.summary import Bar
    from flows.prefect_address import named
    from flows.run import engine, second
    from flows.run.progress import Progress, watch

    quiet = as_json or settings.log == "json"
    watch(progress := Progress() if quiet else Bar())
    with progress:
        if not request.files and (named() or settings.task_runner != "threads"):
            from flows.pipeline import run_seen

            return run_seen(settings, request)
        with second.allowed():
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
