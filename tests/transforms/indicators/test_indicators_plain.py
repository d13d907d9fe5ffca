"""Indicators on the real history against a second, slow implementation of their formulas, on sampled days."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from tests.transforms.indicators import plain
from transforms.indicators import CATALOG, Build
from warehouse import history
from warehouse.store import resolve

pytestmark = pytest.mark.slow
DAYS = (date(2024, 12, 10), date(2025, 12, 8), date(2026, 11, 24))


@pytest.fixture(scope="module")
def vintages() -> pl.DataFrame:
    return resolve(history.load().claims)


def test_each_day_of_the_sample_gives_the_values_of_the_formula(vintages: pl.DataFrame) -> None:
    declared = {one.id: one for one in CATALOG}
    build = Build(vintages)
    slow = vintages.filter(pl.col("dataset") != "fx_rate")
    for day in DAYS:
        past = plain.Past(slow.filter(pl.col("vintage_date") <= day).to_dicts(), day)
        for name, formula in plain.ALL.items():
            keys = [*declared[name].by, *(["unit"] if name == "trade_unit_value" else [])]
            expected = {(tuple(named[k] for k in keys), end): value for named, end, value in formula(past)}
            rows = declared[name](build).filter(pl.col("vintage_date") <= day).sort("vintage_date")
            newest = rows.unique([*keys, "period_end"], keep="last", maintain_order=True)
            found = {
                (tuple(row[k] for k in keys), row["period_end"]): row["value"] for row in newest.iter_rows(named=True)
            }
            assert found.keys() == expected.keys(), (name, day, list(found.keys() ^ expected.keys())[:3])
            assert found == pytest.approx(expected, rel=1e-9, abs=1e-9), (name, day)
