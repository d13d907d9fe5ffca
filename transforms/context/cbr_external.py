"""What both workbooks of the Bank of Russia on external trade share: dollars, and a balance that must come out."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from transforms.banking import workbook
from transforms.banking.workbook import Sheet
from transforms.context.points import Point, Points, sums
from transforms.model import Payload, ReadError
from transforms.units import parse_number

FLOWS = ("export", "import", "balance")
_UNIT = re.compile(r"млн\.?\s*(?:долл(?:аров|\.)?(?:\s*США)?|\$)", re.I)


def found(payload: Payload, name: str, first: Callable[[Sheet], int | None]) -> tuple[Sheet, int] | None:
    """The sheet of that name and the row that `first` finds in it; None if the bytes have no such sheet or row."""
    sheets = workbook.open_workbook(payload) if workbook.is_workbook(payload) else ()
    sheet = next((sheet for sheet in sheets if sheet.name == name), None)
    row = None if sheet is None else first(sheet)
    return None if sheet is None or row is None else (sheet, row)


def opened(payload: Payload, name: str, first: Callable[[Sheet], int | None], what: str) -> tuple[Sheet, int]:
    """The same of a workbook that has them, in millions of dollars. Raises ReadError `no_header`, `unknown_unit`."""
    if (made := found(payload, name, first)) is None:
        raise ReadError("no_header", expected=f"sheet {name} with {what}", got="none", where=payload.name)
    refuse_other_units(*made)
    return made


def take_goods(
    points: Points, rows: Sequence[Mapping[str, Any]], basis: str, freq: str
) -> None:  # fmt: skip
    """Put exports, imports and their balance of each row (with its name, place and `end`) among the points, or leave
    them out where one is missing or they do not come out. Rows without any figure are not out yet."""
    told = {entry.row for entry in points.set_aside}
    rows = [row for row in rows if row["row"] not in told and any(row[flow] is not None for flow in FLOWS)]
    wrong = points.judge(rows, sums("cbr_external"))
    for row in rows:
        if missing := [flow for flow in FLOWS if row[flow] is None]:
            points.leave(row["row"], "sum_mismatch", f"expected {', '.join(FLOWS)}, got no {missing[0]}", row["where"])
        elif row["row"] not in wrong:
            for flow in FLOWS:
                points.found.append(Point(f"goods.{flow}", row["end"], row[flow], means(flow, "GOODS", basis, freq)))


def refuse_other_units(sheet: Sheet, above: int) -> None:
    """Raise ReadError `unknown_unit` unless the rows above the figures say millions of dollars."""
    words = " ".join(workbook.text(cell) for row in sheet.rows[:above] for cell in row)
    if not _UNIT.search(words):
        raise ReadError("unknown_unit", expected="million US dollars", got=words[:200], where=f"sheet {sheet.name!r}")


def number(sheet: Sheet, row: int, column: int) -> Decimal | None:
    """The number of a cell, None for an empty one or a sign of nothing."""
    cell = sheet.rows[row][column] if column < len(sheet.rows[row]) else ""
    if cell == "" or (isinstance(cell, str) and workbook.text(cell) in ("", "-", "–", "…", "...")):
        return None
    if isinstance(cell, str):
        return parse_number(workbook.text(cell), sheet.where(row, column), decimal_comma=True)
    return workbook.number(cell, sheet.where(row, column), decimals=None)


def clear_number(sheet: Sheet, row: int, column: int, label: str, points: Points) -> Decimal | None:
    """As `number`, but a cell that is no number is set aside in `points` as `label`."""
    try:
        return number(sheet, row, column)
    except ReadError as error:
        points.leave(label, error.code, f"expected {error.expected}, got {error.got}", error.where)
        return None


def means(flow: str, product: str, basis: str, freq: str) -> dict[str, Any]:
    """Dimensions of a series of external_balance, and how its figures are printed."""
    return {
        "dataset": "external_balance",
        "ref_area": "RUS",
        "counterpart_area": "WORLD",
        "flow": flow,
        "product_code": product,
        "measure": "value",
        "basis": basis,
        "freq": freq,
        "currency": "USD",
        "unit": "USD",
        "factor": 1_000_000,
    }
