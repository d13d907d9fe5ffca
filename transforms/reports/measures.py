"""What reports state, as measures.yaml has it; apart from their reader, whose libraries few runs need."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from transforms import yaml_file


@cache
def measures() -> dict[str, dict[str, dict[str, str]]]:
    """What is counted -> unit -> indicator, kind, definition."""
    return dict(yaml_file.load(Path(__file__).with_suffix(".yaml")))
