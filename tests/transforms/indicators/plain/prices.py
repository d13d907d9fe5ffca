"""Prices, exchange rates, interest rates and the key rate."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from tests.transforms.indicators.plain.past import Cell, Months, Past, growth, month_end, now, of_one_state


def reer_change_12m(past: Past) -> Iterator[Cell]:
    for named, months in _reer(past):
        for month in months:
            one, base = now(months, month), now(months, month - 12)
            if one is not None and base is not None:
                yield named, month_end(month), 100 * (one / base - 1)


def _reer(past: Past) -> Iterator[tuple[dict[str, str], Months]]:
    return past.of(dataset="effective_exchange_rate", measure="index", product_code="REER_BROAD")


def _windows(past: Past) -> Iterator[tuple[dict[str, str], int, list[float]]]:
    for named, months in _reer(past):
        for month in months:
            window = [value for m in range(month - 35, month + 1) if (value := now(months, m)) is not None]
            if len(window) == 36:
                yield named, month, window


def reer_months_since_low(past: Past) -> Iterator[Cell]:
    for named, month, window in _windows(past):
        yield named, month_end(month), float(35 - window.index(min(window)))


def reer_above_low(past: Past) -> Iterator[Cell]:
    for named, month, window in _windows(past):
        yield named, month_end(month), 100 * (window[-1] / min(window) - 1)


def exchange_rate_change_12m(past: Past) -> Iterator[Cell]:
    for named, months in past.of(dataset="exchange_rate", measure="market_rate", definition="FED_MONTHLY_AVERAGE"):
        for month, figure in months.items():
            if month - 12 in months:
                yield named, month_end(month), of_one_state(growth, figure, [months[month - 12]])


def price_growth_computed(past: Past) -> Iterator[Cell]:
    for named, months in past.of(dataset="price_index", product_code="CPI", definition="PREVIOUS_MONTH_100"):
        for month in months:
            factors = [now(months, m) for m in range(month - 11, month + 1)]
            chain = 100.0
            for factor in factors:
                chain = chain * factor / 100 if factor is not None else float("nan")
            yield named | {"definition": "CHAINED_12_MONTHS"}, month_end(month), chain - 100


def _inflation(past: Past) -> dict[date, float | None]:
    return {end: value for named, end, value in price_growth_computed(past) if named["ref_area"] == "RUS"}


def in_force(past: Past, day: date, age: int | None = 3, **which: str) -> float | None:
    """The rate that holds on a day, set at most `age` days before."""
    known = past.__dict__.setdefault("rates", {})
    name = str(sorted(which.items()))
    if name not in known:
        rows = [r for r in past.rows if all(r[key] == value for key, value in which.items())]
        known[name] = {r["period_end"]: r["value"] for r in rows}
    back = range(age + 1) if age is not None else range((day - date(1990, 1, 1)).days)
    return next((rate for n in back if (rate := known[name].get(day - timedelta(days=n))) is not None), None)


def key_rates(past: Past, *, known: bool = True) -> dict[date, float]:
    """Mean over the days of each month; `known` only after a table of the Bank of Russia was published since."""
    changes = sorted(
        {r["period_end"]: r["value"] for r in past.rows_of("key_rate") if r["measure"] == "key_rate"}.items()
    )
    own = [
        r["vintage_date"] for r in past.rows if r["dataset"] in ("key_rate", "fx_rate", "mortgage", "household_loans")
    ]
    found: dict[date, float] = {}
    if not changes:
        return found
    first = changes[0][0]
    for month in range(first.year * 12 + first.month - 1, past.day.year * 12 + past.day.month):
        end = month_end(month)
        start = end.replace(day=1)
        if start < first or (known and not any(day >= end for day in own)) or end > past.day:
            continue
        total = 0.0
        for shift in range(end.day):
            day = start + timedelta(days=shift)
            total += [rate for since, rate in changes if since <= day][-1]
        found[end] = total / end.day
    return found


def key_rate_monthly(past: Past) -> Iterator[Cell]:
    for end, value in key_rates(past).items():
        yield {"ref_area": "RUS"}, end, value


def key_rate_real(past: Past) -> Iterator[Cell]:
    prices = _inflation(past)
    for end, value in key_rates(past).items():
        if prices.get(end) is not None:
            yield {"ref_area": "RUS"}, end, value - prices[end]  # type: ignore[operator]


NEUTRAL = ((date(2018, 11, 30), 6.0, 7.0), (date(2020, 7, 31), 5.0, 6.0), (date(2023, 7, 31), 5.5, 6.5),
           (date(2023, 11, 30), 6.0, 7.0), (date(2024, 7, 31), 7.5, 8.5))  # fmt: skip


def key_rate_months_above_neutral(past: Past) -> Iterator[Cell]:
    run = 0
    for end, value in sorted(key_rates(past).items()):
        high = [bounds[2] for bounds in NEUTRAL if bounds[0] <= end]
        run = run + 1 if high and value > high[-1] else 0
        if high:
            yield {"ref_area": "RUS"}, end, float(run)


def key_rate_minus_neutral(past: Past) -> Iterator[Cell]:
    for end, value in key_rates(past).items():
        for place, name in ((1, "LOW"), (2, "HIGH")):
            if bounds := [one for one in NEUTRAL if one[0] <= end]:
                yield {"ref_area": "RUS", "definition": name}, end, value - float(bounds[-1][place])


def _rates(past: Past) -> Iterator[tuple[dict[str, str], Months]]:
    return past.of(dataset="bank_rate", measure="rate", ref_area="RUS", currency="RUB", unit="percent")


def lending_spread(past: Past) -> Iterator[Cell]:
    for named, loans in _rates(past):
        if named["product_code"].endswith("_LOANS"):
            client = named["product_code"].removesuffix("_LOANS")
            deposits = past.one(named, product_code=f"{client}_DEPOSITS")
            for month in loans.keys() & deposits.keys():
                spread = loans[month][-1].value - deposits[month][-1].value
                yield named | {"product_code": client}, month_end(month), spread


def bank_rate_minus_key_rate(past: Past) -> Iterator[Cell]:
    key = key_rates(past)
    for named, months in _rates(past):
        for month in months:
            if month_end(month) in key:
                yield named, month_end(month), months[month][-1].value - key[month_end(month)]


def bank_rate_real(past: Past) -> Iterator[Cell]:
    prices = _inflation(past)
    for named, months in _rates(past):
        for month in months:
            inflation = prices.get(month_end(month))
            if inflation is not None:
                yield named, month_end(month), months[month][-1].value - inflation


def mortgage_rate_minus_key_rate(past: Past) -> Iterator[Cell]:
    key = key_rates(past, known=False)
    for named, months in past.of(dataset="mortgage", measure="rate", currency="RUB", ref_area="RUS"):
        for month in months:
            if month_end(month) in key:
                yield named, month_end(month), months[month][-1].value - key[month_end(month)]
