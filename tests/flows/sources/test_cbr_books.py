"""The Bank of Russia: what of its workbooks, forms and yearly pages is asked for; an overwritten workbook is a vintage."""

from __future__ import annotations

from datetime import date
from urllib.parse import unquote

import polars as pl
import pytest

from flows.archive import Archive, Quarantine
from flows.sources.cbr import site
from tests.flows.sources.cbr_world import DATA, DEBT, World, debt_book, world
from tests.replica import faults
from tests.replica.cbr import VFS, XLSX
from tests.transforms.banking import books
from tests.transforms.dated import test_dated as dated
from tests.transforms.form_101.test_form_101 import ROWS, rar, table, unpacks
from tests.transforms.household_lending_risk.test_household_lending_risk import page as risk_page
from tests.transforms.household_lending_risk.test_household_lending_risk import rows_of
from tests.transforms.loan_portfolio.test_loan_portfolio import book as portfolio_book
from tests.transforms.loans_by_activity.test_loans_by_activity import COMPANIES, SMALL
from tests.transforms.loans_by_activity.test_loans_by_activity import book as activity_book
from tests.transforms.loans_by_area.test_loans_by_area import book as housing_book
from tests.transforms.loans_by_area_activity.test_loans_by_area_activity import book as both_book
from tests.transforms.loans_by_district_activity.test_loans_by_district_activity import book as district_book
from tests.transforms.mortgage_by_lender.test_mortgage_by_lender import book as lender_book
from tests.transforms.mortgage_ihc.test_mortgage_ihc import budget_book
from tests.transforms.rates_by_term.test_rates_by_term import book as term_book
from tests.transforms.sector_loans.test_sector_loans import book as sector_book
from tests.transforms.sme_borrowers.test_sme_borrowers import book as borrowers_book
from transforms.banking.form_101 import FIELDS
from transforms.model import CLAIM, Payload, series_id
from transforms.products import all_products
from warehouse.store import resolve

__all__ = ["world"]


def test_overwritten_workbook_is_a_vintage_of_its_own(world: World) -> None:
    first = world.visit().new
    world.bank.book(DEBT, debt_book(4))
    report = world.visit("2026-01-25T12:00:00Z")
    assert [(s.product, s.period) for s in report.new] == [("cbr.household_debt", "2026-01")]
    archive = Archive(world.home / "archive")
    assert all(archive.intact(s) for s in [*first, *report.new])


@pytest.mark.slow
def test_two_visits_find_the_revision_of_the_mortgages_of_december_2024(world: World) -> None:
    """02_02 as of February 2025, 02_14 as of March: overdue roubles of 1 December, 91,008, became 91,121."""
    editions = {"2025-02-28": "02_02_Mortgage.xlsx", "2025-03-31": "02_14_Debt_mortgage.xlsx"}
    claims = []
    for day, name in editions.items():
        world.bank.book(name, books.official(name).read_bytes())
        (snapshot,) = [s for s in world.visit(f"{day}T12:00:00Z").new if s.product.startswith("cbr.mortgage")]
        assert f"{snapshot.first_seen:%Y-%m-%d}" == day
        made = all_products()[snapshot.product].read(Payload(snapshot.read())).observations.filter(ref_area="RUS")
        seen = snapshot.first_seen.replace(tzinfo=None)
        claims.append(made.with_columns(vintage_date=pl.lit(seen.date()), vintage_kind=pl.lit("observed"), first_seen=pl.lit(seen),
                                        release_id=pl.lit(snapshot.release_id)).select(CLAIM.keys()))  # fmt: skip
    revised = resolve(pl.concat(claims)).filter(change="revised")
    assert revised.select("period_end", "vintage_date").unique().rows() == [(date(2024, 11, 30), date(2025, 3, 31))]
    overdue = revised.filter(measure="overdue", currency="RUB")
    own = revised.filter(pl.col("definition").is_in(["RESIDENTS_EXCL_ACQUIRED", "RAS_OVERDUE_RESIDENTS"]))
    assert (overdue["value"].to_list(), own.height) == ([91_121e6], 4)
    before = pl.concat(claims).filter(series_id() == overdue["series_id"][0], period_end=date(2024, 11, 30))
    assert before["value"].to_list() == [91_008e6, 91_121e6]


@pytest.mark.parametrize("code", [200, 403, 501])
def test_guard_page_in_place_of_a_workbook_blocks_and_is_never_data(world: World, code: int) -> None:
    """Since February 2022 a DDoS-guard page can come with status 200."""
    world.site.fault(VFS + "*", faults.ddos_guard(code))
    report = world.visit()
    assert report.state == "blocked"
    assert "DDoS-Guard" in report.reason
    assert world.held("cbr.household_debt") == []


@pytest.mark.parametrize(
    "content",
    [b"<html><table><tr><td>An error page with a table</td></tr></table></html>", b"PK\x03\x04cut"],
    ids=["page", "truncated"],
)
def test_file_that_is_no_such_workbook_is_quarantined(world: World, content: bytes) -> None:
    world.bank.book(DEBT, content)
    report = world.visit()
    assert report.state == "reachable"
    assert [r["product"] for r in report.refused] == ["cbr.household_debt"]
    assert len(Quarantine(world.home / "quarantine").items()) == 1
    assert world.held("cbr.household_debt") == []


WEIGHTS = {"debt": 10, "overdue": 1, "acquired_claims": 3, "debt_incl_acquired": 13, "new_loans": 4, "count": 2, "term": 1,
           "rate": 1}  # fmt: skip


@pytest.mark.slow
def test_everything_the_site_keeps_is_crawled_from_nothing_once(world: World) -> None:
    """Pages, services, undated and dated workbooks: each as what it is; then nothing new."""
    for path, product in site()["workbooks"].items():
        module = all_products()[product if isinstance(product, str) else product[0]]
        if getattr(getattr(module, "layout", None), "reader", "") == "banking.regional":
            world.site.put(path, books.regional(module.layout, WEIGHTS), XLSX)
    world.site.put(VFS + "02_12_Mortgage_by_fed_distr_20251001.xlsx", lender_book(), XLSX)
    loans = VFS.replace("Mortgage", "Loans_to_corporations")
    world.site.put(loans + "01_05_A_Debt_corp_20251001.xlsx", both_book("01.10.2025"), XLSX)
    for name, whose in (("01_03_C_Loans_corp", COMPANIES), ("01_12_A_Loans_sme", SMALL)):
        content = district_book(whose, "за сентябрь 2025 года", "по состоянию на 01.10.2025")
        world.site.put(f"{loans}{name}_by_fd_activity_20251001.xlsx", content, XLSX)
    world.site.put(site_path("02_02_SME"), borrowers_book(), XLSX)
    world.bank.serve_data(DATA)
    world.bank.serve_tables()
    world.bank.list_books()
    world.bank.book("02_09_Debt_housing.xlsx", housing_book("debt"))
    world.site.put(VFS.lower() + "02_42_Quantity_ihc.xlsx", housing_book("ihc"), XLSX)
    world.site.put(site_path("01_11_Debt_sme"), activity_book("01_11"), XLSX)
    report = world.visit()
    assert (report.state, report.refused) == ("reachable", [])
    assert any("02_43_Gone" in note or "cbr.loans_by_area 2025-12: HTTP 404" in note for note in report.notes)
    assert not [r for r in world.site.log if "02_99" in r.path or "02_09_Other" in r.path]
    regional = {"mortgage_count", "mortgage_new_loans", "mortgage_rates", "mortgage_debt", "mortgage_scpa_count", "sme_debt",
                "housing_count", "housing_new_loans", "household_new_loans", "household_debt", "mortgage_scpa_debt",
                "loans_by_area", "loans_by_activity", "sme_borrowers"}  # fmt: skip
    services = {"fx_daily", "fx_dynamic", "key_rate", "data_service", "data_service_table"}
    got = {s.product for s in Archive(world.home / "archive").snapshots()}
    dated = {"mortgage_by_lender", "loans_by_area_activity", "loans_by_district_activity"}
    assert got == {f"cbr.{name}" for name in regional | services | dated}
    assert world.held("cbr.loans_by_district_activity") == ["2025-09"] * 2, "of companies and of small enterprises"
    assert world.held("cbr.loans_by_area") == ["2025-12"] * 2, "two that no one knew by name"
    assert world.visit("2025-12-14T12:00:00Z").new == []


PAGES = {"ruonia/dynamics": dated.ruonia_page(), "bliquidity": dated.liquidity_page(russian=True),
         "repo": dated.repo_page(), "infl": dated.inflation_page()}  # fmt: skip


@pytest.mark.slow
def test_tables_of_the_data_base_are_crawled_and_books_of_deposits_and_budgets(world: World) -> None:
    world.bank.serve_days(PAGES)
    world.site.put(site_path("deposits"), term_book(), XLSX)
    world.site.put(site_path("02_29"), budget_book(), XLSX)
    report = world.visit()
    got = {s.product for s in report.new}
    names = ("ruonia", "bank_liquidity", "repo_auctions", "inflation", "rates_by_term", "budget_funds")
    assert {f"cbr.{name}" for name in names} <= got and report.refused == []
    assert not [r for r in world.site.log if r.path.startswith("/eng/hd_base")]


FAMILIES = {  # cbr README 4.3; how the names of files begin
    "mortgage": [*(f"02_{n:02}_" for n in range(2, 19)), *(f"02_{n}_" for n in range(41, 46))],
    "loans_to_corporations": [
        "01_01_A_", "01_01_C_", "01_02_A_Debt_corp_by_activity", "01_02_C_Debt_corp_by_activity", "01_03_C_Loans_corp_by_fd_activity_",
        "01_05_A_Debt_corp_", "01_05_D_Debt_subj", "01_10_F_", "01_11_Debt_sme", "01_11_F_", "01_11_I_", "01_12_A_",
        "01_13_F_Debt_sme_subj", "01_13_I_Debt_sme_subj", "02_02_SME_Borrowers_info",
        "02_03_Debt_structure_by_benchmark_interest_rate_type",
    ],
}  # fmt: skip


@pytest.mark.parametrize("folder", FAMILIES)
def test_every_family_of_the_notes_has_its_place(folder: str) -> None:
    """An address, or, where the whole name is not known, a beginning to find it by; each with a product that reads it."""
    plan = site()
    paths = [*plan["workbooks"], *plan["dated"]]
    names = [
        path.rpartition("/")[2] for path in paths if path.lower().rpartition("/")[0].endswith(f"/banksector/{folder}")
    ]
    begun = [*plan["linked"]["begins"]] if folder == "mortgage" else []
    without = [begins for begins in FAMILIES[folder] if not any(name.startswith(begins) for name in [*names, *begun])]
    assert without == []


def test_addresses_are_asked_for_as_the_site_links_them(world: World) -> None:
    """Some are all lower case; the obs_tabl20 of an address ends with a Cyrillic letter."""
    world.visit()
    asked = {request.path for request in world.site.log}
    assert set(site()["workbooks"]) <= asked
    assert site_path("02_41").startswith("/vfs/statistics/banksector/mortgage/")
    assert (
        unquote(site_path("obs_tabl20")) == "/Content/Document/File/115862/obs_tabl20\N{CYRILLIC SMALL LETTER ES}.xlsx"
    )


def test_either_edition_of_obs_tabl20_is_taken_as_what_it_is(world: World) -> None:
    """To the end of 2023 it has sheets of loans, since then it has not; one address."""
    world.site.put(site_path("obs_tabl20"), portfolio_book(), XLSX)
    world.visit()
    world.site.put(site_path("obs_tabl20"), sector_book(), XLSX)
    world.visit("2026-01-25T12:00:00Z")
    assert (world.held("cbr.loan_portfolio"), world.held("cbr.sector_loans")) == (["2025-12"], ["2026-01"])


def site_path(begins: str) -> str:
    return next(path for path in site()["workbooks"] if path.rpartition("/")[2].startswith(begins))


@unpacks
def test_archives_of_forms_are_asked_by_backfill_alone(world: World) -> None:
    world.site.put(
        "/vfs/credit/forms/101-20151201.rar", rar(("112015B1.DBF", table(FIELDS, ROWS))), "application/x-rar"
    )
    world.visit()
    assert not [r for r in world.site.log if "forms" in r.path]
    forms = world.visit(since="2015-12", until="2015-12")
    assert [(s.product, s.period, s.path.suffix) for s in forms.new if "form" in s.product] == [
        ("cbr.form_101", "2015-11", ".rar")
    ]
    assert [r.path[-16:] for r in world.site.log if "forms" in r.path] == [
        "101-20151201.rar", "123-20151201.rar", "135-20151201.rar",
        "101-20160101.rar", "102-20160101.rar", "123-20160101.rar", "135-20160101.rar",
    ], "December is in the archives of 1 January; form 102 comes after a quarter, the others every month"  # fmt: skip
    world.visit(since="2008-11", until="2008-12")
    assert [r.path[-16:] for r in world.site.log if "forms" in r.path] == [
        "101-20081101.zip", "101-20081201.zip", "101-20090101.rar", "102-20090101.rar",
    ]  # fmt: skip


def test_every_product_that_the_site_map_names_exists() -> None:
    plan = site()
    books = [
        p for products in plan["workbooks"].values() for p in ([products] if isinstance(products, str) else products)
    ]
    named = {*books, *plan["dated"].values(), *(form["product"] for form in plan["forms"].values()), plan["yearly"]["product"],
             plan["service"]["product"], plan["tables"]["product"], *plan["linked"]["begins"].values()}  # fmt: skip
    assert named <= set(all_products()), "a name of no product would be passed over in silence"


def test_workbook_under_another_name_is_not_taken_for_it(world: World) -> None:
    world.bank.book("02_02_Mortgage.xlsx", debt_book())
    report = world.visit()
    assert [(r["code"], r["got"]) for r in report.refused] == [("not_as_claimed", "cbr.household_debt")]


def test_ended_yearly_pages_are_asked_by_backfill_alone_only(world: World) -> None:
    page = risk_page(rows_of("2015"))
    world.site.put("/eng/statistics/bank_system/risk_15_e", page)
    world.visit()
    assert world.held("cbr.household_lending_risk") == []
    world.visit(since="2015-01", until="2016-12")
    assert world.held("cbr.household_lending_risk") == ["2015"]
    assert [r.path[-4:] for r in world.site.log if "risk_" in r.path] == ["15_e", "16_e"]
