"""A row of a customs table: its label, its place, and its figures by the role of their column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from transforms.model import ReadError


@dataclass(frozen=True)
class Row:
    label: str  # as printed, without indent and "of which:"
    indent: int
    of_which: bool
    where: str
    figures: Mapping[str, Decimal | None]  # by role
    unit: str = ""  # of quantity, where the table has such a column
    fault: ReadError | None = None  # the first cell that cannot be read; `figures` has None in its place
    hidden: frozenset[str] = frozenset()  # roles whose cell prints ####: there is a figure, but nobody can read it
