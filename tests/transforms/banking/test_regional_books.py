"""The other workbooks by area (02_04 to 02_15, 01_13_F): told apart by title, equal to what is published.

The country rows of the mortgage books are printed in 02_02 and 02_03 as well, under the first day of the next month.
"""

from __future__ import annotations

from datetime import date

import openpyxl
import polars as pl
import pytest

from expectations.gate import check
from tests.transforms.banking import books
from transforms.banking.definitions import breaks
from transforms.banking.labels import plain
from transforms.model import Payload, ReadError
from transforms.products import recognise

mortgage = books.product("mortgage")
mortgage_rates = books.product("mortgage_rates")
mortgage_scpa = books.product("mortgage_scpa")

FILES = {
    "household_new_loans": "02_04_New_loans_ind.xlsx",
    "housing_count": "02_06_Quantity_housing.xlsx",
    "housing_new_loans": "02_07_New_loans_housing.xlsx",
    "mortgage_count": "02_10_Quantity_mortgage.xlsx",
    "mortgage_new_loans": "02_11_New_loans_mortgage.xlsx",
    "mortgage_rates": "02_13_Rates_mortgage.xlsx",
    "mortgage_scpa_count": "02_15_Quantity_scpa_mortgage.xlsx",
    "sme_debt": "01_13_F_Debt_sme_subj.xlsx",
}
REVISED = {"mortgage_scpa_count": {(date(2024, 12, 31), 35_599.0, 35_598.0)}}
"""The books by area are copies of March 2025, the national ones of February: one count was revised between them."""
WEIGHTS = {"debt": 10, "overdue": 1, "new_loans": 4, "count": 2, "term": 1, "rate": 1, "acquired_claims": 3,
           "debt_incl_acquired": 13}  # fmt: skip


module = books.product


def official(name: str) -> pl.DataFrame:
    return module(name).read(Payload(books.official(FILES[name]).read_bytes(), FILES[name])).observations


@pytest.mark.slow
@pytest.mark.parametrize("name", [*FILES, "mortgage_scpa_debt"])
def test_small_book_is_recognised_read_and_passes_its_suite(name: str) -> None:
    content = books.regional(module(name).layout, WEIGHTS, blank_first_row=name != "sme_debt")
    assert f"cbr.{name}" == recognise(Payload(content)).PRODUCT
    reading = module(name).read(Payload(content))
    assert reading.release.period == "2024-04"
    assert reading.table["period_end"].min() == date(2024, 2, 29)
    failed = [r for r in check(reading.release.product, reading.table, where=name) if not r.success]
    made_up = "expect_column_values_to_be_between"  # magnitudes are no official ones
    assert [r.sentence() for r in failed if r.expectation != made_up] == []


PRINTED = {  # names of the sheets as of September 2026
    "household_debt": ["в рублях", "в т.ч. просроч. в рублях", "в инвалюте", "в т.ч. просроч. в инвалюте", "итого", "в т.ч. просроч."],
    "mortgage_debt": [
        "в рублях", "в т.ч. просроч. в рублях", "по приобр. правам в рублях", "с учетом приобр. прав в рублях", "в инвалюте",
        "в т.ч. просроч. в инвалюте", "по приобр. правам в инвалюте", "с учетом приобр. прав в инвал", "итого", "в т.ч. просроч.",
        "по приобр. правам итого", "с учетом приобр. прав итого",
    ],
    "sme_debt": ["МСП итого", "МСП в т.ч. просроч. итого", "МСП в рублях", "МСП в т.ч. проср. в рублях", "МСП в инвалюте",
                 "МСП в т.ч. просроч. в инвалюте"],
}  # fmt: skip
PRINTED["mortgage_scpa_debt"] = PRINTED["mortgage_debt"]


@pytest.mark.parametrize("name", PRINTED)
def test_sheets_are_known_by_their_names_of_september_2026(name: str) -> None:
    layout = module(name).layout
    wanted = {plain(sheet) for measure in layout.measures.values() for sheet in measure.sheets.values()}
    assert {layout.renamed.get(plain(sheet), plain(sheet)) for sheet in PRINTED[name]} == wanted


def test_sheets_that_were_renamed_are_those_of_before() -> None:
    """01_13_F as of 2026: `проср.` with a point, `просроч. итого`, small letters; the titles are the same."""
    now = {"МСП Итого": "МСП итого", "МСП в т.ч. проср в рублях": "МСП в т.ч. проср. в рублях",
           "МСП в т.ч. просроч.": "МСП в т.ч. просроч. итого"}  # fmt: skip

    def rename(book: openpyxl.Workbook) -> None:
        for before, after in now.items():
            book[before].title = f"{after}_"
            book[f"{after}_"].title = after

    layout = module("sme_debt").layout
    content = books.regional(layout, WEIGHTS)
    renamed = module("sme_debt").read(Payload(books.edited(content, rename)))
    assert renamed.observations.equals(module("sme_debt").read(Payload(content)).observations)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["household_new_loans", "mortgage_rates", "sme_debt"])
def test_official_book_passes_its_suite(name: str) -> None:
    reading = module(name).read(Payload(books.official(FILES[name]).read_bytes(), FILES[name]))
    assert [r.sentence() for r in check(reading.release.product, reading.table, where=name) if not r.success] == []


@pytest.mark.slow
def test_months_as_text_with_inner_blanks_are_months() -> None:
    """One sheet of 02_07 prints 'Январь   2019'."""
    made = official("housing_new_loans").filter((pl.col("ref_area") == "RUS") & (pl.col("currency") == "RUB"))
    assert made.sort("period_end")["period_end"].first() == date(2019, 1, 31)
    assert made.sort("period_end")["value"].first() == 174_355e6


@pytest.mark.slow
@pytest.mark.parametrize(("regional", "national"), [
    ("mortgage_count", mortgage), ("mortgage_new_loans", mortgage), ("mortgage_rates", mortgage),
    ("mortgage_scpa_count", mortgage_scpa),
])  # fmt: skip
def test_country_rows_equal_the_national_book(regional: str, national) -> None:
    """`Январь 2019` here and 01.02.2019 there are one month: 72 months, every currency and measure."""
    file = "02_02_Mortgage.xlsx" if national is mortgage else "02_03_Scpa_mortgage.xlsx"
    there = national.read(Payload(books.official(file).read_bytes())).observations
    here = official(regional)
    keys = [c for c in here.columns if c not in ("value", "precision", "native_title", "obs_status")]
    both = here.join(there, on=keys, suffix="_there")
    assert len(both) >= 2 * 72
    changed = both.filter(pl.col("value") != pl.col("value_there"))
    assert set(changed.select("period_end", "value", "value_there").rows()) == REVISED.get(regional, set())
    assert both.filter(pl.col("precision") != pl.col("precision_there")).is_empty()


@pytest.mark.parametrize(
    ("name", "file"), [("mortgage", "02_02_Mortgage.xlsx"), ("mortgage_count", FILES["mortgage_count"])]
)
def test_both_ways_to_date_a_flow_give_the_same_period_and_reporting_date(name: str, file: str) -> None:
    """01.02.2019 in one book and `Январь 2019` in the other: a flow of the month January, reported on 1 February."""
    reading = module(name).read(Payload(books.official(file).read_bytes()))
    cell = {"ref_area": "RUS", "currency": "ALL", "period_end": date(2019, 1, 31)}
    assert reading.table.filter(**cell).select("reporting_date", "count").rows() == [(date(2019, 2, 1), 81_054.0)]
    assert reading.observations.filter(**cell, measure="count")["basis"].to_list() == ["month"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "measure"), [("mortgage_count", "count"), ("mortgage_new_loans", "new_loans"), ("mortgage_rates", "rate")]
)
def test_the_data_service_files_january_under_1_february(name: str, measure: str) -> None:
    """What it printed in 2026 under 2025-02-01 is January of the books of March 2025, revised by a tenth of a percent."""
    cell = {"ref_area": "RUS", "currency": "RUB", "measure": measure, "definition": "RESIDENTS"}
    service = books.shipped().filter(
        **cell, release_id="history/cbr/mortgage_data_service", period_end=date(2025, 1, 31)
    )
    months = dict(official(name).filter(**cell).select("period_end", "value").iter_rows())
    (value,) = service["value"]
    assert value == pytest.approx(months[date(2025, 1, 31)], rel=0.002)
    assert value != pytest.approx(months[date(2024, 12, 31)], rel=0.01)


def test_new_loans_equal_the_published_figures_cell_by_cell() -> None:
    country = official("household_new_loans").filter(pl.col("ref_area") == "RUS")
    cells = {(r["period_end"].isoformat(), r["currency"]): r["value"] for r in country.iter_rows(named=True)}
    rows = list(books.tidy("household_new_loans_monthly.csv"))
    for row in rows:
        assert cells.pop((row["period_end"], row["currency"].replace("TOTAL", "ALL"))) == float(row["value"]) * 1e6
    assert (len(rows), cells) == (219, {})


def test_sme_debt_equals_the_published_figures_cell_by_cell() -> None:
    made = official("sme_debt").filter(pl.col("ref_area") == "RUS")
    cells = {(r["period_end"], r["currency"], r["measure"]): r["value"] for r in made.iter_rows(named=True)}
    for row in books.tidy("sme_loans_monthly.csv"):
        if row["table"].startswith("file 01_13_F"):
            end = pl.Series([row["reporting_date"]]).str.to_date().dt.offset_by("-1d")[0]
            key = (end, row["currency"].replace("TOTAL", "ALL"), row["measure"])
            assert cells.pop(key) == float(row["value"]) * 1e6
    assert not cells


@pytest.mark.slow
def test_no_loans_in_foreign_currency_is_no_rate() -> None:
    foreign = official("mortgage_rates").filter((pl.col("currency") == "FX") & (pl.col("measure") == "rate"))
    assert foreign["value"].min() > 0


def test_a_rate_book_with_an_amount_is_refused() -> None:
    content = books.regional(mortgage_rates.layout, WEIGHTS)
    title = f"{mortgage_rates.layout.measures['rate'].title} в рублях, млн руб."
    changed = books.edited(content, lambda wb: wb["ставка в рублях"].__setitem__("A2", title))
    with pytest.raises(ReadError, match="unit_mismatch"):
        mortgage_rates.read(Payload(changed))


SUMMERS = {  # debt of small enterprises in mln RUB on 1 July and 1 August, as 01_11 of September 2026 prints it
    2022: (8_581_216, 7_951_458), 2023: (11_444_501, 10_307_541), 2024: (14_396_320, 13_295_094),
    2025: (15_694_520, 13_637_494),
}  # fmt: skip


def small_enterprises(definition: str) -> pl.DataFrame:
    """Debt as shipped, and that of the month before."""
    whole = {"dataset": "sme_loans", "product_code": "SME", "ref_area": "RUS", "currency": "ALL", "measure": "debt"}
    debt = books.shipped().filter(**whole, definition=definition).sort("period_end")
    return debt.with_columns(before=pl.col("value").shift(1))


def test_every_fall_of_small_enterprises_in_summer_is_a_declared_break() -> None:
    """The register is refreshed in August 2019 and 2020, in July since; no other month lost a percent of the debt."""
    fallen = small_enterprises("SME_01_13_F").filter(pl.col("value") < 0.99 * pl.col("before"))
    first = fallen.row(0, named=True)
    assert (round(first["before"] / 1e9), round(first["value"] / 1e9)) == (4_640, 4_154)
    fell = fallen["period_end"].to_list()
    fell += [date(year, 7, 31) for year, (before, after) in SUMMERS.items() if after < 0.99 * before]
    for definition in ("SME_01_13_F", "RAS_OVERDUE_SME_01_13_F"):
        assert breaks().filter(definition=definition)["period_end"].sort().to_list() == fell


def test_every_fall_of_the_old_table_in_august_is_a_declared_break() -> None:
    august = pl.col("period_end").dt.month() == 8
    fell = small_enterprises("SME_TABLE_302_19").filter(august, pl.col("value") < 0.99 * pl.col("before"))["period_end"]
    assert [end.year for end in fell] == [2014, 2016, 2017, 2018]
    for definition in ("SME_TABLE_302_19", "RAS_OVERDUE_SME_302_19"):
        assert breaks().filter(definition=definition)["period_end"].sort().to_list() == fell.to_list()
