"""Banks and their system once more: sums, quotients and quantiles by plain loops."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from tests.transforms.indicators.plain.rows import LOANS, Cell, Past, Row, inflation

RUSSIA = {"dataset": LOANS, "measure": "debt", "basis": "stock", "unit": "RUB", "ref_area": "RUS", "adjustment": "N"}
Path = dict[int, float]


def loan_growth_real(past: Past) -> Iterator[Cell]:
    prices = dict(inflation(past).values())
    for named, stock in past.of(currency="ALL", **RUSSIA):
        for month, row in stock.items():
            if month - 12 in stock and stock[month - 12]["value"] > 0 and row["period_end"] in prices:
                factor = row["value"] / stock[month - 12]["value"]
                yield named, row["period_end"], 100 * (factor / (1 + prices[row["period_end"]] / 100) - 1)


def loan_cost_of_risk(past: Past) -> Iterator[Cell]:
    for named, kept in past.of(dataset="loan_portfolio", measure="provisions", definition="RAS_PROVISIONS",
                               product_code="ALL", currency="ALL"):  # fmt: skip
        debt = past.one(named, measure="debt", definition="SECTOR")
        for m, row in kept.items():
            if all(n in months for months in (kept, debt) for n in (m, m - 12)):
                rise = abs(row["value"]) - abs(kept[m - 12]["value"])
                yield named, row["period_end"], 100 * rise / ((debt[m]["value"] + debt[m - 12]["value"]) / 2)


def _product(past: Past) -> Path:
    """GDP of four quarters by number of the last month."""
    found: Path = {}
    for _, quarters in past.of(
        dataset="national_accounts", product_code="GDP", basis="quarter", definition="CURRENT_PRICES"
    ):
        for m in quarters:
            if all(m - lag in quarters for lag in (0, 3, 6, 9)):
                found[m] = sum(quarters[m - lag]["value"] for lag in (0, 3, 6, 9))
    return found


def _credit(past: Past) -> Iterator[tuple[dict[str, str], dict[int, tuple[date, float]]]]:
    for named, stock in past.of(currency="ALL", product_code="HOUSEHOLD", **RUSSIA):
        yield named, {m: (row["period_end"], row["value"]) for m, row in stock.items()}
        others = [past.one(named, product_code=name) for name in ("ENTREPRENEUR", "NONFINANCIAL")]
        if named["dataset"] == "loan_portfolio" and all(others):
            sums = {m: (row["period_end"], row["value"] + sum(o[m]["value"] for o in others))
                    for m, row in stock.items() if all(m in o for o in others)}  # fmt: skip
            yield named | {"product_code": "PRIVATE_NONFINANCIAL"}, sums


def credit_to_gdp(past: Past) -> Iterator[Cell]:
    product = _product(past)
    for named, stock in _credit(past):
        for m in stock.keys() & product.keys():
            yield named, stock[m][0], 100 * stock[m][1] / product[m]


def credit_impulse(past: Past) -> Iterator[Cell]:
    product = _product(past)
    for named, stock in _credit(past):
        for m in stock.keys() & product.keys():
            if m - 12 in stock and m - 24 in stock:
                now, before = stock[m][1] - stock[m - 12][1], stock[m - 12][1] - stock[m - 24][1]
                yield named, stock[m][0], 100 * (now - before) / product[m]


def hodrick_prescott(values: list[float], smoothing: float = 400_000.0) -> list[float]:
    """The trend, by Gaussian elimination of the band (I + smoothing * K'K) x = y."""
    n = len(values)
    rows = [[0.0] * n + [value] for value in values]
    for i in range(n):
        rows[i][i] += 1.0
    for i in range(n - 2):
        for a, x in enumerate((1.0, -2.0, 1.0)):
            for b, y in enumerate((1.0, -2.0, 1.0)):
                rows[i + a][i + b] += smoothing * x * y
    for i in range(n):
        for j in range(i + 1, min(i + 3, n)):
            factor = rows[j][i] / rows[i][i]
            for k in [*range(i, min(i + 3, n)), n]:
                rows[j][k] -= factor * rows[i][k]
    found = [0.0] * n
    for i in reversed(range(n)):
        rest = sum(rows[i][k] * found[k] for k in range(i + 1, min(i + 3, n)))
        found[i] = (rows[i][n] - rest) / rows[i][i]
    return found


def credit_gap_own(past: Past) -> Iterator[Cell]:
    paths: dict[tuple[tuple[str, str], ...], dict[date, float]] = {}
    for named, end, value in credit_to_gdp(past):
        paths.setdefault(tuple(named.items()), {})[end] = value
    for named, quarters in past.of(dataset="credit_gap", measure="credit_to_gdp"):
        paths[tuple(named.items())] = {row["period_end"]: row["value"] for row in quarters.values()}
    for key, path in paths.items():
        ends = sorted(path)
        start = 0
        for i, end in enumerate(ends):
            if i and (end.year - ends[i - 1].year) * 12 + end.month - ends[i - 1].month != 3:
                start = i
            known = [path[e] for e in ends[start : i + 1]]
            if len(known) >= 40:
                yield dict(key), end, known[-1] - hodrick_prescott(known)[-1]


def _lending_rates(past: Past, product: str) -> Path:
    """Mean of the last 24 months of the rate of new loans over a year, by the last of them."""
    found: Path = {}
    for _, months in past.of(dataset="bank_rate", product_code=product, definition="OVER_1_YEAR", ref_area="RUS"):
        for m in months:
            if all(m - lag in months for lag in range(24)):
                found[m] = sum(months[m - lag]["value"] for lag in range(24)) / 24
    return found


def _instalment(rate: float, quarters: int) -> float:
    """A year's instalments per rouble: what is owed falls to nothing by equal parts, found by halving."""
    low, high = 0.0, 1.0
    for _ in range(200):
        part, owed = (low + high) / 2, 1.0
        for _ in range(quarters):
            owed = owed * (1 + rate / 400) - part
        low, high = (part, high) if owed > 0 else (low, part)
    return 4 * low


def debt_service_own(past: Past) -> Iterator[Cell]:
    product = _product(past)
    rates = {who: _lending_rates(past, f"{who}_LOANS") for who in ("HOUSEHOLD", "ORGANISATION")}
    years = {"HOUSEHOLD": 72, "ORGANISATION": 52}
    cost = {who: {m: _instalment(rate, years[who]) for m, rate in path.items()} for who, path in rates.items()}
    for code, who in (("HOUSEHOLD", "HOUSEHOLD"), ("NONFINANCIAL", "ORGANISATION")):
        for named, stock in past.of(currency="ALL", product_code=code, **RUSSIA):
            if code == "HOUSEHOLD" or named["dataset"] == "loan_portfolio":
                for m in stock.keys() & product.keys() & cost[who].keys():
                    yield named, stock[m]["period_end"], 100 * stock[m]["value"] * cost[who][m] / product[m]
    for named, stock in past.of(currency="ALL", product_code="HOUSEHOLD", **(RUSSIA | {"dataset": "loan_portfolio"})):
        others = [past.one(named, product_code=name) for name in ("ENTREPRENEUR", "NONFINANCIAL")]
        for m in stock.keys() & product.keys() & cost["HOUSEHOLD"].keys() & cost["ORGANISATION"].keys():
            if all(m in other for other in others):
                paid = stock[m]["value"] * cost["HOUSEHOLD"][m]
                paid += sum(other[m]["value"] for other in others) * cost["ORGANISATION"][m]
                yield named | {"product_code": "PRIVATE_NONFINANCIAL"}, stock[m]["period_end"], 100 * paid / product[m]


def debt_service_own_excess(past: Past) -> Iterator[Cell]:
    paths: dict[tuple[tuple[str, str], ...], dict[date, float]] = {}
    for named, end, value in debt_service_own(past):
        paths.setdefault(tuple(named.items()), {})[end] = value
    for key, path in paths.items():
        run: list[float] = []
        last: date | None = None
        for end in sorted(path):
            if last is not None and (end.year - last.year) * 12 + end.month - last.month != 3:
                run = []
            run.append(path[end])
            last = end
            if len(run) >= 20:
                yield dict(key), end, run[-1] - sum(run[-40:]) / len(run[-40:])


def by_bank(past: Past, **wanted: str) -> dict[str, dict[int, list[Row]]]:
    """Rows of each bank by month."""
    found: dict[str, dict[int, list[Row]]] = {}
    for named, months in past.of(**wanted):
        for month, row in months.items():
            found.setdefault(named["counterpart_area"], {}).setdefault(month, []).append(row)
    return found


def totals(past: Past, **wanted: str) -> dict[str, dict[int, tuple[date, float]]]:
    """Sums of each bank by month, and of all as BANKS."""
    found: dict[str, dict[int, tuple[date, float]]] = {}
    for bank, months in by_bank(past, **wanted).items():
        for month, rows in months.items():
            for name in (bank, "BANKS"):
                own = found.setdefault(name, {})
                before = own.get(month, (rows[0]["period_end"], 0.0))[1]
                own[month] = rows[0]["period_end"], before + sum(row["value"] for row in rows)
    return found


def bank_overdue_cover(past: Past) -> Iterator[Cell]:
    kept = totals(past, dataset="bank_balance", measure="provisions")
    late = totals(past, dataset="bank_overdue", measure="overdue", currency="ALL")
    for bank, months in kept.items():
        for m, (end, value) in months.items():
            below = late.get(bank, {}).get(m, (end, 0.0))[1]
            if below > 0:
                yield {**FORM, "counterpart_area": bank}, end, 100 * value / below


def bank_largest_share(past: Past) -> Iterator[Cell]:
    yield from _of_assets(past, lambda values: 100 * sum(sorted(values, reverse=True)[:5]) / sum(values))


def bank_concentration_hhi(past: Past) -> Iterator[Cell]:
    yield from _of_assets(past, lambda values: sum((100 * v / sum(values)) ** 2 for v in values))


def _of_assets(past: Past, value: Callable[[list[float]], float]) -> Iterator[Cell]:
    assets: dict[date, list[float]] = {}
    for months in by_bank(past, dataset="bank_balance", measure="assets").values():
        for rows in months.values():
            assets.setdefault(rows[0]["period_end"], []).extend(row["value"] for row in rows)
    for end, values in assets.items():
        yield {**FORM, "counterpart_area": "BANKS"}, end, value([v for v in values if v > 0])


def bank_form_count(past: Past) -> Iterator[Cell]:
    forms = (
        ("FORM_101", {"dataset": "bank_balance", "measure": "assets"}),
        ("FORM_102", {"dataset": "bank_profit", "measure": "profit", "product_code": "AFTER_TAX"}),
        ("FORM_123", {"dataset": "bank_capital", "measure": "capital", "product_code": "TOTAL"}),
        *((ratio, {"dataset": "bank_ratio", "product_code": ratio}) for ratio in RATIOS),
    )
    for product, wanted in forms:
        counted: dict[date, int] = {}
        for _, months in past.of(**wanted):
            for row in months.values():
                counted[row["period_end"]] = counted.get(row["period_end"], 0) + 1
        for end, count in counted.items():
            yield {**FORM, "counterpart_area": "BANKS", "product_code": product}, end, float(count)


def _results(past: Past, measure: str, **wanted: str) -> dict[str, dict[int, tuple[date, float]]]:
    """Results of twelve months by bank and of all: the year so far, the year before, less its first part."""
    found: dict[str, dict[int, tuple[date, float]]] = {}
    for named, months in past.of(dataset="bank_profit", measure=measure, **wanted):
        for m, row in months.items():
            december = m - m % 12 - 1
            if m % 12 == 11:
                value = row["value"]
            elif december in months and m - 12 in months:
                value = row["value"] + months[december]["value"] - months[m - 12]["value"]
            else:
                continue
            for name in (named["counterpart_area"], "BANKS"):
                own = found.setdefault(name, {})
                own[m] = row["period_end"], own.get(m, (row["period_end"], 0.0))[1] + value
    return found


def _returns(past: Past, earned: dict[str, dict[int, tuple[date, float]]], stock: dict[str, str]) -> Iterator[Cell]:
    """Of each bank, and of those together of which all three are known."""
    below = totals(past, **stock)
    sums: dict[tuple[str, date], tuple[float, float]] = {}
    for bank, months in earned.items():
        own = below.get(bank, {})
        for m, (end, value) in months.items():
            if bank != "BANKS" and m in own and m - 12 in own:
                for name in (bank, "BANKS"):
                    before = sums.get((name, end), (0.0, 0.0))
                    sums[name, end] = before[0] + value, before[1] + own[m][1] + own[m - 12][1]
    for (name, end), (value, both) in sums.items():
        if both > 0:
            yield {**FORM, "counterpart_area": name}, end, 200 * value / both


def bank_return_on_assets(past: Past) -> Iterator[Cell]:
    yield from _returns(
        past, _results(past, "profit", product_code="AFTER_TAX"), {"dataset": "bank_balance", "measure": "assets"}
    )


def bank_return_on_equity(past: Past) -> Iterator[Cell]:
    earned = _results(past, "profit", product_code="AFTER_TAX")
    yield from _returns(past, earned, {"dataset": "bank_capital", "measure": "capital", "product_code": "TOTAL"})


def bank_cost_of_risk(past: Past) -> Iterator[Cell]:
    yield from _returns(past, _results(past, "provision_charge"), {"dataset": "bank_overdue", "currency": "ALL"})


def _ratios(past: Past) -> dict[tuple[str, date], list[tuple[str, float]]]:
    found: dict[tuple[str, date], list[tuple[str, float]]] = {}
    for named, months in past.of(dataset="bank_ratio", product_code=RATIOS):
        for row in months.values():
            found.setdefault((named["product_code"], row["period_end"]), []).append(
                (named["counterpart_area"], row["value"])
            )
    return found


def bank_ratio_quantile(past: Past) -> Iterator[Cell]:
    for (product, end), rows in _ratios(past).items():
        values = sorted(value for _, value in rows)
        for percent in (10, 25, 50, 75, 90):
            place = (len(values) - 1) * percent / 100
            low, part = int(place), place % 1
            value = values[low] * (1 - part) + (values[low + 1] * part if part else 0.0)
            yield (
                {**FORM, "counterpart_area": "BANKS", "product_code": product, "definition": f"P{percent}"},
                end,
                value,
            )


def _asked(bank: str, year: int, month: int) -> float | None:
    """Points above the minima of capital that a bank holds at the end of a month, once more and for 2014 to 2025."""
    at = year + (month - 1) / 12
    steps = ((2026, None), (2025, 0.5), (2024, None), (2023, 0.0), (2020, 2.5), (2019.75, 2.25), (2019.5, 2.125), (2019.25, 2.0), (2018, 1.875),
             (2017, 1.25), (2016, 0.625), (2014, 0.0))  # fmt: skip
    extra = ((2026, 0.5), (2025, 0.25), (2023, 0.0), (2020, 1.0), (2018, 0.65), (2017, 0.35), (2016, 0.15), (2014, 0.0))
    kept = next((points for since, points in steps if at >= since), None)
    large = bank in ("BANK_1", "BANK_354", "BANK_1000", "BANK_1326", "BANK_1481", "BANK_2209", "BANK_2272", "BANK_3251",
                     "BANK_3292", "BANK_3349") or (bank == "BANK_1978" and at >= 2017.75)  # fmt: skip
    large = large or (bank == "BANK_963" and at >= 2020.75) or (bank == "BANK_2673" and at >= 2021.75)
    more = next((points for since, points in extra if at >= since), 0.0) if large else 0.0
    cycle = 0.5 if at >= 2025.5 else 0.25 if at > 2025.05 else 0.0
    return None if kept is None else kept + more + cycle


def bank_short_share(past: Past) -> Iterator[Cell]:
    assets = totals(past, dataset="bank_balance", measure="assets")
    weights = {(bank, end): value for bank, months in assets.items() for end, value in months.values()}
    for (product, end), rows in _ratios(past).items():
        if product == "N4" or (product.startswith("N1") and end.year < 2014):
            continue
        late = end.year >= 2016
        least = {"N1.0": 8.0 if late else 10.0, "N1.1": 4.5 if late else 5.0, "N1.2": 6.0 if end.year >= 2015 else 5.5,
                 "N2": 15.0, "N3": 50.0}[product]  # fmt: skip
        marks = {"SHORT": {bank: least for bank, _ in rows}}
        if product.startswith("N1"):
            marks["NEAR_FULL"] = {bank: least + 3.5 for bank, _ in rows}
            asked = {bank: _asked(bank, end.year, end.month) for bank, _ in rows}
            if None not in asked.values():
                marks["NEAR"] = {bank: least + 1 + (points or 0.0) for bank, points in asked.items()}
        for mark, levels in marks.items():
            for name, weighed in (("COUNT", [(b, v, 1.0) for b, v in rows]),
                                  ("ASSETS", [(b, v, weights[b, end]) for b, v in rows if (b, end) in weights])):  # fmt: skip
                if whole := sum(weight for *_, weight in weighed):
                    below = sum(weight for bank, value, weight in weighed if value < levels[bank])
                    named = {"counterpart_area": "BANKS", "product_code": product, "definition": f"{mark}_{name}"}
                    yield {**FORM, **named}, end, 100 * below / whole


RATIOS = ("N1.0", "N1.1", "N1.2", "N2", "N3", "N4")
FORM = {"ref_area": "RUS", "product_code": "TOTAL", "definition": "BANK_FORMS"}


ALL: dict[str, Callable[[Past], Iterator[Cell]]] = {
    function.__name__: function
    for function in (
        loan_growth_real, loan_cost_of_risk, credit_to_gdp, credit_impulse, credit_gap_own, bank_overdue_cover,
        bank_largest_share, bank_concentration_hhi, bank_form_count, bank_return_on_assets, bank_return_on_equity,
        bank_cost_of_risk, bank_ratio_quantile, bank_short_share, debt_service_own, debt_service_own_excess,
    )
}  # fmt: skip
