"""What rankings of goods rest on, by hand, and a group whose members changed."""

from __future__ import annotations

import polars as pl
import pytest

from transforms.indicators import Build
from transforms.indicators import goods_coverage as g

COLUMNS = "period vintage product_code value"
GOODS = {"dataset": "trade_by_commodity", "flow": "export", "basis": "month"}


def test_two_of_three_goods_and_the_one_that_is_missing(trade, known) -> None:
    """Steel 10, ships 5 and toys 3 of 100 a year before; of 120 now steel 12 and ships 6, toys three weeks later."""
    then = [("2025-03", "2025-04-14", code, value) for code, value in
            (("COMMODITY_STEEL", 10.0), ("COMMODITY_SHIPS", 5.0), ("COMMODITY_TOYS", 3.0), ("COMMODITY_HI_TECH", 40.0))]  # fmt: skip
    now = [
        ("2026-03", "2026-04-14", code, value) for code, value in (("COMMODITY_STEEL", 12.0), ("COMMODITY_SHIPS", 6.0))
    ]
    late = [("2026-03", "2026-05-05", "COMMODITY_TOYS", 3.6)]
    world = trade([("2025-03", "2025-04-14", "TOTAL", 100.0), ("2026-03", "2026-04-14", "TOTAL", 120.0)], COLUMNS,
                  flow="export", basis="month")  # fmt: skip
    build = Build(pl.concat([trade(then + now + late, COLUMNS, **GOODS), world]))
    coverage, count, missing = (one(build) for one in (g.commodity_coverage, g.commodity_count, g.commodity_missing))
    assert known(coverage, "2026-03", "2026-04-14") == pytest.approx(15.0)
    assert known(coverage, "2026-03", "2026-05-05") == pytest.approx(18.0)
    assert known(coverage, "2025-03", "2026-04-14") == pytest.approx(18.0), "starred rows overlap"
    assert (known(count, "2026-03", "2026-04-14"), known(count, "2026-03", "2026-05-05")) == (2.0, 3.0)
    assert known(missing, "2026-03", "2026-04-14", product_code="COMMODITY_TOYS") == pytest.approx(3.0)
    assert known(missing, "2026-03", "2026-05-05", product_code="COMMODITY_TOYS") == 0.0
    assert known(missing, "2026-03", "2026-04-14", product_code="COMMODITY_SHIPS") is None


def test_a_group_says_that_its_members_changed(trade, known) -> None:
    """Timor-Leste joined ASEAN in October 2025: no growth of the group in December 2025, and the row says why."""
    rows = [
        ("2024-12", "2025-01-18", "ASEAN", 50.0),
        ("2025-12", "2026-01-18", "ASEAN", 60.0),
        ("2025-12", "2026-01-18", "EU", 40.0),
    ]
    frame = trade(
        rows, "period vintage counterpart_area value", dataset="trade_by_partner", flow="export", basis="month"
    )
    flag = g.group_changed(Build(frame))
    assert known(flag, "2025-12", "2026-01-18", counterpart_area="ASEAN") == 1.0
    assert known(flag, "2024-12", "2026-01-18", counterpart_area="ASEAN") == 0.0
    assert known(flag, "2025-12", "2026-01-18", counterpart_area="EU") == 0.0
