"""Minimum ratios and buffers that the Bank of Russia asks of banks, by day: the facts of capital_requirements.yaml."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from transforms import yaml_file

BUFFERS = ("conservation", "countercyclical")
"""Those that all banks hold; the surcharge for systemic importance is of the banks on the list."""


@cache
def _book() -> Mapping[str, Any]:
    return dict(yaml_file.load(Path(__file__).with_name("capital_requirements.yaml")))


def _in_force(steps: Sequence[Mapping[str, Any]], end: date) -> float | None:
    """The step of a day; None before the first, and where its size is not known."""
    found = [step["percent"] for step in steps if step["since"] <= end]
    return None if not found or found[-1] is None else float(found[-1])


def ratios() -> tuple[str, ...]:
    """The ratios that have a minimum."""
    return tuple(_book()["minima"])


def minimum(ratio: str, end: date) -> float | None:
    """Least ratio in percent on a day, without buffers; None before the first that is known."""
    return _in_force(_book()["minima"][ratio], end)


def buffers(bank: str, end: date) -> float | None:
    """Percentage points that a bank (BANK_1481) holds above the minima of capital; None where one is not known."""
    held = [_in_force(_book()[name], end) for name in BUFFERS]
    held.append(_in_force(_book()["systemic"], end) if _systemic(bank.removeprefix("BANK_"), end) else 0.0)
    return None if None in held else sum(part for part in held if part is not None)


def _systemic(number: str, end: date) -> bool:
    since = _book()["systemic_banks_since"].get(number)
    return number in _book()["systemic_banks"] or (since is not None and since <= end)
