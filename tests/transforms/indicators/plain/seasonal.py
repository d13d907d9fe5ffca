"""Seasonal adjustment: the filters of the packages called directly, annual sums kept by an optimum found otherwise."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from statsmodels.tsa.seasonal import STL

from tests.transforms.indicators.plain.balance import PARTNERS as MIRRORED
from tests.transforms.indicators.plain.past import Cell, Months, Past, month_end
from transforms.indicators import x13

PARTNERS = ("USA", "EU", "ASEAN", "AFRICA", "LATIN_AMERICA", "HKG", "JPN", "KOR", "TWN", "VNM", "MYS", "THA", "IND", "MEX",
            "BRA", "AUS", "RUS", "DEU", "NLD", "GBR")  # fmt: skip
LEAST = 48


def _series(past: Past) -> Iterator[tuple[dict[str, str], Months]]:
    money = {"measure": "value", "basis": "month"}
    flows = ("export", "import")
    yield from past.of(dataset="trade_total", currency="USD", unit="USD", flow=flows, **money)
    yield from past.of(dataset="trade_by_partner", flow=flows, counterpart_area=PARTNERS, unit=("USD", "CNY"), **money)
    yield from past.of(dataset="mirror_trade", ref_area="USA", counterpart_area=MIRRORED, flow="import",
                       product_code="TOTAL", unit="USD", **money)  # fmt: skip


def _run(months: Months) -> list[int]:
    """The newest months without a gap, of those with a value."""
    run = [max(months, default=0)]
    while run[-1] - 1 in months:
        run.append(run[-1] - 1)
    return run[::-1]


def keep_sums(months: list[int], level: list[float], raw: list[float]) -> list[float]:
    """Ratios to `level` with the least squared steps whose full years add up: least squares on what the sums leave free."""
    years = [y for y in {m // 12 for m in months} if y * 12 >= months[0] and y * 12 + 11 <= months[-1]]
    if not years:
        return level
    steps = np.diff(np.eye(len(months)), axis=0)
    sums = np.array([[level[i] if m // 12 == y else 0.0 for i, m in enumerate(months)] for y in years])
    wanted = np.array([sum(raw[i] for i, m in enumerate(months) if m // 12 == y) for y in years])
    scale = float(np.mean(level))
    one = np.linalg.lstsq(sums / scale, wanted / scale, rcond=None)[0]
    _, singular, directions = np.linalg.svd(sums / scale)
    free = directions[int((singular > 1e-9 * singular[0]).sum()) :].T
    best = np.linalg.lstsq(steps @ free, -steps @ one, rcond=None)[0]
    return [float(ratio) * value for ratio, value in zip(one + free @ best, level, strict=True)]


def _adjusted(named: dict[str, str], months: Months) -> dict[int, float]:
    run = _run({m: track for m, track in months.items() if track[-1].value > 0})
    if len(run) < LEAST:
        return {}
    values = [months[m][-1].value for m in run]
    place = {m: i for i, m in enumerate(run)}
    if named["ref_area"] == "CHN":
        for m, i in place.items():
            if m % 12 == 0 and m + 1 in place:
                values[i] = values[i + 1] = (values[i] + values[i + 1]) / 2
    logs = [math.log(value) for value in values]
    season = STL(logs, period=12, robust=True).fit().seasonal
    level = [math.exp(log - s) for log, s in zip(logs, season, strict=True)]
    return dict(zip(run, keep_sums(run, level, values), strict=True))


def _all(past: Past) -> list[tuple[dict[str, str], dict[int, float]]]:
    cache = past.__dict__.setdefault("adjusted", [])
    if not cache:
        cache.extend((named, made) for named, months in _series(past) if (made := _adjusted(named, months)))
    return cache  # type: ignore[no-any-return]


def trade_adjusted(past: Past) -> Iterator[Cell]:
    for named, made in _all(past):
        for month, value in made.items():
            yield named, month_end(month), value


def trade_adjusted_growth_mom(past: Past) -> Iterator[Cell]:
    for named, made in _all(past):
        for month, value in made.items():
            shared = named["ref_area"] == "CHN" and month % 12 == 1
            if month - 1 in made and not shared:
                yield named, month_end(month), 100 * (value / made[month - 1] - 1)


def trade_adjusted_growth_3m_annualised(past: Past) -> Iterator[Cell]:
    for named, made in _all(past):
        for month in made:
            if all(month - lag in made for lag in range(6)):
                late, early = (sum(made[month - lag] for lag in lags) for lags in ((0, 1, 2), (3, 4, 5)))
                yield named, month_end(month), 100 * ((late / early) ** 4 - 1)


def _fitted(past: Past) -> Iterator[tuple[dict[str, str], dict[int, tuple[float, float]]]]:
    """The program itself is asked with the specification of the module: another implementation of it there is not."""
    for named, months in _series(past):
        run = _run(months)
        values = [months[m][-1].value for m in run]
        if len(run) >= LEAST and min(values) > 0:
            pairs = [(m // 12, m % 12 + 1) for m in run]
            made = x13.fit(pairs, values, holiday=named["ref_area"] == "CHN")
            yield named, dict(zip(run, zip(made[: len(run)], made[len(run) :], strict=True), strict=False))


def _x13(past: Past) -> Iterator[tuple[dict[str, str], dict[int, float]]]:
    for named, made in _fitted(past):
        yield named, {month: level for month, (level, _) in made.items()}


def trade_growth_calendar_adjusted(past: Past) -> Iterator[Cell]:
    raw = {tuple(n.items()): months for n, months in _series(past)}
    for named, made in _fitted(past):
        months = raw[tuple(named.items())]
        for month, (_, factor) in made.items():
            if month - 12 in made:
                then = months[month - 12][-1].value / made[month - 12][1]
                yield named, month_end(month), 100 * (months[month][-1].value / factor / then - 1)


def trade_adjusted_x13(past: Past) -> Iterator[Cell]:
    for named, made in _x13(past):
        for month, value in made.items():
            yield named, month_end(month), value


def trade_adjusted_x13_growth_mom(past: Past) -> Iterator[Cell]:
    for named, made in _x13(past):
        for month, value in made.items():
            if month - 1 in made:
                yield named, month_end(month), 100 * (value / made[month - 1] - 1)


def trade_adjusted_x13_minus_stl(past: Past) -> Iterator[Cell]:
    fast = {tuple(n.items()): made for n, made in _all(past)}
    for named, made in _x13(past):
        other = fast.get(tuple(named.items()), {})
        for month, value in made.items():
            if month in other:
                yield named, month_end(month), 100 * (value / other[month] - 1)
