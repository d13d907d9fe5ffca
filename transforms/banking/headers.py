"""Headers of periods in the Bank of Russia's workbooks: found by content, months without a gap."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from transforms.banking.days import DATE, month, reporting_date
from transforms.banking.labels import unmarked
from transforms.banking.workbook import Sheet, cell_name, text
from transforms.model import ReadError
from transforms.periods import shift_months

PERIOD_KINDS = {"reporting_date": reporting_date, "month": month}
HEADER_ROWS = 12
"""Rows in which the periods must stand: titles and empty rows above them are few."""


@dataclass(frozen=True)
class Header:
    row: int  # index of the row with the periods
    title: str  # all text above it, blanks collapsed
    period_ends: Sequence[date]
    columns: Sequence[int]  # of the periods, as many
    others: Mapping[int, str]  # columns under other words, which somebody has added: column -> heading


def stated_date(sheet: Sheet, above: range) -> date:
    """End of the period that the one reporting date in the texts of the rows `above` stands for."""
    words = [word for index in above for cell in sheet.rows[index] if (word := text(cell))]
    found = {said for word in words for said in DATE.findall(word)}
    end = reporting_date(found.pop()) if len(found) == 1 else None
    if end is None:
        raise ReadError("bad_period", expected="one date, the first of a month, above the figures", got=str(words),
                        where=f"sheet {sheet.name!r}")  # fmt: skip
    return end


def has_periods(sheet: Sheet, kind: str) -> bool:
    """Is there a period beside column A in the rows where a header stands?"""
    return any(PERIOD_KINDS[kind](cell) for row in sheet.rows[:HEADER_ROWS] for cell in row[1:])


def find_header(sheet: Sheet, kind: str, corner: str | None = "", first: int = 1) -> Header:
    """The row whose cells from column `first` on are all periods, `corner` (None: anything) in column A; no gaps.

    Raises ReadError `no_header`, `bad_period` or `period_gap`.
    """
    parse = PERIOD_KINDS[kind]
    found = (
        i
        for i, row in enumerate(sheet.rows[:HEADER_ROWS])
        if len(row) > first
        and any(parse(cell) for cell in row[first:])
        and corner in (None, text(row[0]), unmarked(text(row[0])))
    )
    index = next(found, None)
    if index is None:
        shape = f"a row with {corner!r} in column A and a {kind.replace('_', ' ')} in column {cell_name(0, first)[:-1]}"
        heads = [text(cell) for row in sheet.rows[:4] for cell in row[:3] if text(cell)]
        raise ReadError("no_header", expected=shape, got=f"none in the first {HEADER_ROWS} rows, which begin {heads}",
                        where=f"sheet {sheet.name!r}")  # fmt: skip
    above = [text(cell) for line in sheet.rows[:index] for cell in line]
    return header_of(sheet, index, kind, first, " ".join(part for part in above if part))


def header_of(sheet: Sheet, index: int, kind: str, first: int, title: str = "") -> Header:
    """Periods of the cells of row `index` from column `first` on. Raises ReadError `bad_period` or `period_gap`.

    A column under words without a number is somebody's own; one under nothing must be empty, which its cells tell.
    """
    parse, row = PERIOD_KINDS[kind], sheet.rows[index]
    ends: list[date] = []
    columns: list[int] = []
    others: dict[int, str] = {}
    for column in range(first, len(row)):
        where = sheet.where(index, column)
        end = parse(row[column])
        if end is None and row[column] != "":
            if not (words := text(row[column])) or re.search(r"\d", words):
                raise ReadError("bad_period", expected=f"a {kind.replace('_', ' ')}", got=repr(row[column]),
                                where=where)  # fmt: skip
            others[column] = words
        if end is None:
            continue
        if ends and end != shift_months(ends[-1], 1):
            expected = f"the month after {ends[-1]}"
            if between := [at for at in others if at > columns[-1]]:
                raise ReadError("bad_period", expected=expected, got=repr(others[between[0]]),
                                where=sheet.where(index, between[0]))  # fmt: skip
            raise ReadError("period_gap", expected=expected, got=str(end), where=where)
        ends.append(end)
        columns.append(column)
    return Header(index, title, ends, columns, others)
