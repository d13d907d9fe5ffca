"""Commands of whoever operates Portvault: what is well and what is not, figures, schedules, upgrades, new sources."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from flows.cli import arguments, output
from flows.cli.output import Json


def register(app: typer.Typer) -> None:
    """Give the command line these commands, in this order."""
    for command in (doctor, health, metrics, upgrade, new, deploy, serve):
        app.command()(command)


def doctor(as_json: Json = False) -> None:
    """Check the environment, the publication, the lock and the sources, and say what to do about each finding."""
    from flows.cli import doctor as examine

    findings = examine.examine(arguments.settings())
    output.show([vars(finding) for finding in findings], as_json, dict.fromkeys(("check", "state", "found", "advice")))
    raise typer.Exit(1 if any(finding.state == "bad" for finding in findings) else 0)


def health(as_json: Json = False) -> None:
    """Say in a second whether all is well: exit code 0, or 1 with what is not. For monitors; `doctor` looks closer."""
    from flows.run import metrics

    settings = arguments.settings()
    found = metrics.health(settings)
    if as_json:
        typer.echo(json.dumps({"healthy": found.healthy, "problems": found.problems}, ensure_ascii=False))
    else:
        for problem in found.problems or ("healthy",):
            output.out.print(problem, highlight=False, markup=False, soft_wrap=True)
    raise typer.Exit(0 if found.healthy else 1)


def metrics() -> None:
    """Print figures about the operation in the OpenMetrics text format."""
    from flows.run import metrics as operation

    typer.echo(operation.text(arguments.settings()), nl=False)


def upgrade(
    check: Annotated[bool, typer.Option("--check", help="Say what the next run will do with this home.")] = True,
    as_json: Json = False,
) -> None:
    """Say which version made the publication and what the next run of this one will do. Changes nothing."""
    from flows.run.takeover import check as examine

    settings = arguments.settings()
    arguments.something(settings)
    rows = [vars(finding) for finding in examine(settings)]
    output.show(rows, as_json, dict.fromkeys(("what", "found", "advice")))


def new(
    what: Annotated[str, typer.Argument(help="source")],
    name: Annotated[str, typer.Argument(help="Id of the source: lower-case letters, digits and _.")],
    publisher: Annotated[str, typer.Option(help="Who publishes.")],
    url: Annotated[str, typer.Option(help="Base address of the site.")],
    terms: Annotated[str, typer.Option(help="What the figures may be used for.")] = "not known; ask the publisher",
) -> None:
    """Write the files of a new source with one monthly table, for developers of Portvault.

    Call it in the project's folder; CONTRIBUTING.md says what to change in them.
    """
    from flows.cli.scaffold import CannotScaffold, new_source

    if what != "source":
        arguments.usage(f"new makes a source, not {what}")
    try:
        paths = new_source(Path.cwd(), name, publisher, url, terms)
    except CannotScaffold as error:
        arguments.usage(str(error))
    for path in paths:
        output.out.print(str(path), highlight=False, soft_wrap=True)


def deploy(
    pool: Annotated[str, typer.Option(help="Work pool; made if it is not there.")] = "portvault",
    type: Annotated[str, typer.Option(help="Type of a pool that is made: process, docker, kubernetes ...")] = "process",
    printed: Annotated[bool, typer.Option("--print", help="Print prefect.yaml and register nothing.")] = False,
) -> None:
    """Register the schedules of the sources with a work pool of the Prefect server, for its workers to run.

    Workers run the flow of their own installation. The server is that of PREFECT_API_URL or of the active profile.
    """
    from flows.prefect_address import VARIABLE, named

    if printed:
        from flows.deployments import prefect_yaml

        typer.echo(prefect_yaml(), nl=False)
        return
    if not named():
        arguments.usage(f"no Prefect server is named; set {VARIABLE}")
    from flows import serving

    for name in serving.deploy(pool, type):
        output.out.print(name, highlight=False)
    output.out.print(f"Workers: prefect worker start --pool {pool}", highlight=False)


def serve() -> None:
    """Register the schedules of the sources and run them on this machine until stopped.

    Uses the Prefect server of PREFECT_API_URL, or else the one at Prefect's default address (http://127.0.0.1:4200),
    which it starts if it is not there and stops when it ends.
    """
    from flows import serving as schedules
    from flows.prefect_server import ServerFailed

    try:
        say = partial(output.err.print, highlight=False, markup=False, soft_wrap=True)
        schedules.serve(arguments.settings(), say)
    except ServerFailed as failure:
        output.err.print(f"portvault: {failure}", highlight=False, markup=False)
        raise typer.Exit(1) from None
