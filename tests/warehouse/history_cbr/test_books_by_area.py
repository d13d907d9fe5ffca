"""What ships of the Bank of Russia's books by area and of Rosstat's tables, against the official files."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import polars as pl
import pytest

from transforms.model import Payload
from transforms.periods import month_end
from transforms.products import recognise
from warehouse import history
from warehouse.history import History

NEW, OLD = "books_2025", "widenhrzns_py_da-project"
REGION, COUNTRY = pl.col("ref_area").str.contains("^(RU|UA)-"), pl.col("ref_area") == "RUS"
ALL = pl.col("currency") == "ALL"
TOTAL = pl.col("product_code") == "CORPORATE_AND_ENTREPRENEURS"
ENDS = (pl.col("period_end").dt.month() == 12) | (pl.col("period_end") == month_end(2025, 7))
BOOKS = {
    "housing_debt_02_09": (NEW, "02_09_Debt_housing", ALL),
    "housing_new_loans_02_07": (NEW, "02_07_New_loans_housing", ALL),
    "mortgage_count_02_10": (NEW, "02_10_Quantity_mortgage", ALL),
    "mortgage_rates_02_13": (NEW, "02_13_Rates_mortgage", (pl.col("currency") == "RUB") & (~REGION | ENDS)),
    "loans_by_activity_01_02_A": (NEW, "01_02_A_Debt_corp_by_activity", ALL),
    "corporate_debt_currencies_01_02_A": (NEW, "01_02_A_Debt_corp_by_activity", TOTAL & ~ALL),
    "household_debt_regions_02_05": (OLD, "02_05_Debt_ind", ALL & REGION),
    "household_new_loans_areas_02_04": (OLD, "02_04_New_loans_ind", ALL & ~COUNTRY & ~REGION),
    "housing_count_02_06": (OLD, "02_06_Quantity_housing", ALL & ~REGION),
    "mortgage_new_loans_02_11": (OLD, "02_11_New_loans_mortgage", ALL & ~REGION),
    "mortgage_scpa_count_02_15": (OLD, "02_15_Quantity_scpa_mortgage", ALL & ~REGION),
    "mortgage_debt_areas_02_14": (OLD, "02_14_Debt_mortgage", ALL & ~REGION & ~COUNTRY),
}
"""Block: folder, book, and which figures of it ship."""
KEY = [
    "ref_area",
    "product_code",
    "measure",
    "definition",
    "basis",
    "currency",
    "unit",
    "freq",
    "adjustment",
    "period_end",
]


@pytest.fixture(scope="module")
def shipped() -> History:
    return history.shipped()


@pytest.mark.slow
@pytest.mark.parametrize("block", BOOKS)
def test_a_block_is_what_the_reader_reads_of_the_book(shared: Path, shipped: History, block: str) -> None:
    """Value and rounding of each cell, and none left out of what the block says that it has."""
    folder, book, which = BOOKS[block]
    path = shared / "cbr" / "raw" / folder / f"{book}.xlsx"
    payload = Payload(path.read_bytes(), path.name)
    read = recognise(payload).read(payload).observations
    kept = shipped.claims.filter(pl.col("release_id") == f"history/cbr/{block}")
    assert kept.height > 300 and not kept.select(KEY).is_duplicated().any()
    both = kept.join(read, on=KEY, suffix="_read")
    assert both.height == kept.height, "a key that the book does not have"
    assert both.filter((pl.col("value") - pl.col("value_read")).abs() > 1e-9 * pl.col("value").abs()).is_empty()
    assert both.filter(pl.col("precision") != pl.col("precision_read")).is_empty()
    whole = read.filter(which)
    assert whole.height == kept.height, "a cell of the book is left out"


def test_the_newest_figures_that_the_books_print(shipped: History) -> None:
    """1 August 2025: 77,462 mortgages at 7.46 percent for 307.5 months in July. 1 October: companies and entrepreneurs."""
    claims = shipped.claims.filter(pl.col("release_id").str.contains("history/cbr/(mortgage_count|mortgage_rates)"))
    july = claims.filter(pl.col("period_end") == month_end(2025, 7), ref_area="RUS")
    assert dict(july.select("measure", "value").iter_rows()) == {"count": 77462.0, "rate": 7.46, "term": 307.5}


def test_wages_and_product_equal_the_tables_of_rosstat(shared: Path, shipped: History) -> None:
    folder = shared / "context" / "raw" / "gdp_wages"
    sheet = openpyxl.load_workbook(folder / "tab1-zpl_09-2025.xlsx", data_only=True).worksheets[0]
    wanted = {
        month_end(row[0], month): float(cell)
        for row in sheet.iter_rows(values_only=True)
        if isinstance(row[0], int) and row[0] >= 1998
        for month, cell in enumerate(row[6:18], 1)
        if isinstance(cell, int | float)
    }
    wages = shipped.claims.filter(pl.col("release_id") == "history/context/russia_wages_nominal")
    assert dict(wages.select("period_end", "value").iter_rows()) == wanted and len(wanted) == 333
    book = openpyxl.load_workbook(folder / "VVP_kvartal_s_1995-2025.xlsx", data_only=True)
    for block, name, measure, first, size in (
        ("russia_gdp_volume", "9", "value", 2011, 1e9),
        ("russia_gdp_volume", "12", "volume_index", 2012, 1),
        ("russia_gdp_volume", "14", "deflator", 2012, 1),
        ("russia_gdp_adjusted", "10", "value", 2011, 1e9),
        ("russia_gdp_1995_2011", "1", "value", 1995, 1e9),
        ("russia_gdp_1995_2011", "11", "volume_index", 1996, 1),
        ("russia_gdp_1995_2011", "13", "deflator", 1996, 1),
    ):
        product = shipped.claims.filter(pl.col("release_id") == f"history/context/{block}")
        cells = [
            cell for cell in next(book[name].iter_rows(min_row=5, max_row=5, values_only=True))[1:] if cell is not None
        ]
        quarters = {month_end(first + n // 4, 3 * (n % 4 + 1)): cell * size for n, cell in enumerate(cells)}
        found = dict(product.filter(measure=measure).select("period_end", "value").iter_rows())
        assert found == pytest.approx(quarters, abs=0.00006 * size) and len(found) >= 55
