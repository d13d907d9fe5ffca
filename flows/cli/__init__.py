"""The command line: `portvault COMMAND --help` explains each command."""

from __future__ import annotations

import gc

from flows.run.second import COLLECT

gc.set_threshold(*COLLECT)  # before the imports, of which a tenth would be collecting what stays

from flows.cli.app import main  # noqa: E402

__all__ = ["main"]
