"""Composites: every component held against its own past, the weighted mean of what is known, linked."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from tests.transforms.indicators.plain.loans import loan_overdue_ratio
from tests.transforms.indicators.plain.past import Cell, Past, month_end, month_number
from tests.transforms.indicators.plain.prices import key_rate_monthly, key_rate_real
from transforms.banking.definitions import breaks
from transforms.indicators import composite
from transforms.periods import period_end

BOOK: dict[str, Any] = yaml.safe_load(Path(composite.__file__).with_suffix(".yaml").read_text("utf-8"))["composites"]
RATES = {"key_rate_monthly": key_rate_monthly, "key_rate_real": key_rate_real}
Values = dict[int, float]


def _values(past: Past, spec: dict[str, Any]) -> Values:
    """A component by month, as known."""
    if "indicator" in spec:
        name = spec["indicator"]["id"]
        if name in RATES:
            return {month_number(end): value for _, end, value in RATES[name](past) if value is not None}
        wanted = {n: v for n, v in spec["indicator"].items() if n != "id"} | {"ref_area": "RUS", "currency": "ALL"}
        return {month_number(end): value for named, end, value in loan_overdue_ratio(past)
                if all(named[n] == v for n, v in wanted.items()) and value is not None}  # fmt: skip
    chosen = spec.get("select") or spec["published"]
    told: list[tuple[date, int, float]] = []
    for row in past.rows_of(chosen["dataset"]):
        if all(row[n] in (v if isinstance(v, list) else [v]) for n, v in chosen.items()):
            month = month_number(row["period_end"])
            together = chosen.get("basis") == ["month", "ytd"]
            if not together or ((row["basis"] == "ytd") == (month % 12 == 1) and month % 12 > 0):
                told.append((row["vintage_date"], month, row["value"]))
    for row in past.tables["consensus_forecast"] if "print" in spec else ():
        if row["indicator"] == spec["print"] and row["actual"] is not None and row["release_date"] <= past.day:
            told.append((row["release_date"], month_number(period_end(row["period"])), row["actual"]))
    return {month: value for _, month, value in sorted(told, key=lambda one: one[0])}


def _broken(spec: dict[str, Any]) -> set[int]:
    definition = spec.get("indicator", spec.get("select", {})).get("definition")
    return {month_number(r["period_end"]) for r in breaks().iter_rows(named=True) if r["definition"] == definition}


def _measured(
    values: Values, spec: dict[str, Any], month: int, window: int, stale: int
) -> tuple[float, list[float]] | None:
    """Value or change at a month, and those of the window it is held against."""
    at = next((m for m in range(month, month - stale - 1, -1) if m in values), None)
    if at is None:
        return None
    if spec["form"] == "level":
        own = [values[m] for m in range(at - window + 1, at + 1) if m in values]
        return (values[at], own) if len(own) >= window / 2 else None
    broken = _broken(spec)

    def change(m: int, lag: int) -> float | None:
        one_basis = not any(m - lag < b <= m for b in broken)
        return values[m] - values[m - lag] if m in values and m - lag in values and one_basis else None

    lags = [lag for lag in (12, 11, 13, 10, 14, 9, 15, 8, 7, 6) if change(at, lag) is not None]
    if not lags:
        return None
    own = [c for m in range(at - window + 1, at + 1) if (c := change(m, lags[0])) is not None]
    return (change(at, lags[0]), own) if len(own) >= window / 2 else None  # type: ignore[return-value]


def _score(measured: tuple[float, list[float]], spec: dict[str, Any]) -> float | None:
    value, own = measured
    mean = sum(own) / len(own)
    deviation = math.sqrt(sum((x - mean) ** 2 for x in own) / (len(own) - 1))
    usual = mean if spec["form"] == "level" else 0.0
    return spec["sign"] * (value - usual) / deviation if deviation else None


def _rank(measured: tuple[float, list[float]], spec: dict[str, Any]) -> float:
    value, own = measured
    share = 100 * (sum(x < value for x in own) + sum(x == value for x in own) / 2) / len(own)
    return share if spec["sign"] > 0 else 100 - share


def _path(scores: dict[int, dict[str, float]], weights: dict[str, float]) -> Values:
    """The weighted mean in the month of most weight; from there on moved by the components that both months know."""
    known = {m: s for m, s in scores.items() if s}
    if not known:
        return {}
    anchor = max(known, key=lambda m: (sum(weights[n] for n in known[m]), m))

    def mean(m: int, names: set[str]) -> float:
        return sum(weights[n] * known[m][n] for n in names) / sum(weights[n] for n in names)

    path = {anchor: mean(anchor, set(known[anchor]))}
    for months in (sorted(m for m in known if m > anchor), sorted((m for m in known if m < anchor), reverse=True)):
        last = anchor
        for month in months:
            common = known[month].keys() & known[last].keys()
            if not common:
                break
            path[month] = path[last] + mean(month, common) - mean(last, common)
            last = month
    return path


def _all(past: Past) -> Iterator[tuple[str, str, str, int, float | None]]:
    """Indicator, area, component, month, value of the last thirteen months."""
    for area, book in BOOK.items():
        specs, window, stale = book["components"], book["window"], book["stale"]
        weights = {name: spec["weight"] for name, spec in specs.items()}
        values = {name: _values(past, spec) for name, spec in specs.items()}
        newest = max((max(v) for v in values.values() if v), default=None)
        if newest is None:
            continue
        scores: dict[int, dict[str, float]] = {}
        ranks: dict[int, dict[str, float]] = {}
        spans: dict[int, dict[str, float]] = {}
        for month in range(newest - 12, newest + 1):
            measured = {n: m for n, s in specs.items() if (m := _measured(values[n], s, month, window, stale))}
            known = {n: z for n, m in measured.items() if (z := _score(m, specs[n])) is not None}
            weight = 100 * sum(weights[n] for n in known) / sum(weights.values())
            yield "composite_coverage", area, "_", month, weight or None
            if weight > 50:
                scores[month], spans[month] = known, {n: float(len(measured[n][1])) for n in known}
                ranks[month] = {n: _rank(m, specs[n]) for n, m in measured.items()}
        whole = _path(scores, weights)
        paths = {n: p for n, s in specs.items() if (p := _standardised(values[n], s, newest, window, stale))}
        common = factor_of(paths, list(range(newest - window + 1, newest + 1)))
        if common is not None:
            levels, loads = common
            size = sum(weights[n] * part for n, part in loads.items()) / sum(weights[n] for n in loads)
            for month in whole:
                yield "composite_factor", area, "_", month, levels[month] * size
                yield "composite_factor_difference", area, "_", month, whole[month] - levels[month] * size
            for name, part in loads.items() if newest in whole else ():
                yield "composite_factor_loading", area, name.upper(), newest, part
        mean_rank = _path(ranks, weights)
        for month, known in scores.items():
            there = sum(weights[n] for n in known)
            parts = {n: weights[n] * z / there for n, z in known.items()}
            yield "composite", area, "_", month, whole.get(month)
            yield "composite_mean_percentile", area, "_", month, mean_rank.get(month)
            if month in whole:
                yield "composite_link", area, "_", month, whole[month] - sum(parts.values())
            for name, value in parts.items():
                yield "composite_contribution", area, name.upper(), month, value
                yield "composite_component_span", area, name.upper(), month, spans[month][name]
                rest = _path({m: {n: z for n, z in s.items() if n != name} for m, s in scores.items()}, weights)
                yield "composite_without", area, name.upper(), month, rest.get(month)
            for name, value in ranks[month].items():
                yield "composite_component_percentile", area, name.upper(), month, value


def _standardised(values: Values, spec: dict[str, Any], month: int, window: int, stale: int) -> Values:
    """All of the window as the newest month is measured."""
    measured = _measured(values, spec, month, window, stale)
    at = next((m for m in range(month, month - stale - 1, -1) if m in values), None)
    if measured is None or at is None or _score(measured, spec) is None:
        return {}
    found: Values = {}
    for m in range(at - window + 1, at + 1):
        if m not in values:
            continue
        if spec["form"] == "level":
            score = _score((values[m], measured[1]), spec)
        else:
            lags = [lag for lag in (12, 11, 13, 10, 14, 9, 15, 8, 7, 6)
                    if at - lag in values and not any(at - lag < b <= at for b in _broken(spec))]  # fmt: skip
            if m - lags[0] not in values or any(m - lags[0] < b <= m for b in _broken(spec)):
                continue
            score = _score((values[m] - values[m - lags[0]], measured[1]), spec)
        if score is not None:
            found[m] = score
    return found


def factor_of(paths: dict[str, Values], months: list[int]) -> tuple[Values, dict[str, float]] | None:
    """The factor by normal equations: the mean of a month given all that was known up to it, and the loadings."""
    names = sorted(paths)
    whole = [m for m in months if all(m in paths[n] for n in names)]
    if len(names) < 2 or len(whole) < 24:
        return None
    table = np.array([[paths[n][m] for n in names] for m in whole])
    roots, vectors = np.linalg.eigh(table.T @ table / len(whole))
    root, vector = roots[-1], vectors[:, -1] * (1 if vectors[:, -1].sum() >= 0 else -1)
    load, rough = vector * math.sqrt(root), table @ vector / math.sqrt(root)
    own = ((table - np.outer(rough, load)) ** 2).mean(axis=0)
    at = dict(zip(whole, rough, strict=True))
    pairs = [(at[m - 1], at[m]) for m in whole if m - 1 in at]
    follows = min(0.99, max(-0.99, sum(a * b for a, b in pairs) / sum(a * a for a, _ in pairs)))
    told = [(m, i, paths[n][m]) for m in months for i, n in enumerate(names) if m in paths[n]]
    levels: Values = {}
    for month in months[-13:]:
        seen = [(m, i, z) for m, i, z in told if m <= month]
        when, which = np.array([m for m, _, _ in seen]), np.array([i for _, i, _ in seen])
        near = follows ** np.abs(when[:, None] - when[None, :]) if follows else (when[:, None] == when[None, :]) * 1.0
        cover = load[which][:, None] * load[which][None, :] * near + np.diag(own[which])
        with_it = follows ** np.abs(month - when) * load[which]
        levels[month] = float(with_it @ np.linalg.solve(cover, np.array([z for _, _, z in seen])))
    return levels, dict(zip(names, map(float, load), strict=True))


def composite_percentile(past: Past) -> Iterator[Cell]:
    """The newest composite among the months before it without a gap, as they were last told."""
    for area in BOOK:
        path = {month_number(r["period_end"]): r["value"] for r in past.tables["composite"]
                if r["ref_area"] == area and r["vintage_date"] <= past.day and r["value"] is not None}  # fmt: skip
        newest = max(path, default=None)
        earlier: list[float] = []
        while newest is not None and newest - len(earlier) - 1 in path:
            earlier.append(path[newest - len(earlier) - 1])
        if newest is not None and len(earlier) >= 24:
            yield {"ref_area": area}, month_end(newest), 100 * sum(v < path[newest] for v in earlier) / len(earlier)


def of_composites(indicator: str) -> Callable[[Past], Iterator[Cell]]:
    """The last thirteen months that a day can tell; older ones keep what was told of them then."""

    def told(past: Past) -> Iterator[Cell]:
        cache = past.__dict__.setdefault("composites", [])
        if not cache:
            cache.extend(_all(past))
        for name, area, part, month, value in cache:
            if name == indicator:
                yield {"ref_area": area, "product_code": part}, month_end(month), value

    return told
