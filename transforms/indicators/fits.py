"""Seasonals already fitted, by digest of the logs: a fit depends on nothing else, so it may be kept between builds."""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Mapping, Sequence


class Fits:
    """`known` from earlier builds, `used` by this one."""

    def __init__(self, known: Mapping[str, list[float]] | None = None) -> None:
        self.known: dict[str, list[float]] = dict(known or {})
        self.used: dict[str, list[float]] = {}

    def seasonal(self, logs: Sequence[float]) -> list[float]:
        """Seasonal component of STL of monthly logs, robust."""
        key = hashlib.sha256(array("d", logs).tobytes()).hexdigest()
        if key not in self.known:
            from statsmodels.tsa.seasonal import STL  # importing it takes seconds: only when something new is fitted

            self.known[key] = [float(season) for season in STL(list(logs), period=12, robust=True).fit().seasonal]
        self.used[key] = self.known[key]
        return self.known[key]
