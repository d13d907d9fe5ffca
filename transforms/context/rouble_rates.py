"""Effective rates of the rouble: exchange_rate.xlsx of the Bank of Russia, changes of the indices by month since 2005.

The sheet of months has years and months across; below them blocks of rows, each under a heading: per cent of growth
against December of the year before, against the month before, and against the same period of last year. The third is
not read: the older pages of the bank count it from January on, and the workbook does not say. Growth against December
is the chain of the growth by month; a month in which it is not, within the rounding, is set aside. The workbook is
overwritten and says no day: the day of fetch is the vintage. Source: Bank of Russia, cbr.ru.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from transforms.banking import workbook
from transforms.banking.labels import plain, unmarked
from transforms.banking.workbook import Sheet
from transforms.context import cbr_external as shared
from transforms.context.points import Point, Points, layout, reading_of
from transforms.model import Payload, ReadError, Reading
from transforms.periods import MONTHS_RU, month_end

PRODUCT, SOURCE, EXTENSION = "cbr_external.rouble_rates", "cbr_external", "xlsx"
HEADING = "индексы обменного курса рубля"
SHORT = {name[:3]: number for name, number in MONTHS_RU.items()}
HEADER_ROWS = 15
"""The row of months is the third; a title of several lines may stand above."""
HALF = Decimal("0.0005")
"""Half of the place that is printed, one tenth of a per cent, as a part of one."""
_YEAR = re.compile(r"((?:19|20)\d\d)(?:\.0+)?(?: ?г(?:од|\.)?)?")
_MONTH = re.compile(r"([а-я]{3})[а-я]*\.?(?: ?((?:19|20)\d\d)(?: ?г\.?)?)?")
_OTHER_PERIOD = re.compile(
    r"(?:[1-4]|i{1,3}|iv) ?(?:кв|полугоди).*|(?:янв|фев|мар|апр|ма|июн|июл|авг|сен|окт|ноя|дек)\S*\s*[-–—].*"
)


def recognise(payload: Payload) -> bool:
    return workbook.is_workbook(payload) and _sheet(payload) is not None


def read(payload: Payload) -> Reading:
    """Growth of every index in every month. Raises ReadError `no_header`, `unknown_unit`, `bad_period`, `no_value`."""
    found = _sheet(payload)
    if found is None:
        raise ReadError(
            "no_header", expected="a sheet of months with blocks of indices", got="none", where=payload.name
        )
    points = Points()
    _blocks(*found, points)
    _leave_what_is_no_chain(points)
    return reading_of(PRODUCT, points, title="Effective rates of the rouble", language="ru", where=payload.name)


def _sheet(payload: Payload) -> tuple[Sheet, int] | None:
    """The sheet whose columns are months and whose rows are indices, and its row of months."""
    for sheet in workbook.open_workbook(payload):
        header = next(
            (i for i, row in enumerate(sheet.rows[:HEADER_ROWS]) if sum(map(bool, map(_month, row))) > 0), None
        )
        if header is not None and any(_heading(row) for row in sheet.rows[header:]):
            return sheet, header
    return None


def _blocks(sheet: Sheet, header: int, points: Points) -> None:
    columns = _columns(sheet, header)
    span: Mapping[str, Any] | None = None
    above, here = "", columns
    for index, row in enumerate(sheet.rows[header + 1 :], start=header + 1):
        words = _heading(row)
        if words:
            span, above, here = _span(words, sheet.where(index), points), "", columns
            continue
        if any(_other_period(cell) or _month(cell) for cell in row):
            here = _columns(sheet, index) if any(_month(cell) for cell in row) else {}
            continue  # a row of periods of its own
        label = _label(row)
        if span is None or not label:
            continue
        numbers = _numbers(sheet, index, here, label, points)
        if numbers:
            _row(label, above, span, numbers, points, sheet.where(index))
        else:
            above = label


def _row(
    label: str, above: str, span: Mapping[str, Any], numbers: Mapping[date, Decimal], points: Points, where: str
) -> None:
    means = _means(label) or _means(f"{above} {label}")
    if means is None:
        points.leave(label, "unknown_row", "expected a nominal or real rate of the rouble, effective or against the "
                     f"dollar, the euro or the yuan, got {label!r}", where)  # fmt: skip
        return
    means = {**means, **span}
    for end, number in numbers.items():
        points.found.append(Point(f"{means['product_code']}.{means['measure']}", end, number, means, label))


def _numbers(sheet: Sheet, row: int, columns: Mapping[int, date], label: str, points: Points) -> dict[date, Decimal]:
    """Number by month; a cell that is none is set aside alone."""
    cells = {end: shared.clear_number(sheet, row, at, f"{label} {end:%Y-%m}", points) for at, end in columns.items()}
    return {end: number for end, number in cells.items() if number is not None}


def _leave_what_is_no_chain(points: Points) -> None:
    """Set aside the months in which growth since December is not last month's and the growth of this month."""
    of = {(point.series, point.period_end): point for point in points.found}
    doubtful: set[tuple[str, date]] = set()
    for (series, end), point in of.items():
        code, _, measure = series.rpartition(".")
        month = of.get((f"{code}.growth_mom", end))
        if measure != "growth_since_december" or month is None:
            continue
        before = of.get((series, month_end(end.year, end.month - 1))) if end.month > 1 else None
        if end.month > 1 and before is None:
            continue
        base, step = 1 + (before.number / 100 if before else Decimal(0)), 1 + month.number / 100
        if abs(1 + point.number / 100 - base * step) > HALF * (1 + base + (step if before else 0)) + HALF * HALF:
            told = f"expected growth since December = the chain of months, got {point.number} and {month.number}"
            points.leave(f"{code} {end:%Y-%m}", "sum_mismatch", told)
            doubtful |= {(series, end), (month.series, end)}
    points.found[:] = [point for point in points.found if (point.series, point.period_end) not in doubtful]


def _columns(sheet: Sheet, header: int) -> dict[int, date]:
    """Month by column, its year in the cell, above it, or above a month before it. Raises ReadError `bad_period`."""
    found: dict[int, date] = {}
    year: int | None = None
    for column, cell in enumerate(sheet.rows[header]):
        above = (row[column] for row in reversed(sheet.rows[:header]) if column < len(row))
        year = next(filter(None, map(_year, above)), year)
        if (told := _month(cell)) is None:
            continue
        year = told[0] or year
        end = None if year is None else month_end(year, told[1])
        if end is None or end <= max(found.values(), default=date.min):
            raise ReadError("bad_period", expected="months in order below their year", got=f"{cell!r} of {year}",
                            where=sheet.where(header, column))  # fmt: skip
        found[column] = end
    return found


def _span(words: str, where: str, points: Points) -> Mapping[str, Any] | None:
    """What a block says, by its heading; None for one that is not read. Raises ReadError `unknown_unit`."""
    known = layout("rouble_rates")
    if known["growth"] not in words or "%" not in words:
        raise ReadError("unknown_unit", expected="growth in per cent (в % прироста)", got=words, where=where)
    for told, span in known["spans"].items():
        if told in words:
            return {**span, "ref_area": "RUS", "counterpart_area": "WORLD", "definition": "CBR", "unit": "percent",
                    "freq": "M", "places": 1}  # fmt: skip
    if not any(told in words for told in known["left"]):
        points.leave(words, "unknown_table", "expected growth since December or on the month before", where)
    elif (
        note := "growth on the same period of last year is not read: of the month or of January on is not said"
    ) not in points.notes:
        points.notes.append(note)
    return None


def _means(label: str) -> dict[str, Any] | None:
    known = layout("rouble_rates")
    kinds = [code for word, code in known["kinds"].items() if word in label]
    currencies = {code for word, code in known["currencies"].items() if word in label}
    effective = known["effective"]["word"] in label
    if len(kinds) != 1 or "рубл" not in label or len(currencies) != (0 if effective else 1):
        return None
    told = known["effective" if effective else "bilateral"]
    code = str(told["product_code"]).format(kind=kinds[0], currency="".join(currencies))
    return {"dataset": told["dataset"], "product_code": code}


def _heading(row: Any) -> str:
    """Text of the heading of a block in whatever cell of a row; '' if there is none."""
    return next((words for cell in row if (words := workbook.text(cell).casefold()).startswith(HEADING)), "")


def _label(row: Any) -> str:
    """The longest text of a row without marks of notes: a number of the row may stand before it."""
    return plain(unmarked(max((workbook.text(cell) for cell in row), key=len, default="")))


def _month(cell: Any) -> tuple[int | None, int] | None:
    """Year, if the cell has one, and month."""
    if isinstance(cell, date):
        return cell.year, cell.month
    match = _MONTH.fullmatch(workbook.text(cell).casefold())
    month = SHORT.get(match[1]) if match else None
    return (int(match[2]) if match and match[2] else None, month) if month else None


def _other_period(cell: Any) -> bool:
    return bool(_OTHER_PERIOD.fullmatch(workbook.text(cell).casefold()))


def _year(cell: Any) -> int | None:
    words = f"{cell:g}" if isinstance(cell, float | int) and not isinstance(cell, bool) else workbook.text(cell)
    match = _YEAR.fullmatch(words)
    return int(match[1]) if match else None
