"""A live series that continues a shipped one agrees with it where both have figures, or the difference is stated."""

from __future__ import annotations

from datetime import date

import polars as pl

from tests.expectations.small import claims
from transforms.periods import month_end
from warehouse.seams import seams

SERIES = {"dataset": "mirror_trade", "ref_area": "USA", "counterpart_area": "CHN", "flow": "import", "product_code": "TOTAL",
          "measure": "value", "basis": "month", "definition": "GENERAL_IMPORTS", "currency": "USD", "unit": "USD"}  # fmt: skip


def months(release: str, first: int, values: list[float], precision: float = 0.5) -> pl.DataFrame:
    """Values of months of 2026 from `first` on, as one release says them."""
    rows = [("_", month_end(2026, first + i), date(2026, 9, 1), value) for i, value in enumerate(values)]
    return claims(*rows, **SERIES).with_columns(release_id=pl.lit(release), precision=pl.lit(precision))


SHIPPED = months("history/context/us_general_imports#s1", 1, [100, 200, 300, 400])


def seam(*live: pl.DataFrame) -> dict[str, object]:
    (row,) = seams(SHIPPED, live).to_dicts()
    return row


def test_an_overlap_that_is_equal_within_rounding() -> None:
    found = seam(months("census/a", 3, [300.4, 400, 500], precision=0.05))
    assert (found["state"], found["overlap"], found["unequal"], found["largest"]) == ("equal", 2, 0, None)


def test_an_overlap_that_differs_below_older_shipped_periods_is_a_break() -> None:
    found = seam(months("census/a", 3, [300, 440, 550]))
    assert (found["state"], found["overlap"], found["unequal"], found["largest"]) == ("break", 2, 1, 40)
    assert (found["unequal_since"], found["live_from"]) == (date(2026, 4, 30), date(2026, 3, 31))


def test_a_live_series_that_goes_as_far_back_is_revised_as_a_whole() -> None:
    assert seam(months("census/a", 1, [101, 202, 303, 404, 505]))["state"] == "revised"


def test_one_of_several_live_vintages_that_agrees_is_enough() -> None:
    old, new = months("alfred/1", 3, [300, 400]), months("alfred/2", 3, [330, 440, 500])
    assert seam(old, new)["state"] == "equal"


def test_without_a_common_period_nothing_is_said() -> None:
    found = seam(months("census/a", 6, [600]))
    assert (found["state"], found["overlap"]) == ("apart", 0)
    assert seams(SHIPPED, []).is_empty()
    other = months("census/a", 3, [300]).with_columns(counterpart_area=pl.lit("VNM"))
    assert seams(SHIPPED, [other]).is_empty(), "a series that nobody shipped has no seam"
