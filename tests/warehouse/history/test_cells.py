"""Every shipped figure equals the collected one, cell by cell, read here by other means than the loader's."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from tests.warehouse.history.collection import (
    SIZE,
    SOURCES,
    Source,
    collected,
    commodity_size,
    last_day,
    needed,
    number,
    re_imported,
)
from tests.warehouse.history.conftest import Pick

pytestmark = needed


def shipped_cells(claims: pl.DataFrame, source: Source) -> Counter[tuple[Any, ...]]:
    return Counter(
        (row["period_end"].isoformat(), *[str(row[name]) for name in source.keys], row["value"])
        for row in claims.iter_rows(named=True)
    )


@pytest.mark.slow
@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.block)
def test_shipped_cells_equal_the_collected_ones(source: Source, pick: Pick) -> None:
    total = 0
    for column, meaning in source.columns.items():
        wanted = Counter(
            (
                last_day(row[source.period]),
                *[key(row) for key in source.keys.values()],
                float(figure * source.size(row, column)),
            )
            for row in collected(source.file)
            if source.keep(row) and (figure := number(row[column])) is not None and not re_imported(row, column)
        )
        found = shipped_cells(pick(source.block, **meaning), source)
        assert found == wanted, column
        total += found.total()
    assert total == pick(source.block).height, "the block holds figures that no column of the collection explains"


def test_growth_by_release_day_leaves_out_one_figure_only(pick: Pick) -> None:
    rows = Counter(
        (row["release_date"], row["indicator"].removesuffix("s_yoy"), float(row["actual"]))
        for row in collected("context/china_trade_yoy_by_release_date_2016_2025.csv")
    )
    claims = pick("gacc/growth_usd_first_prints").select(pl.col("vintage_date").cast(pl.String), "flow", "value")
    assert rows - Counter(claims.iter_rows()) == Counter({("2020-02-07", "import", -1.5): 1})
    assert not Counter(claims.iter_rows()) - rows


def test_restated_prior_years_are_those_of_the_tables(pick: Pick) -> None:
    wanted = set()
    for file, name, flow in (
        ("gacc/major_commodities.csv", "commodity_label", None),
        ("context/china_exports_commodity_table.csv", "commodity_zh", "export"),
    ):
        for row in collected(file):
            for column, measure in (("prior_year_ytd_quantity", "quantity"), ("prior_year_ytd_value", "value")):
                if (figure := number(row[column])) is not None:
                    end = last_day(f"{int(row['period'][:4]) - 1}{row['period'][4:]}")
                    value = float(figure * commodity_size(row, column))
                    wanted.add((end, flow or row["flow"], row[name], measure, value))
    claims = pick("gacc/commodities_prior_year")
    found = [
        (row["period_end"].isoformat(), row["flow"], row["native_title"], row["measure"], row["value"])
        for row in claims.iter_rows(named=True)
    ]
    assert set(found) == wanted
    assert len(found) >= 280


def test_small_blocks_hold_every_usable_row(pick: Pick) -> None:
    press = pick("gacc/first_prints_press")
    wanted = Counter(
        float(Decimal(row["value"]) * SIZE[row["unit"]]) for row in collected("gacc/first_prints_press.csv")
    )
    assert Counter(press["value"]) == wanted
    year = pick("gacc/year_2025_preliminary_and_bulletin")
    pairs = [
        float(number(row[column]) * 10**6)  # type: ignore[operator]
        for row in collected("gacc/preliminary_vs_bulletin_2025.csv")
        for column in ("preliminary_usd_million", "bulletin_usd_million")
    ]
    assert sorted(year["value"]) == sorted(pairs)
    sizes = {"yoy_pct": 1, "value_usd_billion": 10**9, "value_usd_100_million": 10**8, "value_usd_thousand": 1000}
    examples = Counter(
        float(number(row["value"]) * sizes[row["measure"]])  # type: ignore[operator]
        for row in collected("gacc/revision_examples.csv")
        if not row["source"].startswith(("GACC preliminary", "totals_monthly"))  # those stand in their own blocks
    )
    told = Counter([236.4e9, 26.9])  # imports of January 2026: in the text of section 3 alone
    assert Counter(pick("gacc/revision_examples")["value"]) == examples + told
