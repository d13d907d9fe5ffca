"""The command line inside the test's own process: the same entry point, without eight seconds of imports a call.

What only a process can show (imports, kills, signals, file descriptors) asks for `portvault.process` and says why.
"""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import subprocess
import sys
import traceback
from collections.abc import Iterator, Mapping
from pathlib import Path
from unittest.mock import patch

from flows.cli import app
from flows.run import second
from flows.run.progress import Progress, watch


def copy_home(home: Path, to: Path) -> Path:
    """A copy of a home that all workers share, without its lock: another one may hold that at the moment."""
    return Path(shutil.copytree(home, to, ignore=shutil.ignore_patterns("portvault.lock", "portvault.json")))


def call(arguments: list[str], environment: Mapping[str, str], folder: Path) -> subprocess.CompletedProcess[str]:
    """What `portvault ARGUMENTS` prints and its exit code, run in `folder` with `environment`, without a second process:
    this one imports Great Expectations once, each of those would again."""
    out, err = io.StringIO(), io.StringIO()
    with (
        _prefect_of_this_environment(),
        patch.dict(os.environ, environment, clear=True),
        patch.object(sys, "argv", ["portvault", *arguments]),
        patch.object(second, "allowed", contextlib.nullcontext),
        contextlib.chdir(folder),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        _look_again()
        try:
            code: object = app.main()
        except SystemExit as leaving:
            code = leaving.code
        except Exception:  # noqa: BLE001 - what an interpreter does with it
            traceback.print_exc(file=err)
            code = 1
        finally:
            watch(Progress())
    return subprocess.CompletedProcess(arguments, code if isinstance(code, int) else 0, out.getvalue(), err.getvalue())


@contextlib.contextmanager
def _prefect_of_this_environment() -> Iterator[None]:
    """Prefect reads its settings when it is imported: afterwards it looks again at those of the test."""
    try:
        yield
    finally:
        _look_again()


def _look_again() -> None:
    if "prefect.context" in sys.modules:
        from prefect.context import refresh_global_settings_context

        refresh_global_settings_context()
