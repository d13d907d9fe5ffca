"""Effective tariffs of the United States on official sums; expected values by hand beside them."""

from __future__ import annotations

import polars as pl
import pytest

from transforms.indicators import Build
from transforms.indicators import tariffs as t

COLUMNS = "period vintage counterpart_area measure value"
DAY = "2026-02-04"
# U.S. Census Bureau, imports for consumption and calculated duty, USD bn: January 2025, and January and February.
JANUARY = [
    ("2025-01", DAY, "CHN", "value", 41.0), ("2025-01", DAY, "CHN", "calculated_duty", 4.1),
    ("2025-02", DAY, "CHN", "value", 31.0), ("2025-02", DAY, "CHN", "calculated_duty", 4.9),
    ("2025-01", DAY, "VNM", "value", 12.0), ("2025-01", DAY, "VNM", "calculated_duty", 0.48),
]  # fmt: skip
IMPORTS = {"dataset": "mirror_trade", "ref_area": "USA", "flow": "import", "basis": "month",
           "definition": "IMPORTS_FOR_CONSUMPTION"}  # fmt: skip


def declared(trade, rows, **more) -> pl.DataFrame:
    money = trade(rows, COLUMNS, **(IMPORTS | more))
    return money.with_columns(value=pl.when(measure="calculated_duty").then(pl.col("value") * 1e9).otherwise("value"))


def test_a_rate_of_a_month_and_of_the_year_so_far(trade, known) -> None:
    rates = t.effective(Build(declared(trade, JANUARY)))
    assert known(rates, "2025-01", DAY, counterpart_area="CHN", basis="month") == pytest.approx(10.0)
    assert known(rates, "2025-02", DAY, counterpart_area="CHN", basis="ytd") == pytest.approx(100 * 9.0 / 72.0)
    assert known(rates, "2025-02", DAY, counterpart_area="VNM", basis="ytd") is None
    assert known(rates, "2025-01", "2026-02-03", counterpart_area="CHN", basis="month") is None


@pytest.mark.slow
def test_the_wedge_is_that_of_one_product(trade, known) -> None:
    """China 10 %, Viet Nam 4 %: six points; a product of one of them has none."""
    frame = pl.concat([declared(trade, JANUARY), declared(trade, JANUARY[:2], product_code="NAICS_334")])
    wedge = t.wedge(Build(frame))
    assert known(wedge, "2025-01", DAY, counterpart_area="VNM", basis="month") == pytest.approx(6.0)
    assert wedge.filter(product_code="NAICS_334").is_empty()
    assert t.effective(Build(frame)).filter(product_code="NAICS_334").height == 1


@pytest.mark.slow
def test_connectors_count_together_and_only_if_all_are_known(trade, known) -> None:
    """Five suppliers with imports of 10 each; one pays 1, the others nothing: 2 %, eight points below China's 10 %."""
    members = t.connector_sets()["ASIAN_CONNECTORS"]
    rows = [("2025-01", DAY, code, measure, value) for code in members
            for measure, value in (("value", 10.0), ("calculated_duty", 1.0 if code == "VNM" else 0.0))]  # fmt: skip
    wedge = t.wedge_to_connectors(Build(declared(trade, JANUARY[:2] + rows)))
    assert known(wedge, "2025-01", DAY, basis="month", definition="ASIAN_CONNECTORS") == pytest.approx(8.0)
    assert t.wedge_to_connectors(Build(declared(trade, JANUARY[:2] + rows[:-2]))).is_empty()
