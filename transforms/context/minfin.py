"""The federal budget of Russia by month, an open-data table of the Ministry of Finance: billion roubles.

All figures are cumulative from January of the year on. The newest month may be half filled: totals without the detail
of the financing. Bytes change under an unchanged address, and the table does not say when: the day of fetch is the
vintage. Code 386 of the last column is OKEI's billion roubles. Source: Ministry of Finance, minfin.gov.ru/opendata.
"""

from __future__ import annotations

from transforms.context import answers
from transforms.context.points import Point, Points, layout, reading_of, sums
from transforms.model import Payload, ReadError, Reading
from transforms.periods import MONTHS_RU, month_end

PRODUCT, SOURCE, EXTENSION = "minfin.federal_budget", "minfin", "csv"
YEAR, MONTH, KIND, UNIT = "Год", "Месяц", "Код разреза", "Код признака"
BILLION = "386"
"""OKEI's code of a billion roubles, in the last column of each row."""


def recognise(payload: Payload) -> bool:
    names = answers.header(payload)
    return names[:2] == [YEAR, MONTH] and "Доходы, всего" in names


def read(payload: Payload) -> Reading:
    """Every figure. Raises ReadError `unknown_unit`, `bad_period`; a month that contradicts itself is set aside."""
    points, known, months = Points(), layout("minfin")["columns"], []
    for where, row in answers.rows(payload):
        month = MONTHS_RU.get(row[MONTH].strip().lower())
        if month is None or not row[YEAR].isdigit():
            raise ReadError(
                "bad_period", expected="a year and a Russian month", got=f"{row[YEAR]} {row[MONTH]}", where=where
            )
        if row.get(UNIT) != BILLION:
            raise ReadError(
                "unknown_unit", expected=f"OKEI code {BILLION}, billion roubles", got=repr(row.get(UNIT)), where=where
            )
        end = month_end(int(row[YEAR]), month)
        named = {" ".join(name.split()): cell for name, cell in row.items() if name not in (YEAR, MONTH, KIND, UNIT)}
        for name in named.keys() - known.keys():
            points.leave(name, "unknown_column", "expected a column that minfin.yaml names", payload.name)
        months.append((end, where, {
            name: answers.clear_number(cell, f"{end:%Y-%m} {name}", where, points)
            for name, cell in named.items() if name in known
        }))  # fmt: skip
    rows = [{"row": f"{end:%Y-%m}", "where": where, **{known[name]: value for name, value in cells.items()}}
            for end, where, cells in months]  # fmt: skip
    wrong = points.judge(rows, sums("minfin"))
    for end, _, cells in months:
        if f"{end:%Y-%m}" in wrong:
            continue
        for name, value in cells.items():
            code = known[name]
            if value is not None:
                means = {
                    "dataset": "federal_budget",
                    "ref_area": "RUS",
                    "product_code": code,
                    "measure": "value",
                    "basis": "ytd",
                    "currency": "RUB",
                    "unit": "RUB",
                    "factor": 10**9,
                    "places": 1,
                }
                points.found.append(Point(code, end, value, means, name))
    return reading_of(PRODUCT, points, title="Federal budget of Russia", language="ru", where=payload.name)
