"""The dynamic factor: a case by hand, random ones by normal equations, series that are not known to the end."""

from __future__ import annotations

import random

import pytest

from tests.transforms.indicators.plain.composite import factor_of
from transforms.indicators.common_factor import common_factor


def test_two_series_that_are_one_by_hand() -> None:
    """Equal series of +1 and -1 by turns: loadings 1, nothing of their own, the factor is the series."""
    path = {month: float(1 - 2 * (month % 2)) for month in range(30)}
    found = common_factor({"a": path, "b": dict(path)}, range(30))
    assert found is not None and found.loading == pytest.approx({"a": 1.0, "b": 1.0})
    assert found.level == pytest.approx(path)


def test_a_series_that_goes_the_other_way_has_a_loading_below_zero() -> None:
    path = {month: float(1 - 2 * (month % 2)) for month in range(30)}
    against = {month: -value for month, value in path.items()}
    found = common_factor({"a": path, "b": dict(path), "c": against}, range(30))
    assert found is not None and found.loading == pytest.approx({"a": 1.0, "b": 1.0, "c": -1.0})


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_the_filter_gives_the_mean_of_what_was_known(seed: int) -> None:
    """Series of other strength and noise, cells that lack and a ragged end: the same by a system of equations."""
    draw = random.Random(seed)
    factor, paths = 0.0, {name: {} for name in "abcd"}
    for month in range(100, 190):
        factor = 0.8 * factor + draw.gauss(0, 0.6)
        for place, name in enumerate(paths):
            if draw.random() > 0.1 and not (name == "a" and month > 186):
                paths[name][month] = (place + 1) / 4 * factor + draw.gauss(0, 0.5)
    months = list(range(100, 190))
    found, plain = common_factor(paths, months), factor_of(paths, months)
    assert found is not None and plain is not None
    assert found.loading == pytest.approx(plain[1], abs=1e-9)
    assert {month: found.level[month] for month in plain[0]} == pytest.approx(plain[0], abs=1e-9)


def test_too_little_is_no_factor() -> None:
    path = {month: float(month % 5) for month in range(23)}
    assert common_factor({"a": path, "b": path}, range(23)) is None, "less than two years"
    assert common_factor({"a": {month: float(month % 5) for month in range(40)}}, range(40)) is None, "one series"
    none = dict.fromkeys(range(40), 0.0)
    assert common_factor({"a": none, "b": none}, range(40)) is None, "nothing moves"
