"""Russia's balance of payments by quarter, bal_of_payments_standart.xlsx of the Bank of Russia: million dollars.

Sheet Кварталы: a row of headings such as `1 квартал 2024 г.`, the current account, goods with their exports and
imports. The labels Экспорт and Импорт come again under services: the pair right below Товары is meant, and has to come
out as the balance there. Overwritten, without a day: the day of fetch is the vintage. Source: Bank of Russia, cbr.ru.
"""

from __future__ import annotations

import re
from datetime import date

from transforms.banking import workbook
from transforms.banking.workbook import Sheet
from transforms.context import cbr_external as shared
from transforms.context.points import Point, Points, reading_of
from transforms.model import Payload, ReadError, Reading
from transforms.periods import month_end

PRODUCT, SOURCE, EXTENSION = "cbr_external.balance_of_payments", "cbr_external", "xlsx"
SHEET = "Кварталы"
_QUARTER = re.compile(r"([1-4]) квартал (\d{4})(?: г\.?| года)?(?:\s*\*+)?")
ACCOUNT, GOODS, EXPORT, IMPORT = "счет текущих операций", "товары", "экспорт", "импорт"


def recognise(payload: Payload) -> bool:
    return shared.found(payload, SHEET, _header) is not None


def read(payload: Payload) -> Reading:
    """Current account and goods of every quarter. Raises ReadError `no_header`, `unknown_unit`, `no_row`."""
    sheet, header = shared.opened(payload, SHEET, _header, "headings such as 1 квартал 2024 г.")
    account, goods = _row(sheet, ACCOUNT, header), _row(sheet, GOODS, header)
    export, imports = _row(sheet, EXPORT, goods), _row(sheet, IMPORT, goods)
    if not goods < export < imports <= goods + 3:
        raise ReadError(
            "no_row",
            expected="exports and imports right below goods",
            got=f"rows {goods + 1}, {export + 1}",
            where=sheet.name,
        )
    points, rows = Points(), []
    for column, end in _quarters(sheet, header).items():
        whole = shared.clear_number(sheet, account, column, f"account {end:%Y-%m}", points)
        if whole is not None:
            points.found.append(
                Point("account", end, whole, shared.means("balance", "CURRENT_ACCOUNT", "quarter", "Q"))
            )
        name = f"goods {end:%Y-%m}"
        found = {flow: shared.clear_number(sheet, row, column, name, points)
                 for flow, row in (("export", export), ("import", imports), ("balance", goods))}  # fmt: skip
        rows.append({"row": name, "where": sheet.where(goods, column), "end": end, **found})
    shared.take_goods(points, rows, "quarter", "Q")
    return reading_of(PRODUCT, points, title="Balance of payments of Russia", language="ru", where=payload.name)


def _header(sheet: Sheet) -> int | None:
    rows = enumerate(sheet.rows[:15])
    return next((i for i, row in rows if any(_QUARTER.fullmatch(workbook.text(cell)) for cell in row)), None)


def _quarters(sheet: Sheet, header: int) -> dict[int, date]:
    found = {}
    for column, cell in enumerate(sheet.rows[header]):
        if match := _QUARTER.fullmatch(workbook.text(cell)):
            found[column] = month_end(int(match[2]), 3 * int(match[1]))
    if len(set(found.values())) != len(found):
        raise ReadError("duplicate_column", expected="each quarter once", got=str(found), where=f"sheet {sheet.name!r}")
    return found


def _row(sheet: Sheet, label: str, after: int) -> int:
    """Index of the first row below `after` whose label, without numbering and notes, is that."""
    for index in range(after + 1, len(sheet.rows)):
        words = [workbook.text(cell) for cell in sheet.rows[index][:2]]
        if any(
            re.sub(r"^[\d.]+\s*|[*\d)]+$", "", word).strip().casefold().replace("ё", "е") == label for word in words
        ):
            return index
    raise ReadError("no_row", expected=f"a row {label!r}", got="none", where=f"sheet {sheet.name!r}")
