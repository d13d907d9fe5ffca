"""302-19: debt and overdue debt of small and medium enterprises in Russia, the table that ended on 1 January 2019.

Dates down the rows, twelve columns under a header of five rows with merged cells. Table: one row a period and currency;
`debt`, `overdue` of all enterprises and `debt_entrepreneurs`, `overdue_entrepreneurs` of the individual entrepreneurs
among them, in RUB (foreign currency and precious metals as their rouble equivalent).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from transforms import yaml_file
from transforms.banking import workbook
from transforms.banking.statistic import Figures, load_layout, reading
from transforms.banking.workbook import Sheet
from transforms.model import Payload, ReadError, Reading
from transforms.units import parse_unit

PRODUCT, SOURCE, EXTENSION = "cbr.sme_302_19", "cbr", "xlsx"
_YAML = Path(__file__).with_suffix(".yaml")
LAYOUT = load_layout(_YAML)


@cache
def _columns() -> dict[str, tuple[str, str]]:
    """Heading of a column -> (measure, currency)."""
    data = yaml_file.load(_YAML)["columns"]
    return {heading.casefold(): (measure, currency) for heading, (measure, currency) in data.items()}


def recognise(payload: Payload) -> bool:
    return workbook.first_title(payload).casefold() == LAYOUT.recognise.casefold()


def read(payload: Payload) -> Reading:
    """The one sheet, twelve columns. Raises ReadError with sheet, row and cell."""
    sheets = workbook.open_workbook(payload)
    if len(sheets) != 1:
        raise ReadError("unknown_sheet", expected="one sheet", got=str([s.name for s in sheets]), where=payload.name)
    sheet = sheets[0]
    top = next((i for i, row in enumerate(sheet.rows[:10]) if sheet.label(i) == LAYOUT.corner and len(row) > 1), None)
    first = next((i for i, row in enumerate(sheet.rows[:20]) if row and workbook.reporting_date(row[0])), None)
    if top is None or first is None:
        raise ReadError("no_header", expected=f"{LAYOUT.corner!r} above dates in column A", got="none",
                        where=f"sheet {sheet.name!r}")  # fmt: skip
    _check_unit(sheet, top)
    columns = _headings(sheet, range(top, first))
    figures = Figures()
    last = None
    for index in range(first, len(sheet.rows)):
        row = sheet.rows[index]
        if workbook.is_note(row):
            continue
        end = workbook.reporting_date(row[0])
        if end is None or (last is not None and end != workbook.before_next(last)):
            expected = "a reporting date" if last is None else f"the month after {last}"
            raise ReadError("bad_period", expected=expected, got=repr(row[0]), where=sheet.where(index, 0))
        last = end
        for column, key in columns.items():
            where = sheet.where(index, column)
            figures.put(key, "RUS", end, workbook.number(row[column], where, decimals=0), where)
    return reading(PRODUCT, LAYOUT, figures)


def _check_unit(sheet: Sheet, top: int) -> None:
    words = [sheet.label(i) for i in range(top) if sheet.label(i)]
    unit = parse_unit(words[-1], f"sheet {sheet.name!r}, above the header")
    expected = LAYOUT.measures["debt"].unit
    if (unit.base, unit.factor) != (expected.base, expected.factor):
        raise ReadError("unit_mismatch", expected="млн руб.", got=words[-1], where=f"sheet {sheet.name!r}")


def _headings(sheet: Sheet, header: range) -> dict[int, tuple[str, str]]:
    wanted = _columns()
    width = max(len(row) for row in sheet.rows)
    found: dict[int, tuple[str, str]] = {}
    for column in range(1, width):
        words = workbook.heading(sheet, column, header)
        if words.casefold() not in wanted:
            raise ReadError("unknown_heading", expected=f"one of {sorted(wanted)}", got=repr(words),
                            where=sheet.where(header.start, column))  # fmt: skip
        found[column] = wanted[words.casefold()]
    if sorted(found.values()) != sorted(wanted.values()):
        raise ReadError("missing_column", expected=f"{len(wanted)} columns", got=str(list(found.values())),
                        where=f"sheet {sheet.name!r}")  # fmt: skip
    return found
