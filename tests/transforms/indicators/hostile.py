"""Worlds of published figures that are legal and unkind: what a source may do to the figures of any indicator.

A world has a few series of every kind that the indicators declare and a handful of days. The first days bring a past of
some years; each later one brings, by chance, new months, months left out, late ones, revisions to and from nothing,
confirmations, further digits, ties, series that begin or stop. Nothing in it is made for one indicator.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import polars as pl

from transforms.model import CLAIM, NONE
from transforms.periods import month_end
from warehouse.store import settle

DAYS = tuple(
    date.fromisoformat(day)
    for day in ("2024-11-08", "2024-11-20", "2025-01-14", "2025-03-07", "2025-03-18", "2026-01-20", "2026-03-18")
)
"""Vintage days: the first two bring the past, each other one what has come since; over a year, so that first prints age."""
LAST = 2024 * 12 + 8
"""Last month (counted from year nought) of the past."""
Row = dict[str, Any]


def _dimensions(dataset: str, measure: str, **own: str) -> Row:
    fixed = dict.fromkeys(("counterpart_area", "flow", "product_code", "definition", "currency"), NONE)
    return {"dataset": dataset, "measure": measure, "freq": "M", "adjustment": "N", **fixed, **own}


def _kinds(*, growth: int) -> Iterator[tuple[Row, int, float, str]]:
    """Series: dimensions, months of past (`growth`: of published growth), usual size, and what its values may be."""
    china = {"ref_area": "CHN", "product_code": "TOTAL"}
    for currency, size in (("USD", 3e11), ("CNY", 2e12)):
        for basis in ("month", "ytd"):
            world = china | {"counterpart_area": "WORLD", "basis": basis, "currency": currency}
            for flow in ("export", "import", "total"):
                long = (currency, basis) == ("USD", "month") and flow != "total"
                yield (
                    _dimensions("trade_total", "value", flow=flow, unit=currency, **world),
                    75 if long else 30,
                    size,
                    "amount",
                )
                more = {"flow": flow, "unit": "percent"}
                yield _dimensions("trade_total", "growth_yoy", **world, **more), growth if long else 30, 8, "percent"
            yield _dimensions("trade_total", "value", flow="balance", unit=currency, **world), 30, size / 5, "balance"
        yearly = china | {"counterpart_area": "WORLD", "basis": "year", "currency": currency, "freq": "A"}
        yield _dimensions("trade_total", "value", flow="balance", unit=currency, **yearly), 30, size, "balance"
    for partner in ("USA", "VNM", "THA", "MYS", "IDN", "IND", "ASEAN", "HKG", "CHN", "BRI"):
        for flow in ("export", "import"):
            for basis in ("month", "ytd"):
                own = china | {"counterpart_area": partner, "flow": flow, "basis": basis, "currency": "USD"}
                yield _dimensions("trade_by_partner", "value", unit="USD", **own), 16, 3e10, "amount"
                if partner in ("USA", "ASEAN"):
                    yield _dimensions("trade_by_partner", "growth_yoy", unit="percent", **own), 16, 8, "percent"
    for good, unit in (("STEEL", "kg"), ("GRAIN", "kg"), ("SOYBEANS", "kg"), ("CARS", "count"), ("SHOES", NONE)):
        for partner in ("WORLD", "BRA", "USA"):
            own = {"ref_area": "CHN", "counterpart_area": partner, "product_code": f"COMMODITY_{good}"}
            for flow in ("export", "import"):
                money = own | {"flow": flow, "basis": "month", "currency": "USD", "unit": "USD"}
                yield _dimensions("trade_by_commodity", "value", **money), 16, 2e9, "amount"
                if unit != NONE:
                    tons = money | {"currency": NONE, "unit": unit}
                    yield _dimensions("trade_by_commodity", "quantity", **tons), 16, 5e8, "amount"
                    if good == "STEEL":
                        yield (
                            _dimensions("trade_by_commodity", "quantity", **tons | {"basis": "ytd"}),
                            16,
                            5e9,
                            "amount",
                        )
    own = {"ref_area": "CHN", "counterpart_area": "WORLD", "flow": "export", "basis": "month", "currency": "USD"}
    yield _dimensions("trade_by_regime", "value", product_code="REGIME_10", unit="USD", **own), 16, 2e11, "amount"
    for reporter, currency, ways in (
        ("USA", "USD", (("GENERAL_IMPORTS", "value"), ("IMPORTS_FOR_CONSUMPTION", "value"),
                        ("IMPORTS_FOR_CONSUMPTION", "calculated_duty"))),
        ("EU", "EUR", (("COMEXT", "value"),)),
        ("VNM", "USD", (("CIF", "value"),)),
    ):  # fmt: skip
        for partner in ("WORLD", "EXTRA_EU", "CHN", "VNM", "THA", "MYS", "IDN", "IND"):
            for good in ("TOTAL", "NAICS_334", "HS_854231"):
                for definition, measure in ways:
                    own = {"ref_area": reporter, "counterpart_area": partner, "flow": "import", "basis": "month",
                           "definition": definition, "currency": currency, "unit": currency}  # fmt: skip
                    size = 4e8 if measure == "calculated_duty" else 4e9
                    long = 120 if (reporter, good, definition) == ("USA", "TOTAL", "GENERAL_IMPORTS") else 20
                    long = long if partner in ("WORLD", "CHN", "VNM") else 20
                    if reporter != partner and (reporter == "USA" or good != "NAICS_334"):
                        yield _dimensions("mirror_trade", measure, product_code=good, **own), long, size, "amount"
                if reporter == "EU" and good == "HS_854231":
                    tons = own | {"currency": NONE, "unit": "kg", "product_code": good}
                    yield _dimensions("mirror_trade", "quantity", **tons), 20, 1e6, "amount"
    own = {
        "ref_area": "CHN",
        "counterpart_area": "VNM",
        "flow": "export",
        "basis": "month",
        "definition": "COMTRADE_FOB",
    }
    money = {"currency": "USD", "unit": "USD", "product_code": "HS_854231"}
    yield _dimensions("mirror_trade", "value", **own, **money), 20, 4e9, "amount"
    for product in ("CPI", "PPI"):
        own = {"ref_area": "CHN", "product_code": product, "basis": "month", "unit": "percent"}
        yield _dimensions("price_index", "growth_yoy", **own), 70, 2, "percent"
    own = {"ref_area": "RUS", "product_code": "CPI", "basis": "month", "definition": "PREVIOUS_MONTH_100"}
    yield _dimensions("price_index", "index", unit="index", **own), 100, 100.5, "index"
    own = {"ref_area": "CHN", "product_code": "REER_BROAD", "basis": "index", "definition": "BIS_2020_100"}
    yield _dimensions("effective_exchange_rate", "index", unit="index", **own), 80, 100, "index"
    own = {"ref_area": "USA", "product_code": "USD", "basis": "rate", "definition": "FED_MONTHLY_AVERAGE"}
    yield _dimensions("exchange_rate", "market_rate", unit="CNY", **own), 70, 7, "rate"
    yield from _russian()
    for area in ("USA", "GBR", "ESP", "IRL", "DEU", "CHN"):
        own = {"ref_area": area, "product_code": "PRIVATE_NONFINANCIAL", "unit": "percent", "freq": "Q"}
        for measure in ("credit_to_gdp", "credit_to_gdp_gap"):
            more = {"basis": "stock", "definition": "BIS"}
            yield _dimensions("credit_gap", measure, **own, **more), 240, 90, "percent"
        yield _dimensions("debt_service_ratio", "debt_service_ratio", basis="ratio", **own), 240, 15, "rate"


def _russian() -> Iterator[tuple[Row, int, float, str]]:
    own = {"ref_area": "RUS", "basis": "rate", "unit": "percent", "freq": "D"}
    yield _dimensions("key_rate", "key_rate", **own), 90, 9, "rate"
    own = {"ref_area": "RUS", "product_code": "USD", "basis": "rate", "unit": "RUB", "freq": "D"}
    yield _dimensions("fx_rate", "official_rate", **own), 40, 80, "rate"
    book = {"ref_area": "RUS", "basis": "stock", "unit": "RUB"}
    for product in ("HOUSEHOLD", "ENTREPRENEUR", "NONFINANCIAL", "ALL"):
        for currency in ("ALL", "RUB", "FX"):
            more = book | {"product_code": product, "currency": currency}
            yield _dimensions("loan_portfolio", "debt", definition="SECTOR", **more), 170, 3e12, "amount"
            yield _dimensions("loan_portfolio", "overdue", definition="RAS_OVERDUE", **more), 80, 2e11, "amount"
    more = book | {"product_code": "ALL", "currency": "ALL"}
    yield _dimensions("loan_portfolio", "provisions", definition="RAS_PROVISIONS", **more), 30, 4e11, "amount"
    more = book | {"product_code": "HOUSEHOLD", "currency": "ALL"}
    whole, late = "RESIDENTS_EXCL_ACQUIRED", "RAS_OVERDUE_RESIDENTS"
    yield _dimensions("household_loans", "debt", definition=whole, **more), 40, 3e13, "amount"
    yield _dimensions("household_loans", "overdue", definition=late, **more), 80, 1e12, "amount"
    for name in ("overdue", "provisions_overdue"):
        yield _dimensions("household_lending_risk", name, definition="DPD90", **more), 20, 1e12, "amount"
    own = {"ref_area": "RUS", "product_code": "MORTGAGE", "basis": "month", "currency": "RUB", "unit": "percent"}
    yield _dimensions("mortgage", "rate", **own), 20, 9, "rate"
    for client in ("HOUSEHOLD", "ORGANISATION"):
        for kind in ("LOANS", "DEPOSITS"):
            own = {"product_code": f"{client}_{kind}", "definition": "OVER_1_YEAR", "currency": "RUB"}
            yield _dimensions("bank_rate", "rate", ref_area="RUS", basis="rate", unit="percent", **own), 100, 12, "rate"
    own = {"product_code": "GDP", "definition": "CURRENT_PRICES", "currency": "RUB", "unit": "RUB", "freq": "Q"}
    yield _dimensions("national_accounts", "value", ref_area="RUS", basis="quarter", **own), 170, 4e13, "amount"
    for bank in ("1", "963", "1481", "9"):
        form = book | {"counterpart_area": f"BANK_{bank}", "currency": "ALL"}
        for account in ("455", "452"):
            yield _dimensions("bank_overdue", "debt", product_code=account, **form), 20, 1e9, "amount"
            yield _dimensions("bank_overdue", "overdue", product_code=f"458{account[1:]}", **form), 20, 1e8, "amount"
        for measure in ("assets", "provisions"):
            yield _dimensions("bank_balance", measure, product_code="TOTAL", **form), 20, 1e10, "amount"
        profit = form | {"basis": "ytd", "currency": "RUB", "freq": "Q"}
        yield _dimensions("bank_profit", "profit", product_code="AFTER_TAX", **profit), 24, 1e8, "balance"
        yield _dimensions("bank_profit", "provision_charge", product_code="TOTAL", **profit), 24, 1e8, "balance"
        yield _dimensions("bank_capital", "capital", product_code="TOTAL", **form), 20, 1e9, "balance"
        for ratio in ("N1.0", "N1.1", "N1.2", "N2"):
            own = form | {"product_code": ratio, "unit": "percent", "currency": NONE}
            yield _dimensions("bank_ratio", "ratio", **own), 20, 11, "rate"


class _Chance:
    """What one world does to its figures."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def value(self, size: float, kind: str, before: float | None, wild: float) -> float:
        """A figure near the one before it, of a kind, as printed (four digits); now and then the same, or nothing."""
        dice = self.random
        if kind in ("percent", "balance"):
            figure = dice.gauss(0, 1) * size
        else:
            figure = (before or size) * (1 + dice.gauss(0, 0.003 if kind == "index" else 0.1))
        if kind in ("amount", "balance", "percent") and dice.random() < wild:
            figure = 0.0
        if before is not None and kind != "index" and dice.random() < wild:
            figure = before
        if kind == "rate":
            figure = max(figure, 0.1)
        return _printed(figure)

    def ends(self, series: Row, months: range) -> list[date]:
        """Periods of a series within months: days for a daily one, quarters, Decembers of a yearly one."""
        ends = [month_end(month // 12, month % 12 + 1) for month in months]
        if series["freq"] == "D":
            return [end - timedelta(days=self.random.randrange(28)) for end in ends]
        if series["freq"] == "Q":
            return [end for end in ends if end.month % 3 == 0]
        if series["freq"] == "A":
            return [end for end in ends if end.month == 12]
        january = series["dataset"].startswith("trade_") and series["basis"] == "month" and self.random.random() < 0.5
        return [end for end in ends if not (january and end.month == 1)]  # printed with February as one


def _printed(figure: float) -> float:
    return float(f"{figure:.4g}")


def _half(value: float) -> float:
    """Half of the last place of four digits."""
    return 0.5 * 10.0 ** (int(f"{value:.3e}".partition("e")[2]) - 3) if value else 0.05


def claims(seed: int) -> Iterator[Row]:
    """All claims of a world. In one of three growth reaches far enough back for models, which cost seconds a day."""
    chance = _Chance(seed)
    dice = chance.random
    for number, (series, past, size, kind) in enumerate(_kinds(growth=30 if seed % 3 else 100)):
        known: dict[date, float] = {}
        begins = 0 if dice.random() < 0.9 else dice.randrange(2, 5)  # a series that is new, of this year or with a past
        stops = len(DAYS) if dice.random() < 0.95 else dice.randrange(2, len(DAYS))
        nothing = dice.choice((2022, 2023, 2024)) if kind == "amount" and dice.random() < 0.06 else 0
        last = LAST - past
        wild = 0.002 if past > 60 else 0.04  # a long past is there for what needs one: it breaks seldom
        for place, day in enumerate(DAYS):
            if not begins <= place < stops:
                continue
            now = LAST if place < 2 else day.year * 12 + day.month - 3
            ends = chance.ends(series, range(last + 1, now + 1)) if place != 1 else []
            ends += [day - timedelta(days=dice.randrange(6))] if series["dataset"] == "fx_rate" else []
            ends = [end for end in ends if dice.random() > wild / 2]  # a month missing in the middle
            if place and known:
                ends += [
                    end for end in known if dice.random() < (0.02 if past > 100 else 0.08)
                ]  # said again or revised
                first = min(known)
                missing = chance.ends(series, range(first.year * 12 + first.month, now))
                ends += [end for end in missing if end not in known and dice.random() < 0.5]  # late arrivals
            for end in sorted(set(ends)):
                before = known.get(end)
                near = known[max(known)] if known else None
                value = chance.value(size, kind, before if before is not None else near, wild)
                if before and dice.random() < 0.4:
                    value = before if dice.random() < 0.5 else before + dice.choice((-1, 1)) * _half(before) / 2
                value = 0.0 if end.year == nothing and dice.random() < 0.8 else value
                value = max(value, 0.0) if kind in ("amount", "rate") else value
                half = _half(value) / (4 if before is not None and value not in (before, _printed(value)) else 1)
                known[end] = value
                yield series | {
                    "period_end": end, "value": value, "precision": half, "vintage_date": day,
                    "first_seen": day, "vintage_kind": "inferred" if place == 0 and number % 3 else "observed",
                    "release_id": f"{series['dataset']}/{day}", "native_title": None,
                    "obs_status": "A" if place in (1, 4) or series["ref_area"] != "CHN" else "P",
                }  # fmt: skip
            last = max(last, now)


def words(seed: int) -> pl.DataFrame:
    """Vintages and confirmations of a world, as a warehouse settles them."""
    frame = pl.DataFrame(list(claims(seed)), infer_schema_length=None)
    return settle(frame.select(pl.col(name).cast(kind) for name, kind in CLAIM.items())).words


def records(seed: int) -> dict[str, pl.DataFrame]:
    """Tables of records of a world: forecasts, stated figures, what reporters made of one, rows of the online query."""
    dice = random.Random(-seed - 1)
    forecasts: list[Row] = []
    for surveyor in ("Bloomberg", "Reuters"):
        for name, currency, size in (("exports_yoy", "USD", 8.0), ("imports_yoy", "USD", 8.0), ("trade_balance", "USD", 6e10),
                                     ("ppi_yoy", None, 2.0), ("cpi_yoy", None, 1.0)):  # fmt: skip
            for month in range(LAST - 30, LAST + 15):
                if dice.random() < 0.1:
                    continue
                end = month_end(month // 12, month % 12 + 1)
                figures = [None if dice.random() < 0.15 else _printed(dice.gauss(0, 1) * size) for _ in range(2)]
                both = dice.random() < 0.1 and end.month == 2
                day = end + timedelta(days=dice.choice((8, 9, 40)))
                forecasts.append({
                    "indicator": name, "currency": currency, "period": f"{end:%Y-%m}", "covers": "ytd" if both else "month",
                    "surveyor": surveyor, "forecast": figures[0], "forecast_seen_at": None, "release_date": str(day),
                    "actual": figures[1], "release_id": f"consensus/{end}",
                })  # fmt: skip
    stated: list[Row] = []
    told = (
        ("problem_share", "PROBLEM_IV_V", "%", ("2025-01-01", "2025-04-01", "2025-07-01"), ("unsecured consumer", "mortgage")),
        ("problem_share", "PROBLEM_CMASF", "%", ("2025-01-01", "2025-07-01"), ("all",)),
        ("restructured_share", "RESTRUCTURED_STOCK", "%", ("2024Q4", "2025Q1", "2025Q3"), ("unsecured consumer", "mortgage")),
        ("restructured", "RESTRUCTURED_STOCK", "bn RUB", ("2022-2025", "2025Q2"), ("households",)),
        ("restructured", "RESTRUCTURED_FLOW", "bn RUB", ("2025Q1", "2025Q2", "2025H1", "2025Q3"), ("households", "SME")),
        ("bad_loans_90d", "BUREAU_DPD90", "trn RUB", ("2025-10", "2025-07-01"), ("households",)),
        ("bad_loans_90d", "BUREAU_DPD90", "bn USD", ("2025-07-01",), ("households",)),
        ("bad_loans_increase", "BUREAU_DPD90", "bn RUB", ("2024", "2025-01/2025-09", "2025H1"), ("households",)),
        ("overdue_90d", "DPD90", "trn RUB", ("2025-01-01", "2025-10-01"), ("households",)),
        ("borrowers_debt", "BUREAU_BORROWERS", "trn RUB", ("2025-01-01", "2025-07-01"), ("households",)),
        ("early_delinquency", "DPD30_90", "%", ("2025Q1",), ("unsecured consumer",)),
    )  # fmt: skip
    for name, definition, unit, spans, segments in told:
        for span in spans:
            for segment in segments:
                for day in sorted(dice.sample(range(5, 400), dice.choice((1, 2, 3)))):
                    low = -0.2 if name == "bad_loans_increase" else 0.0
                    stated.append({
                        "segment": segment, "indicator": name, "definition": definition, "unit": unit, "as_of": span,
                        "value": round(max(dice.gauss(8, 6), low), 1), "originator": None,
                        "published_date": str(date(2025, 1, 1) + timedelta(days=day)), "release_id": f"reports/{day}",
                    })  # fmt: skip
    goods: list[Row] = []
    for day in DAYS[2:5]:
        for code in ("85423110", "85423190"):
            for month in [*range(LAST - 15, LAST - 9), *range(LAST - 3, LAST + 1)]:
                if dice.random() < 0.95:
                    goods.append({
                        "period_end": month_end(month // 12, month % 12 + 1), "partner": "VNM", "hs8": code,
                        "value": float(dice.randrange(0, 5)) * 1e8, "vintage_date": day, "vintage_kind": "observed",
                        "release_id": f"query/{day}", "first_seen": day, "digest": f"{day}",
                    })  # fmt: skip
    query = pl.DataFrame(goods).with_columns(pl.col("first_seen").cast(pl.Datetime("us")))
    return {
        "consensus_forecast": pl.DataFrame(forecasts, infer_schema_length=None),
        "reported_figure": pl.DataFrame(stated, infer_schema_length=None),
        "story_evidence": pl.DataFrame(
            {
                "item": ["bad_household_loans_rub", "bad_household_loans_usd"],
                "figure": ["about 200 bn RUB", "about 27 bn USD"],
            }
        ),
        "customs_microdata": query,
    }
