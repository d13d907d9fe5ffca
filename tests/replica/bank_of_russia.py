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


def rouble_rates(
    months: Sequence[tuple[int, str]], blocks: Mapping[str, Mapping[str, Sequence[float | str | None]]]
) -> bytes:
    """Growth of the indices of the rouble: months across, a block of rows under each heading, as exchange_rate.xlsx."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Ежемесячные"
    sheet.append([None, "Основные производные показатели динамики обменного курса рубля"])
    years = [year for year, _ in months]
    sheet.append([None, *(y if i == 0 or y != years[i - 1] else None for i, y in enumerate(years))])
    sheet.append([None, *(name for _, name in months)])
    sheet.append([None, "Номинальные курсы иностранных валют к рублю (рублей за единицу иностранной валюты)"])
    sheet.append(["Номинальный курс доллара США к рублю на конец периода", *(90.5 for _ in months)])
    for heading, rows in blocks.items():
        sheet.append([None, heading])
        for label, figures in rows.items():
            sheet.append([label, *figures])
    sheet.append(["* Предварительные данные"])
    quarters = book.create_sheet("Ежеквартальные")
    quarters.append([None, "Основные производные показатели динамики обменного курса рубля"])
    quarters.append([None, years[0], years[0]])
    quarters.append([None, "1 кварт.", "2 кварт."])
    quarters.append([None, next(iter(blocks))])
    quarters.append(["Индекс реального эффективного курса рубля к иностранным валютам", 9.9, 9.9])
    return _bytes(book)


DECEMBER, BEFORE, LAST_YEAR = (
    f"Индексы обменного курса рубля (в % прироста {to}) *"
    for to in (
        "к декабрю предыдущего года",
        "к предыдущему периоду",
        "к соответствующему периоду предыдущего года",
    )
)
NEER, REER = (f"Индекс {kind} эффективного курса рубля к иностранным валютам" for kind in ("номинального", "реального"))


def _bytes(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
