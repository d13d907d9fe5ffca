"""Revisions, first releases and surprises."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from tests.transforms.indicators.plain.past import NAMES, Cell, Past, Row, month_number
from transforms.periods import period_end

Prints = dict[tuple[str, ...], dict[date, list[Row]]]


def _vintages(past: Past, **wanted: tuple[str, ...]) -> Prints:
    """Vintages, not what repeats them, by series and period in their order."""
    found: Prints = {}
    for row in past.rows:
        if row["change"] != "repeated" and all(row[name] in values for name, values in wanted.items()):
            found.setdefault(tuple(row[n] for n in NAMES), {}).setdefault(row["period_end"], []).append(row)
    return found


def _revisions(past: Past) -> dict[tuple[str, ...], dict[date, float]]:
    """Newest value against the first print, once it was revised beyond both roundings."""
    found: dict[tuple[str, ...], dict[date, float]] = {}
    prints = _vintages(past, dataset=("trade_total", "trade_by_partner", "trade_by_commodity"),
                       measure=("value", "growth_yoy"), basis=("month", "ytd"), currency=("USD", "CNY"))  # fmt: skip
    for key, periods in prints.items():
        for end, rows in periods.items():
            first, last = rows[0], rows[-1]
            moved = [
                abs(r["value"] - first["value"]) > ((r["precision"] or 0) + (first["precision"] or 0)) * (1 + 1e-9)
                for r in rows
            ]
            if any(moved):
                change = last["value"] - first["value"]
                percent = change if first["measure"] == "growth_yoy" else 100 * change / abs(first["value"])
                found.setdefault(key, {})[end] = percent if moved[-1] else 0.0
    return found


def _named(key: tuple[str, ...]) -> dict[str, str]:
    named = dict(zip(NAMES, key, strict=True))
    kind = "GROWTH" if named["measure"] == "growth_yoy" else "LEVEL"
    product = kind if named["product_code"] == "TOTAL" else f"{named['product_code']}_{kind}"
    return named | {"product_code": product}


def trade_revision(past: Past) -> Iterator[Cell]:
    for key, periods in _revisions(past).items():
        for end, value in periods.items():
            yield _named(key), end, value


def _mean(past: Past, size: Callable[[float], float]) -> Iterator[Cell]:
    """Of the newest 24 revised periods, dated by the newest of them."""
    for key, periods in _revisions(past).items():
        newest = sorted(periods)[-24:]
        yield _named(key), newest[-1], sum(size(periods[end]) for end in newest) / len(newest)


def trade_revision_mean(past: Past) -> Iterator[Cell]:
    yield from _mean(past, float)


def trade_revision_mean_absolute(past: Past) -> Iterator[Cell]:
    yield from _mean(past, abs)


Sample = list[list[float]]


def _samples(past: Past) -> Iterator[tuple[dict[str, str], date, Sample]]:
    """Releases of published growth that are a year old on the last day on which one was published."""
    prints = _vintages(past, dataset=("trade_total",), measure=("growth_yoy",), counterpart_area=("WORLD",),
                       basis=("month", "ytd"), currency=("USD", "CNY"))  # fmt: skip
    for key, periods in prints.items():
        began = {end: rows[0]["vintage_date"] for end, rows in periods.items() if rows[0]["obs_status"] == "P"}
        days = [row["vintage_date"] for end in began for row in periods[end]]
        if not days:
            continue
        old = sorted(end for end, day in began.items() if day + timedelta(days=365) <= max(days))
        if len(old) >= 12:
            sample = [[row["value"] for row in periods[end]] for end in old]
            yield dict(zip(NAMES, key, strict=True)), old[-1], sample


def _of_samples(past: Past, function: Callable[[Sample], float | None]) -> Iterator[Cell]:
    for named, end, sample in _samples(past):
        yield named, end, function(sample)


def _changes(sample: Sample) -> list[float]:
    return [releases[-1] - releases[0] for releases in sample]


def _average(values: list[float]) -> float:
    return sum(values) / len(values)


def _ratio(values: list[float]) -> float | None:
    """Mean over its error of Newey and West with three lags."""
    n, mean = len(values), _average(values)
    variance = 0.0
    for lag in range(-3, 4):
        weight = 1 - abs(lag) / 4
        pairs = [(values[i] - mean) * (values[i - abs(lag)] - mean) for i in range(abs(lag), n)]
        variance += weight * sum(pairs) / n
    error = math.sqrt(max(variance, 0.0) / n)
    return mean / error if error > 1e-9 * max(1.0, abs(mean)) else None


def _correlation(one: list[float], other: list[float]) -> float | None:
    a, b = _average(one), _average(other)
    top = sum((x - a) * (y - b) for x, y in zip(one, other, strict=True))
    below = sum((x - a) ** 2 for x in one) * sum((y - b) ** 2 for y in other)
    return top / math.sqrt(below) if below > 1e-12 else None


def trade_release_count(past: Past) -> Iterator[Cell]:
    yield from _of_samples(past, lambda sample: float(len(sample)))


def trade_release_revised_share(past: Past) -> Iterator[Cell]:
    yield from _of_samples(past, lambda s: 100 * _average([float(abs(c) > 1e-9) for c in _changes(s)]))


def trade_release_sign_flips(past: Past) -> Iterator[Cell]:
    yield from _of_samples(past, lambda s: 100 * _average([float(r[0] * r[-1] < 0) for r in s]))


def trade_release_bias(past: Past) -> Iterator[Cell]:
    yield from _of_samples(past, lambda s: _average(_changes(s)))


def trade_release_bias_ratio(past: Past) -> Iterator[Cell]:
    yield from _of_samples(past, lambda s: _ratio(_changes(s)))


def trade_release_noise(past: Past) -> Iterator[Cell]:
    yield from _of_samples(past, lambda s: _correlation(_changes(s), [r[0] for r in s]))


def trade_release_news(past: Past) -> Iterator[Cell]:
    yield from _of_samples(past, lambda s: _correlation(_changes(s), [r[-1] for r in s]))


def trade_release_first_efficient(past: Past) -> Iterator[Cell]:
    def first(sample: Sample) -> float | None:
        for n in range(max(map(len, sample))):
            left = [releases[-1] - (releases[n] if n < len(releases) else releases[-1]) for releases in sample]
            ratio = _ratio(left)
            if (abs(sum(left)) < 1e-9) if ratio is None else abs(ratio) <= 1.96:
                return float(n + 1)
        return None

    yield from _of_samples(past, first)


FIGURES = {"exports_yoy": ("growth_yoy", "export"), "imports_yoy": ("growth_yoy", "import"),
           "trade_balance": ("value", "balance")}  # fmt: skip


def _surprises(past: Past) -> list[tuple[dict[str, str], date, float, date]]:
    """First print less last forecast: series, period, surprise, day from which on it is known."""
    first = {}
    for row in past.rows:
        if row["dataset"] == "trade_total" and row["counterpart_area"] == "WORLD":
            key = (row["measure"], row["flow"], row["currency"], row["basis"], row["period_end"])
            first.setdefault(key, row)
    chosen: dict[tuple[str, ...], Row] = {}
    seen = [r for r in past.tables["consensus_forecast"] if r["indicator"] in FIGURES and r["forecast"] is not None]
    order = sorted(seen, key=lambda r: (r["forecast_seen_at"] is not None, r["forecast_seen_at"] or ""))
    for row in order:
        chosen[row["indicator"], row["currency"], row["period"], row["covers"], row["surveyor"]] = row
    found = []
    for row in chosen.values():
        measure, flow = FIGURES[row["indicator"]]
        basis, end = "ytd" if row["covers"] == "ytd" else "month", period_end(row["period"])
        printed = first.get((measure, flow, row["currency"], basis, end))
        if row["actual"] is not None:
            value, day = row["actual"], row["release_date"] or (printed["vintage_date"] if printed else None)
        elif printed:
            value, day = printed["value"], max(filter(None, (row["release_date"], printed["vintage_date"])))
        else:
            continue
        surveyor = re.sub(r"\W+", "_", row["surveyor"]).strip("_").upper()
        named = {"flow": flow, "basis": basis, "currency": row["currency"], "definition": surveyor}
        if day is not None:
            found.append((named, end, value - row["forecast"], day))
    return sorted(found, key=lambda one: (sorted(one[0].items()), month_number(one[1])))


def trade_surprise(past: Past) -> Iterator[Cell]:
    for named, end, value, day in _surprises(past):
        if day <= past.day:
            yield named, end, value


def trade_surprise_standardised(past: Past) -> Iterator[Cell]:
    every = _surprises(past)
    for named, end, value, day in every:
        before = [v for n, e, v, d in every if n == named and e < end and d <= day]
        if len(before) >= 6 and day <= past.day:
            mean = _average(before)
            sigma = math.sqrt(sum((x - mean) ** 2 for x in before) / (len(before) - 1))
            if sigma > 0:
                yield named, end, value / sigma
