"""Russia's trade in goods by month, trade.xls of the Bank of Russia: million dollars, f.o.b., from 1997 on.

Sheet Ежемесячные: a row a month, the year and the month's short name first, headings of several rows above. Totals of
exports, imports and the balance are found by their headings; a month in which they do not come out is set aside. The
workbook is overwritten and says no day: the day of fetch is the vintage. Source: Bank of Russia, cbr.ru.
"""

from __future__ import annotations

from transforms.banking import workbook
from transforms.banking.workbook import Sheet
from transforms.context import cbr_external as shared
from transforms.context.points import Points, reading_of
from transforms.model import Payload, ReadError, Reading
from transforms.periods import MONTHS_RU, month_end

PRODUCT, SOURCE, EXTENSION = "cbr_external.goods_trade", "cbr_external", "xls"
SUITE = "balance_of_payments"
SHEET = "Ежемесячные"
FLOWS = {"экспорт": "export", "импорт": "import", "сальдо": "balance"}
SHORT = {name[:3]: number for name, number in MONTHS_RU.items()}


def recognise(payload: Payload) -> bool:
    return shared.found(payload, SHEET, _first) is not None


def read(payload: Payload) -> Reading:
    """Totals of every month. Raises ReadError `no_header`, `unknown_unit`, `no_value`."""
    sheet, first = shared.opened(payload, SHEET, _first, "months below its headings")
    columns = _columns(sheet, first)
    points, rows, year = Points(), [], None
    for index in range(first, len(sheet.rows)):
        row = sheet.rows[index]
        month = _month(row[1]) if len(row) > 1 else None
        if month is None:
            continue  # a note below the figures
        year = _year(row[0]) or (year if row[0] == "" and month > 1 else None)
        if year is None:
            raise ReadError("bad_period", expected="a year", got=repr(row[0]), where=sheet.where(index, 0))
        end = month_end(year, month)
        name = f"{end:%Y-%m}"
        found = {flow: shared.clear_number(sheet, index, at, name, points) for flow, at in columns.items()}
        rows.append({"row": name, "where": sheet.where(index), "end": end, **found})
    shared.take_goods(points, rows, "month", "M")
    return reading_of(PRODUCT, points, title="Trade in goods of Russia", language="ru", where=payload.name)


def _first(sheet: Sheet) -> int | None:
    """Index of the first row of a month."""
    rows = enumerate(sheet.rows[:20])
    return next((i for i, row in rows if len(row) > 2 and _year(row[0]) and _month(row[1])), None)


def _year(cell: object) -> int | None:
    try:
        year = int(float(str(cell)))
    except ValueError:
        return None
    return year if 1990 < year < 2100 and float(str(cell)) == year else None


def _month(cell: object) -> int | None:
    return SHORT.get(workbook.text(cell).casefold()[:3]) if isinstance(cell, str) else None


def _columns(sheet: Sheet, first: int) -> dict[str, int]:
    """Columns of the totals: the first below the heading of each flow, whose own heading is no growth."""
    found: dict[str, int] = {}
    for column in range(2, max(len(row) for row in sheet.rows[: first + 1])):
        words = workbook.heading(sheet, column, range(first)).casefold()
        flow = next((flow for word, flow in FLOWS.items() if word in words), None)
        if flow and flow not in found:
            if "%" in words:
                break
            found[flow] = column
    if len(found) != len(FLOWS):
        raise ReadError("no_header", expected="headings of exports, imports and their balance", got=str(found),
                        where=f"sheet {sheet.name!r}")  # fmt: skip
    return found
