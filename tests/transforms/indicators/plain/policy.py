"""Expected inflation once more, pair by pair."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tests.transforms.indicators.plain import past as words
from tests.transforms.indicators.plain.prices import key_rates
from tests.transforms.indicators.plain.rows import Cell, Past, inflation, of_rows


def inflation_expected(past: Past) -> Iterator[Cell]:
    path = inflation(past)
    for month, (end, now) in path.items():
        pairs = [(path[m - 12][1], path[m][1]) for m in range(month - 119, month + 1) if m in path and m - 12 in path]
        if len(pairs) >= 60:
            n = len(pairs)
            sum_x, sum_y = sum(x for x, _ in pairs), sum(y for _, y in pairs)
            above = n * sum(x * y for x, y in pairs) - sum_x * sum_y
            below = n * sum(x * x for x, _ in pairs) - sum_x**2
            yield {"ref_area": "RUS"}, end, (sum_y - above / below * sum_x) / n + above / below * now


def real_by_expectation(past: words.Past) -> Iterator[words.Cell]:
    """Of words: the key rate is one of days."""
    expected = {end: value for _, end, value in of_rows(inflation_expected)(past)}
    for end, rate in key_rates(past).items():
        if (price := expected.get(end)) is not None:
            yield {"ref_area": "RUS", "definition": "REGRESSION"}, end, rate - price
        if end.year >= 2017:
            yield {"ref_area": "RUS", "definition": "TARGET"}, end, rate - 4.0


ALL: dict[str, Callable[[Past], Iterator[Cell]]] = {inflation_expected.__name__: inflation_expected}
