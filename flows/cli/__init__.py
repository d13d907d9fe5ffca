"""The command line: `portvault COMMAND --help` explains each command."""

from __future__ import annotations

from flows.cli.app import main

__all__ = ["main"]
