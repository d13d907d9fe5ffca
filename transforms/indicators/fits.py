"""Seasonals already fitted, by digest of their numbers: a fit depends on nothing else, so it may be kept."""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Callable, Mapping, Sequence


class Fits:
    """`known` from earlier builds, `used` by this one."""

    def __init__(self, known: Mapping[str, list[float]] | None = None) -> None:
        self.known: dict[str, list[float]] = dict(known or {})
        self.used: dict[str, list[float]] = {}

    def seasonal(self, logs: Sequence[float]) -> list[float]:
        """Seasonal component of STL of monthly logs, robust."""

        def fit() -> list[float]:
            from statsmodels.tsa.seasonal import STL  # importing it takes seconds: only when something new is fitted

            return [float(season) for season in STL(list(logs), period=12, robust=True).fit().seasonal]

        return self.kept("stl", logs, fit)

    def kept(self, method: str, numbers: Sequence[float], fit: Callable[[], list[float]]) -> list[float]:
        """What `fit` makes of `numbers` by `method`: kept from before, or made now."""
        key = hashlib.sha256(method.encode() + array("d", numbers).tobytes()).hexdigest()
        if key not in self.known:
            self.known[key] = fit()
        self.used[key] = self.known[key]
        return self.known[key]
