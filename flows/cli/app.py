"""The command line: `portvault COMMAND --help` explains each."""

from __future__ import annotations

import os
import sys
from importlib.metadata import version
from typing import Annotated

import typer

from flows.cli import asking, operating, output, running

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Chinese customs and Russian banking-stability figures, in a DuckDB warehouse that never loses one.",
)
for group in (running, asking, operating):
    group.register(app)


def _tell_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"portvault {version('portvault')}")
        raise typer.Exit


@app.callback()
def options(
    told: Annotated[
        bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="Say the version and end.")
    ] = False,
) -> None:
    pass


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


if __name__ == "__main__":
    main()
