"""What was known on a day as rows: for formulas that ask for the newest value of each month and how it was told before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from tests.transforms.indicators.plain import past as words
from tests.transforms.indicators.plain.past import NAMES, month_number
from transforms.areas import membership_changed

Row = dict[str, Any]
Cell = tuple[dict[str, str], date, float]
LOANS = ("household_loans", "loan_portfolio", "mortgage", "sme_loans", "household_lending_risk")
Formula = Callable[["Past"], Iterator[Cell]]


class Past:
    """Newest rows by series key and month, each with all rows `told` of it; words said again are none of
    their own. `tables` are records."""

    def __init__(self, rows: list[Row], day: date, tables: dict[str, list[Row]] | None = None) -> None:
        self.day, self.tables = day, tables or {}
        self.series: dict[tuple[str, ...], dict[int, Row]] = {}
        for row in sorted(rows, key=lambda r: r["vintage_date"]):
            if row["vintage_date"] <= day and row.get("change") != "repeated" and row["dataset"] != "fx_rate":
                months = self.series.setdefault(tuple(row[name] for name in NAMES), {})
                before = months.get(month_number(row["period_end"]))
                told = [*(before["told"] if before else []), row]
                months[month_number(row["period_end"])] = row | {"told": told}
        self._named = words.Named(self.series)

    def of(self, **wanted: str | tuple[str, ...]) -> Iterator[tuple[dict[str, str], dict[int, Row]]]:
        for named, months in self._named.near(wanted):
            if all(named[n] == v if isinstance(v, str) else named[n] in v for n, v in wanted.items()):
                yield named, months

    def one(self, named: dict[str, str], **other: str) -> dict[int, Row]:
        return self.series.get(tuple((named | other)[name] for name in NAMES), {})


def at(months: dict[int, Row], month: int) -> float | None:
    return months[month]["value"] if month in months else None


def same_group(area: str, end: date) -> bool:
    return area != "BRI" and not membership_changed(area, date(end.year - 1, end.month, 28), end)


def inflation(past: Past) -> dict[int, tuple[date, float]]:
    """Consumer prices of Russia on a year earlier, chained, by month number."""
    found: dict[int, tuple[date, float]] = {}
    for _, months in past.of(
        dataset="price_index", product_code="CPI", definition="PREVIOUS_MONTH_100", ref_area="RUS"
    ):
        for month, row in months.items():
            chain = 100.0
            for m in range(month - 11, month + 1):
                factor = at(months, m)
                chain = chain * factor / 100 if factor is not None else float("nan")
            if chain == chain:
                found[month] = row["period_end"], chain - 100
    return found


def of_rows(formula: Formula) -> Callable[[words.Past], Iterator[words.Cell]]:
    """A formula of rows as one of words; the rows are made once for a day."""

    def from_words(past: words.Past) -> Iterator[words.Cell]:
        rows = past.__dict__.get("as_rows")
        if rows is None:
            rows = past.__dict__["as_rows"] = Past(past.rows, past.day, past.tables)
        yield from formula(rows)

    return from_words
