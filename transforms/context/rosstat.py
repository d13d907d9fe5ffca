"""Rosstat's workbook of consumer prices, ipc_mes_MM-YYYY.xlsx: indices by month since 1991, four sheets.

Sheets 01 to 04: all goods and services, food, other goods, services. A row of years, twelve months against the month
before, then a row against December of the year before, whose last cell is of the year so far and carries the number
of a footnote without a sign between: `103,292)` is 103.29 with note 2), and note 2) says which month it is of. The
sheet of contents says when the workbook was renewed: that is the vintage. Source: Rosstat, rosstat.gov.ru.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

from transforms.banking import workbook
from transforms.banking.workbook import Cell, Sheet
from transforms.context.points import Point, Points, reading_of
from transforms.model import Payload, ReadError, Reading
from transforms.periods import MONTHS_RU, month_end
from transforms.units import parse_number

PRODUCT, SOURCE, EXTENSION = "rosstat.consumer_prices", "rosstat", "xlsx"
SUBJECTS = {
    "товары и услуги": "CPI",
    "продовольственные товары": "CPI_FOOD",
    "непродовольственные товары": "CPI_NONFOOD",
    "услуги": "CPI_SERVICES",
}
PREVIOUS, DECEMBER = "к концу предыдущего месяца", "к декабрю предыдущего года"
_TITLE = re.compile(r"Индексы потребительских цен на (.+?)(?:\d\))? по Российской Федерации в \d{4}-(\d{4})")
_NOTE = re.compile(r"(\d{1,2})\)\s*([а-я]+) (\d{4}) г\. в % к декабрю (\d{4}) г\.")
_GLUED = re.compile(r"(\d+[.,]\d{2})(\d{1,2})\)")
"""All figures of these years have two places; what follows them before the bracket is the number of a note."""
GENITIVE = {
    "января": 1,
    "февраля": 2,
    "марта": 3,
    "апреля": 4,
    "мая": 5,
    "июня": 6,
    "июля": 7,
    "августа": 8,
    "сентября": 9,
    "октября": 10,
    "ноября": 11,
    "декабря": 12,
}
_RENEWED = re.compile(r"(\d{1,2}) ([а-я]+) (\d{4}) г\.?")


def recognise(payload: Payload) -> bool:
    if not workbook.is_workbook(payload):
        return False
    return any(_TITLE.search(_title(sheet)) for sheet in workbook.open_workbook(payload) if sheet.name.isdigit())


def read(payload: Payload) -> Reading:
    """Every index of every sheet. Raises ReadError `no_header`; a cell that is not clear is set aside."""
    sheets = workbook.open_workbook(payload)
    published, points = _renewed(sheets), Points()
    for sheet in sheets:
        match = _TITLE.search(_title(sheet))
        if not match:
            continue
        code = SUBJECTS.get(match[1].strip())
        if code is None:
            points.leave(
                f"sheet {sheet.name}", "unknown_table", f"expected one of {', '.join(SUBJECTS)}, got {match[1]}"
            )
            continue
        _sheet(sheet, code, published, points)
    return reading_of(PRODUCT, points, title="Consumer prices of Russia", language="ru", where=payload.name)


def _title(sheet: Sheet) -> str:
    return next((word for row in sheet.rows[:3] for cell in row if (word := workbook.text(cell))), "")


def _renewed(sheets: tuple[Sheet, ...]) -> date | None:
    """The day under "Обновлено:" on the sheet of contents."""
    words = " ".join(workbook.text(cell) for sheet in sheets[:1] for row in sheet.rows for cell in row)
    match = _RENEWED.search(words.partition("Обновлено:")[2])
    month = GENITIVE.get(match[2]) if match else None
    return date(int(match[3]), month, int(match[1])) if match and month else None


def _sheet(sheet: Sheet, code: str, published: date | None, points: Points) -> None:
    years_row = next((i for i, row in enumerate(sheet.rows) if _is_years(row)), None)
    if years_row is None:
        raise ReadError(
            "no_header", expected="a row of years from column B on", got="none", where=f"sheet {sheet.name!r}"
        )
    years = _years(sheet, years_row, points)
    notes = {match[1]: match for row in sheet.rows for cell in row for match in _NOTE.finditer(workbook.text(cell))}
    definition = ""
    for index, row in enumerate(sheet.rows[years_row + 1 :], start=years_row + 1):
        label = workbook.text(row[0]).lower()
        captions = {workbook.text(cell) for cell in row}
        definition = next((word for word in (PREVIOUS, DECEMBER) if word in captions), definition)
        if definition and label in MONTHS_RU:
            for column, year in years.items():
                where = sheet.where(index, column)
                _cell(row[column], (year, MONTHS_RU[label]), definition, code, notes, published, points, where)


def _years(sheet: Sheet, row: int, points: Points) -> dict[int, int]:
    """Year by column. One that is kept as text counts; a heading that is no year is set aside with its column."""
    found = {}
    for column, cell in enumerate(sheet.rows[row]):
        words = workbook.text(cell) if isinstance(cell, str) else f"{cell:g}" if isinstance(cell, float | int) else ""
        if column and re.fullmatch(r"(19|20)\d\d", words):
            found[column] = int(words)
        elif column and words:
            points.leave(f"{sheet.name} {words}", "unknown_column", f"expected a year, got {words}", sheet.where(row))
    return found


def _is_years(row: Any) -> bool:
    numbers = [cell for cell in row[1:] if isinstance(cell, float | int) and not isinstance(cell, bool)]
    return len(numbers) > 2 and all(1990 <= number <= 2100 and number == int(number) for number in numbers)


def _cell(
    cell: Cell,
    period: tuple[int, int],
    definition: str,
    code: str,
    notes: dict[str, re.Match[str]],
    published: date | None,
    points: Points,
    where: str,
) -> None:
    if cell == "" or cell is None:
        return
    end, row = month_end(*period), f"{code} {period[0]}-{period[1]:02}"
    if isinstance(cell, str):
        glued = _GLUED.fullmatch(workbook.text(cell))
        note = notes.get(glued[2]) if glued else None
        if (
            definition != DECEMBER
            or not glued
            or not note
            or int(note[3]) != period[0]
            or int(note[4]) != period[0] - 1
        ):
            points.leave(
                row,
                "unclear_number",
                "expected a number, or one of two places with a footnote that says which month"
                f" against which December, got {cell!r}",
                where,
            )
            return
        end, number = month_end(int(note[3]), MONTHS_RU[note[2]]), parse_number(glued[1], where, decimal_comma=True)
    else:
        number = workbook.number(cell, where, decimals=None)
    if number is None:
        return
    means: dict[str, Any] = {
        "dataset": "price_index",
        "ref_area": "RUS",
        "product_code": code,
        "measure": "index",
        "unit": "index",
    }
    means |= (
        {"basis": "month", "definition": "PREVIOUS_MONTH_100"}
        if definition == PREVIOUS
        else {"basis": "ytd", "definition": "DECEMBER_LAST_YEAR_100"}
    )
    points.found.append(Point(f"{code}.{means['definition']}", end, Decimal(number), means, code, published=published))
