"""Days of releases once more, figure by figure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from tests.transforms.indicators.plain.rows import Cell, Past

TABLES = ("trade_total", "trade_by_partner", "trade_by_commodity", "trade_by_regime", "household_loans", "mortgage",
          "loan_portfolio", "sme_loans", "mirror_trade", "price_index")  # fmt: skip


def release_lag_days(past: Past) -> Iterator[Cell]:
    first: dict[tuple[str, str, date], int] = {}
    for named, months in past.of(dataset=TABLES, freq="M", basis=("month", "ytd", "stock")):
        for row in months.values():
            for told in row["told"]:
                days = (told["vintage_date"] - told["period_end"]).days
                if told["vintage_kind"] == "observed" and 0 <= days <= 100:
                    key = named["ref_area"], named["dataset"], row["period_end"]
                    first[key] = min(days, first.get(key, days))
    for (area, table, end), days in first.items():
        yield {"ref_area": area, "product_code": table}, end, float(days)


def trade_release_value(past: Past) -> Iterator[Cell]:
    for named, months in past.of(dataset="trade_total", measure="growth_yoy", counterpart_area="WORLD",
                                 basis=("month", "ytd"), currency=("USD", "CNY")):  # fmt: skip
        for row in months.values():
            if row["told"][0]["obs_status"] == "P":
                for number, told in enumerate(row["told"][:8], start=1):
                    yield named | {"definition": f"RELEASE_{number}"}, row["period_end"], told["value"]


ALL: dict[str, Callable[[Past], Iterator[Cell]]] = {
    function.__name__: function for function in (release_lag_days, trade_release_value)
}
