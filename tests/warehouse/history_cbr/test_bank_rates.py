"""Rates of banks: the block equals the compiled table it comes from, and deposits the Bank of Russia's data service."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from python_calamine import CalamineWorkbook

from warehouse.history import FOLDER

OFFICIAL = {  # data service, indicator 37, roubles, maturities 7 and 11; the service dates them a month later
    "2015-02": (11.22, 11.46), "2015-07": (8.74, 9.52), "2015-08": (8.44, 9.25), "2016-08": (6.77, 8.10),
    "2017-01": (6.50, 7.84), "2019-07": (5.33, 6.69), "2019-10": (4.90, 6.16), "2023-08": (8.58, 8.36),
    "2024-01": (14.32, 12.19), "2024-10": (18.78, 18.68),
}  # fmt: skip
COLUMNS = {"CREDYPOS": "household_loans_to_1y", "CREDYPOL": "household_loans_over_1y",
           "CREDYORS": "organisation_loans_to_1y", "CREDYORL": "organisation_loans_over_1y",
           "DEPYPOS": "household_deposits_to_1y", "DEPYPOL": "household_deposits_over_1y",
           "DEPYORS": "organisation_deposits_to_1y", "DEPYORL": "organisation_deposits_over_1y"}  # fmt: skip


@pytest.fixture(scope="module")
def block() -> pl.DataFrame:
    return pl.read_csv(FOLDER / "cbr" / "bank_rates.csv")


@pytest.mark.parametrize("period", OFFICIAL)
def test_household_deposits_equal_the_data_service(block: pl.DataFrame, period: str) -> None:
    row = block.row(by_predicate=pl.col("period") == period, named=True)
    assert (row["household_deposits_to_1y"], row["household_deposits_over_1y"]) == OFFICIAL[period]


def test_every_cell_equals_the_compiled_table(block: pl.DataFrame, shared: Path) -> None:
    path = shared / "context" / "raw" / "savin180704-arch_price-puzzle" / "russia_monthly_panel_2015_2025.xlsx"
    head, *rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    months = ["-".join(reversed(str(row[0]).split("."))) for row in rows]
    assert block["period"].to_list() == months and len(months) == 132
    for label, column in COLUMNS.items():
        assert block[column].to_list() == [row[head.index(label)] for row in rows], label


def test_no_month_is_missing_and_short_household_loans_cost_more_than_deposits(block: pl.DataFrame) -> None:
    assert block.null_count().sum_horizontal()[0] == 0
    assert (block["household_loans_to_1y"] > block["household_deposits_to_1y"]).all()
