"""Workbooks of the Bank of Russia on external trade, with figures of their own."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

import openpyxl

HEADS: Sequence[Sequence[Any]] = (
    ["Внешняя торговля Российской Федерации товарами (по методологии платежного баланса)"],
    ["", "", "млн долларов США"],
    ["", "", "Экспорт (ФОБ)", "", "", "", "", "", "Импорт (ФОБ)", "", "", "", "", "", "Сальдо торгового баланса"],
    ["", "", "Всего", "в % к соотв. периоду", "со странами СНГ", "%", "с прочими", "%",
     "Всего", "в % к соотв. периоду", "со странами СНГ", "%", "с прочими", "%", "Всего"],
)  # fmt: skip


def goods_trade(
    months: Sequence[tuple[int, str, float, float, float]], heads: Sequence[Sequence[Any]] = HEADS
) -> bytes:
    """Year, month, exports, imports, balance, as the sheet of months has them."""
    rows = [
        [year, month, sold, 101, 1, 1, 2, 2, bought, 102, 3, 3, 4, 4, left]
        for year, month, sold, bought, left in months
    ]
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Ежемесячные"
    for row in [*heads, *rows, ["Примечание: обновлено."]]:
        sheet.append([cell if cell != "" else None for cell in row])
    for first, last in ((3, 8), (9, 14)):
        sheet.merge_cells(start_row=3, end_row=3, start_column=first, end_column=last)
    return _bytes(book)


def balance_of_payments(quarters: Mapping[str, tuple[float, float, float, float]]) -> bytes:
    """Current account, exports, imports and balance of goods by quarter; services have the same labels below."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Кварталы"
    found = list(quarters.values())
    for row in (
        ["Платежный баланс Российской Федерации"],
        ["(млн долларов США)"],
        [],
        [None, *quarters],
        ["Счет текущих операций", *(each[0] for each in found)],
        ["Товары", *(each[3] for each in found)],
        ["Экспорт", *(each[1] for each in found)],
        ["Импорт", *(each[2] for each in found)],
        ["Услуги", *(-3 for _ in found)],
        ["Экспорт", *(5 for _ in found)],
        ["Импорт", *(8 for _ in found)],
    ):
        sheet.append(row)
    return _bytes(book)


def _bytes(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
