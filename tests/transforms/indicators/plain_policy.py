"""Expected inflation once more, pair by pair."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tests.transforms.indicators.plain import Cell, Past, month_number, price_growth_computed


def inflation_expected(past: Past) -> Iterator[Cell]:
    path = {
        month_number(end): (end, value)
        for named, end, value in price_growth_computed(past)
        if named["ref_area"] == "RUS"
    }
    for month, (end, now) in path.items():
        pairs = [(path[m - 12][1], path[m][1]) for m in range(month - 119, month + 1) if m in path and m - 12 in path]
        if len(pairs) >= 60:
            n = len(pairs)
            sum_x, sum_y = sum(x for x, _ in pairs), sum(y for _, y in pairs)
            above = n * sum(x * y for x, y in pairs) - sum_x * sum_y
            below = n * sum(x * x for x, _ in pairs) - sum_x**2
            yield {"ref_area": "RUS"}, end, (sum_y - above / below * sum_x) / n + above / below * now


ALL: dict[str, Callable[[Past], Iterator[Cell]]] = {inflation_expected.__name__: inflation_expected}
