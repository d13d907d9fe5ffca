"""Indicators once more, slowly: plain loops over what was known on a day, written without the code they check.

Each function takes `Past` (the words known on one day) and yields (dimensions that tell the series apart, period,
value). They follow the formulas of the catalogue and nothing else; ALL has one for every indicator there is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tests.transforms.indicators.plain import (
    balance,
    banks,
    composite,
    goods,
    judged,
    loans,
    policy,
    price_volume,
    prices,
    quality,
    rerouting,
    seasonal,
    stated,
    tariffs,
    timing,
    trade,
)
from tests.transforms.indicators.plain.past import Cell, Past
from tests.transforms.indicators.plain.rows import of_rows

ROOMS = (balance, composite, judged, loans, price_volume, prices, quality, seasonal, stated, trade)
OF_ROWS = (banks, goods, policy, rerouting, tariffs, timing)
FAMILIES: dict[str, Callable[[Past], Iterator[Cell]]] = {
    **{name: of_rows(formula) for room in OF_ROWS for name, formula in room.ALL.items()},
    "key_rate_real_expected": policy.real_by_expectation,
    **{f"loan_stock_multiple_{n}m": loans.stock_multiple(n) for n in (3, 6, 9, 12)},
    **{f"loan_increment_multiple_{n}m": loans.increment_multiple(n) for n in (3, 6, 9, 12)},
    "reported_bad_loans": stated.stated_as_is(stated.BAD, "RUB"),
    "reported_problem_share": stated.stated_as_is(
        ("problem_share", "npl_share", "overdue_90d_share", "bad_loans_share"), "percent"
    ),
    "reported_restructured_share": stated.stated_as_is(("restructured_share",), "percent"),
    "reported_early_delinquency": stated.stated_as_is(("early_delinquency",), "percent"),
    **{
        f"composite{part}": composite.of_composites(f"composite{part}")
        for part in ("", "_contribution", "_without", "_component_percentile", "_mean_percentile", "_link",
                     "_component_span", "_coverage", "_factor", "_factor_difference", "_factor_loading")
    },
}  # fmt: skip


NEWEST = (
    "composite",
    "trade_adjusted",
    "trade_growth_calendar",
    "trade_nowcast",
    "trade_revision_mean",
    "trade_release_",
    "early_warning_",
)
"""Indicators that speak of the newest periods of a day alone: older ones stand as they were told then."""


def formula(indicator: str) -> Callable[[Past], Iterator[Cell]]:
    """The plain recomputation of an indicator. Raises KeyError if there is none: a new indicator needs one."""
    found = FAMILIES.get(indicator) or next((f for room in ROOMS if (f := getattr(room, indicator, None))), None)
    if found is None:
        raise KeyError(f"{indicator} has no plain recomputation in tests/transforms/indicators/plain")
    return found
