"""Indicators once more, slowly: plain loops over what was known on a day, written without the code they check.

Each function takes `Past` (the published values known on one day) and yields (dimensions that tell the series apart,
period, value). They follow the formulas of the catalogue and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from transforms.areas import membership_changed
from transforms.banking.definitions import definitions

Cell = tuple[dict[str, str], date, float]
Row = dict[str, Any]


def month_number(day: date) -> int:
    return day.year * 12 + day.month - 1


class Past:
    """Newest values known on a day: series key (dimensions without the period) -> month number -> row, with all rows `told`."""

    def __init__(self, rows: list[Row], day: date) -> None:
        self.day = day
        self.series: dict[tuple[tuple[str, str], ...], dict[int, Row]] = {}
        for row in sorted(
            (r for r in rows if r["vintage_date"] <= day), key=lambda r: (r["vintage_date"], r["first_seen"])
        ):
            key = tuple((name, row[name]) for name in NAMES)
            months = self.series.setdefault(key, {})
            before = months.get(month_number(row["period_end"]))
            months[month_number(row["period_end"])] = row | {"told": [*(before["told"] if before else []), row]}

    def of(self, **wanted: str | tuple[str, ...]) -> Iterator[tuple[dict[str, str], dict[int, Row]]]:
        for key, months in self.series.items():
            named = dict(key)
            if all(named[n] == v if isinstance(v, str) else named[n] in v for n, v in wanted.items()):
                yield named, months

    def one(self, named: dict[str, str], **other: str) -> dict[int, Row]:
        return self.series.get(tuple((name, {**named, **other}[name]) for name in NAMES), {})


NAMES = ("dataset", "ref_area", "counterpart_area", "flow", "product_code", "measure", "basis", "definition", "currency",
         "unit", "freq", "adjustment")  # fmt: skip


LOANS = ("household_loans", "loan_portfolio", "mortgage", "sme_loans", "household_lending_risk")


def at(months: dict[int, Row], month: int) -> float | None:
    return months[month]["value"] if month in months else None


def trade_balance(past: Past) -> Iterator[Cell]:
    for named, exports in past.of(dataset=("trade_total", "trade_by_partner"), measure="value", flow="export",
                                  basis=("month", "ytd"), unit=("USD", "CNY")):  # fmt: skip
        imports = past.one(named, flow="import")
        for month in exports.keys() & imports.keys():
            yield (
                named | {"flow": "balance"},
                exports[month]["period_end"],
                exports[month]["value"] - imports[month]["value"],
            )


def trade_partner_share(past: Past) -> Iterator[Cell]:
    for named, partner in past.of(dataset="trade_by_partner", measure="value", flow=("export", "import", "total"),
                                  basis=("month", "ytd"), unit=("USD", "CNY")):  # fmt: skip
        world = past.one(named, dataset="trade_total", counterpart_area="WORLD")
        for month in partner.keys() & world.keys():
            if named["counterpart_area"] != "WORLD":
                yield named, partner[month]["period_end"], 100 * partner[month]["value"] / world[month]["value"]


def loan_overdue_ratio(past: Past) -> Iterator[Cell]:
    scopes = {row["definition"]: row["scope"] for row in definitions().iter_rows(named=True)
              if row["family"] in ("overdue", "dpd90") and row["scope"] != row["definition"]}  # fmt: skip
    for named, late in past.of(dataset=LOANS, measure="overdue", basis="stock", unit="RUB", definition=tuple(scopes)):
        whole = past.one(named, measure="debt", definition=scopes[named["definition"]])
        for month in late.keys() & whole.keys():
            yield named, late[month]["period_end"], 100 * late[month]["value"] / whole[month]["value"]


def loan_growth(past: Past) -> Iterator[Cell]:
    for named, stock in past.of(dataset=LOANS, measure=("debt", "overdue"), basis="stock", unit="RUB"):
        late = "_OVERDUE" if named["measure"] == "overdue" else ""
        for month, row in stock.items():
            then = at(stock, month - 12)
            if then is not None and then > 0:
                yield (named | {"product_code": named["product_code"] + late}, row["period_end"],
                       100 * (row["value"] / then - 1))  # fmt: skip


def mirror_import_growth(past: Past) -> Iterator[Cell]:
    for named, months in past.of(dataset="mirror_trade", measure="value", basis="month", unit="USD"):
        for month, row in months.items():
            then = at(months, month - 12)
            if then is not None and then > 0:
                yield named, row["period_end"], 100 * (row["value"] / then - 1)
            this_year = [at(months, m) for m in range(month - month % 12, month + 1)]
            last_year = [at(months, m - 12) for m in range(month - month % 12, month + 1)]
            if None not in this_year and None not in last_year:
                yield named | {"basis": "ytd"}, row["period_end"], 100 * (sum(this_year) / sum(last_year) - 1)  # type: ignore[arg-type]


def price_growth_computed(past: Past) -> Iterator[Cell]:
    for named, months in past.of(dataset="price_index", product_code="CPI", definition="PREVIOUS_MONTH_100"):
        for month, row in months.items():
            chain = 100.0
            for m in range(month - 11, month + 1):
                factor = at(months, m)
                chain = chain * factor / 100 if factor is not None else float("nan")
            if chain == chain:
                yield named | {"definition": "CHAINED_12_MONTHS"}, row["period_end"], chain - 100


def reer_change_12m(past: Past) -> Iterator[Cell]:
    for named, months in past.of(dataset="effective_exchange_rate", measure="index", product_code="REER_BROAD"):
        for month, row in months.items():
            then = at(months, month - 12)
            if then is not None:
                yield named, row["period_end"], 100 * (row["value"] / then - 1)


def reer_months_since_low(past: Past) -> Iterator[Cell]:
    for named, months in past.of(dataset="effective_exchange_rate", measure="index", product_code="REER_BROAD"):
        for month, row in months.items():
            window = [at(months, m) for m in range(month - 35, month + 1)]
            if None not in window:
                lowest = min(window)  # type: ignore[type-var]
                yield named, row["period_end"], float(35 - window.index(lowest))


def exchange_rate_change_12m(past: Past) -> Iterator[Cell]:
    for named, months in past.of(dataset="exchange_rate", measure="market_rate", definition="FED_MONTHLY_AVERAGE"):
        for month, row in months.items():
            then = at(months, month - 12)
            if then is not None:
                yield named, row["period_end"], 100 * (row["value"] / then - 1)


def lending_spread(past: Past) -> Iterator[Cell]:
    for named, loans in past.of(dataset="bank_rate", measure="rate", ref_area="RUS", currency="RUB"):
        if named["product_code"].endswith("_LOANS"):
            client = named["product_code"].removesuffix("_LOANS")
            deposits = past.one(named, product_code=f"{client}_DEPOSITS")
            for month in loans.keys() & deposits.keys():
                yield (named | {"product_code": client, "basis": "month"}, loans[month]["period_end"],
                       loans[month]["value"] - deposits[month]["value"])  # fmt: skip


def base_of(row: Row, months: dict[int, Row], month: int) -> Row | None:
    """The base of `row` in the state of its day: as known then, or as known now if nothing was."""
    base = months.get(month)
    then = [told for told in base["told"] if told["vintage_date"] <= row["vintage_date"]] if base else []
    return then[-1] if then else base


def same_group(area: str, end: date) -> bool:
    before = date(end.year - 1, end.month, 28)
    return area != "BRI" and not membership_changed(area, before, end)


def trade_growth_computed(past: Past) -> Iterator[Cell]:
    """Levels of one state: the base known when the figure was published, or known since if none was."""
    for named, months in past.of(dataset=("trade_total", "trade_by_partner", "trade_by_commodity"), measure="value",
                                 flow=("export", "import", "total"), basis=("month", "ytd"), unit=("USD", "CNY")):  # fmt: skip
        for month, row in months.items():
            base = base_of(row, months, month - 12)
            if base and base["value"] > 0 and same_group(named["counterpart_area"], row["period_end"]):
                yield named, row["period_end"], 100 * (row["value"] / base["value"] - 1)


def trade_unit_value(past: Past) -> Iterator[Cell]:
    for named, money in past.of(
        dataset="trade_by_commodity", measure="value", basis=("month", "ytd"), unit=("USD", "CNY")
    ):
        for other, volume in past.of(dataset="trade_by_commodity", measure="quantity", currency="_",
                                     **{n: named[n] for n in ("ref_area", "counterpart_area", "flow", "product_code",
                                                              "basis", "definition", "freq", "adjustment")}):  # fmt: skip
            for month in money.keys() & volume.keys():
                if volume[month]["value"] > 0:
                    unit = f"{named['currency']}/{other['unit']}"
                    yield (
                        named | {"unit": unit},
                        money[month]["period_end"],
                        money[month]["value"] / volume[month]["value"],
                    )


def multiples(past: Past, window: int, *, increments: bool) -> Iterator[Cell]:
    for named, stock in past.of(dataset=LOANS, measure=("debt", "overdue"), basis="stock", unit="RUB", ref_area="RUS",
                                currency="ALL", adjustment="N"):  # fmt: skip
        late = "_OVERDUE" if named["measure"] == "overdue" else ""
        cell = named | {"product_code": named["product_code"] + late}
        for month, row in stock.items():
            start, before = at(stock, month - window), at(stock, month - window - 12)
            if not increments and start is not None and start > 0:
                yield cell, row["period_end"], row["value"] / start
            if increments and start is not None and before is not None and start > before:
                yield cell, row["period_end"], (row["value"] - start) / (start - before)


def loan_stock_multiple_9m(past: Past) -> Iterator[Cell]:
    yield from multiples(past, 9, increments=False)


def loan_increment_multiple_9m(past: Past) -> Iterator[Cell]:
    yield from multiples(past, 9, increments=True)


def mirror_import_share(past: Past) -> Iterator[Cell]:
    for named, months in past.of(dataset="mirror_trade", measure="value", basis="month", unit="USD"):
        world = past.one(named, counterpart_area="WORLD")
        if named["counterpart_area"] == "WORLD":
            continue
        for month, row in months.items():
            if month in world:
                yield named, row["period_end"], 100 * row["value"] / world[month]["value"]
            year = range(month - month % 12, month + 1)
            if all(m in months for m in year) and all(m in world for m in year):
                share = sum(months[m]["value"] for m in year) / sum(world[m]["value"] for m in year)
                yield named | {"basis": "ytd"}, row["period_end"], 100 * share


def trade_volume_growth(past: Past) -> Iterator[Cell]:
    for named, months in past.of(dataset="trade_by_commodity", measure="quantity", basis=("month", "ytd")):
        for month, row in months.items():
            base = base_of(row, months, month - 12)
            if base and base["value"] > 0 and same_group(named["counterpart_area"], row["period_end"]):
                yield named, row["period_end"], 100 * (row["value"] / base["value"] - 1)


def reer_above_low(past: Past) -> Iterator[Cell]:
    for named, months in past.of(dataset="effective_exchange_rate", measure="index", product_code="REER_BROAD"):
        for month, row in months.items():
            window = [months[m]["value"] for m in range(month - 35, month + 1) if m in months]
            if len(window) == 36:
                yield named, row["period_end"], 100 * (row["value"] / min(window) - 1)


def provision_cover(past: Past) -> Iterator[Cell]:
    for dataset, kept, definition, late in (("household_lending_risk", "provisions_overdue", "DPD90", "DPD90"),
                                            ("loan_portfolio", "provisions", "RAS_PROVISIONS", "RAS_OVERDUE")):  # fmt: skip
        for named, overdue in past.of(dataset=dataset, measure="overdue", definition=late, currency="ALL"):
            provisions = past.one(named, measure=kept, definition=definition)
            for month in overdue.keys() & provisions.keys():
                yield (
                    named,
                    overdue[month]["period_end"],
                    100 * abs(provisions[month]["value"]) / overdue[month]["value"],
                )


def export_excess_growth_published(past: Past) -> Iterator[Cell]:
    for named, partner in past.of(dataset="trade_by_partner", measure="growth_yoy", product_code="TOTAL", flow="export",
                                  currency=("USD", "CNY")):  # fmt: skip
        world = past.one(named, dataset="trade_total", counterpart_area="WORLD")
        for month in partner.keys() & world.keys():
            if named["counterpart_area"] != "WORLD":
                yield named, partner[month]["period_end"], partner[month]["value"] - world[month]["value"]


ALL: dict[str, Callable[[Past], Iterator[Cell]]] = {
    function.__name__: function
    for function in (
        trade_balance, trade_partner_share, loan_overdue_ratio, loan_growth, mirror_import_growth, price_growth_computed,
        reer_change_12m, reer_months_since_low, exchange_rate_change_12m, lending_spread, trade_growth_computed,
        trade_unit_value, loan_stock_multiple_9m, loan_increment_multiple_9m, mirror_import_share, trade_volume_growth,
        reer_above_low, provision_cover, export_excess_growth_published,
    )
}  # fmt: skip
