"""A dynamic factor of a few standardised series, in two steps: loadings by principal components, then a filter.

Each series is its loading times one factor and something of its own; the factor follows itself of the month before.
Months in which a series is not known are no obstacle to the filter. Doz, Giannone and Reichlin (2011), A two-step
estimator for large approximate dynamic factor models based on Kalman filtering, Journal of Econometrics 164(1).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

LEAST = 24
"""Fewest months in which all series are known: two years."""
STEPS = 500
"""Steps of the power iteration: the largest of a handful of roots is found to the last digit long before."""
SLOWEST = 0.99
"""Largest dependence of the factor on its month before: beyond it a factor of these series would have no mean."""


@dataclass(frozen=True)
class Factor:
    """`level`: the factor by month, from what was known up to it, variance about one; `loading` by name of series."""

    level: Mapping[int, float]
    loading: Mapping[str, float]


def common_factor(paths: Mapping[str, Mapping[int, float]], months: Sequence[int]) -> Factor | None:
    """The factor of standardised series (values by month) over `months` in order; None if too little is known.

    Its sign is that of the sum of the loadings: up where most of the series go up.
    """
    names = sorted(paths)
    whole = [month for month in months if all(month in paths[name] for name in names)]
    if len(names) < 2 or len(whole) < LEAST:
        return None
    cells = {month: [paths[name][month] for name in names] for month in whole}
    second = [[sum(row[i] * row[j] for row in cells.values()) / len(whole) for j in range(len(names))]
              for i in range(len(names))]  # fmt: skip
    vector, root = _largest(second)
    if root <= 0:
        return None
    loading = [part * root**0.5 for part in vector]
    rough = {month: sum(v * x for v, x in zip(vector, row, strict=True)) / root**0.5 for month, row in cells.items()}
    own = [sum((row[i] - loading[i] * rough[month]) ** 2 for month, row in cells.items()) / len(whole)
           for i in range(len(names))]  # fmt: skip
    pairs = [(rough[month - 1], now) for month, now in rough.items() if month - 1 in rough]
    moved = sum(before * now for before, now in pairs) / (sum(before**2 for before, _ in pairs) or 1.0)
    follows = max(-SLOWEST, min(SLOWEST, moved))
    known = {month: [(loading[i], own[i], paths[name][month]) for i, name in enumerate(names) if month in paths[name]]
             for month in months}  # fmt: skip
    return Factor(_filtered(known, follows), dict(zip(names, loading, strict=True)))


def _largest(matrix: Sequence[Sequence[float]]) -> tuple[list[float], float]:
    """The vector of length one, its sum not negative, of the largest root of a symmetric matrix, and that root."""
    size = len(matrix)
    vector = [1.0 / (i + 1) for i in range(size)]  # no vector of a matrix of correlations is at right angles to it
    length = 0.0
    for _ in range(STEPS):
        new = [sum(matrix[i][j] * vector[j] for j in range(size)) for i in range(size)]
        length = sum(part**2 for part in new) ** 0.5
        if not length:
            return vector, 0.0
        apart = max(abs(a / length - b) for a, b in zip(new, vector, strict=True))
        vector = [part / length for part in new]
        if apart < 1e-14:
            break
    return (vector if sum(vector) >= 0 else [-part for part in vector]), length


def _filtered(known: Mapping[int, list[tuple[float, float, float]]], follows: float) -> dict[int, float]:
    """The factor in each month from (loading, own variance, value) of the series known up to it."""
    mean, spread, found = 0.0, 1.0, {}
    for month, told in known.items():
        mean, spread = follows * mean, follows**2 * spread + 1 - follows**2
        for loading, own, value in told:
            if (around := loading**2 * spread + own) > 0:  # nothing is around a factor that is known for certain
                gain = spread * loading / around
                mean += gain * (value - loading * mean)
                spread *= 1 - gain * loading
        found[month] = mean
    return found
