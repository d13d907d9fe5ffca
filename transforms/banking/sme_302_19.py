"""302-19: debt and overdue debt of small and medium enterprises in Russia, the table that ended on 1 January 2019.

Dates down the rows, twelve columns under a header of five rows with merged cells. Table: one row a period and currency;
`debt`, `overdue` of all enterprises and `debt_entrepreneurs`, `overdue_entrepreneurs` of the individual entrepreneurs
among them, in RUB (foreign currency and precious metals as their rouble equivalent).
"""

from __future__ import annotations

from transforms.banking import workbook
from transforms.banking.days import reporting_date
from transforms.banking.figures import Figures
from transforms.banking.labels import unmarked
from transforms.banking.rows import body
from transforms.banking.statistic import Book, reading
from transforms.banking.workbook import Sheet
from transforms.model import Payload, ReadError, Reading
from transforms.periods import shift_months
from transforms.units import parse_unit

Layout = Book


def recognise(payload: Payload, layout: Layout) -> bool:
    return layout.recognise.casefold() in [unmarked(title).casefold() for title in workbook.titles(payload)]


def read(payload: Payload, layout: Layout) -> Reading:
    """The one sheet, twelve columns; a month that cannot be read is set aside. Raises ReadError with the cell."""
    sheet = workbook.only_sheet(payload)
    top = next((i for i, row in enumerate(sheet.rows[:10]) if sheet.label(i) == layout.corner and len(row) > 1), None)
    first = next((i for i, row in enumerate(sheet.rows[:20]) if row and reporting_date(row[0])), None)
    if top is None or first is None:
        raise ReadError("no_header", expected=f"{layout.corner!r} above dates in column A", got="none",
                        where=f"sheet {sheet.name!r}")  # fmt: skip
    _check_unit(sheet, top, layout)
    columns = _headings(sheet, range(top, first), layout)
    figures, months, last = Figures(), body(sheet, first, Figures()), None
    for index in months:
        row = sheet.rows[index]
        end = reporting_date(row[0])
        if end is None or (last is not None and end != shift_months(last, 1)):
            expected = "a reporting date" if last is None else f"the month after {last}"
            raise ReadError("bad_period", expected=expected, got=repr(row[0]), where=sheet.where(index, 0))
        last = end
        try:
            cells = [(key, workbook.number(row[column], sheet.where(index, column), decimals=0), column)
                     for column, key in columns.items()]  # fmt: skip
        except ReadError as error:
            if len(figures.aside) + 1 > layout.set_aside * len(months):
                raise
            figures.aside.append(error.aside(f"{end}"))
            continue
        for key, value, column in cells:
            figures.put(*key, "RUS", end, value, sheet.where(index, column))
    return reading(layout.product, layout, figures)


def _check_unit(sheet: Sheet, top: int, layout: Layout) -> None:
    words = [sheet.label(i) for i in range(top) if sheet.label(i)]
    where = f"sheet {sheet.name!r}, above the header"
    layout.measures["debt"].expect(parse_unit(words[-1], where), where)


def _headings(sheet: Sheet, header: range, layout: Layout) -> dict[int, tuple[str, str]]:
    wanted = {heading.casefold(): what for heading, what in layout.columns.items()}
    width = max(len(row) for row in sheet.rows)
    found: dict[int, tuple[str, str]] = {}
    for column in range(1, width):
        words = workbook.heading(sheet, column, header)
        if not words and all(row[column] == "" for row in sheet.rows if column < len(row)):
            continue
        if words.casefold() not in wanted:
            raise ReadError("unknown_heading", expected=f"one of {sorted(wanted)}", got=repr(words),
                            where=sheet.where(header.start, column))  # fmt: skip
        found[column] = wanted[words.casefold()]
    if sorted(found.values()) != sorted(wanted.values()):
        raise ReadError("missing_column", expected=f"{len(wanted)} columns", got=str(list(found.values())),
                        where=f"sheet {sheet.name!r}")  # fmt: skip
    return found
