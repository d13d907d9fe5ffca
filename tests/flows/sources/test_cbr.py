"""The Bank of Russia: rates are asked from the day after the newest one held; overwritten workbooks are vintages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from pathlib import Path
from urllib.parse import parse_qs, unquote

import polars as pl
import pytest

from flows.archive import Archive, Quarantine
from flows.http.transfer import Limits
from flows.settings import Settings
from flows.sources import SourceReport, visit
from flows.sources.cbr import site
from tests.replica import Replica, faults
from tests.replica.addresses import everywhere
from tests.replica.cbr import VFS, XLSX, Bank
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
from transforms.banking import key_rate
from transforms.banking.form_101 import FIELDS
from transforms.model import CLAIM, Payload, series_id
from transforms.products import all_products
from warehouse.store import resolve

household_debt = books.product("household_debt")

QUICK = Limits(backoff=0.01)  # time-outs as in earnest: a busy machine is no slow server
DEBT = "02_05_Debt_ind.xlsx"


DATA = [  # official figures, and one region that the query leaves out
    (42, 22, 36, 6, 34949464.0, "2025-01-01"), (46, 22, 36, 6, 19194852.0, "2025-01-01"),
    (44, 22, 36, 7, 36603.0, "2022-06-01"), (53, 22, 36, 6, 6179048.0, "2021-09-01"),
    (55, None, 36, 6, 19036273.0, "2025-01-01"), (29, None, 36, 1, 8.47, "2025-01-01"),
    (46, 23, 36, 6, 1.0, "2025-01-01"),
]  # fmt: skip


@cache
def debt_book(months: int = 3) -> bytes:
    return books.regional(household_debt.layout, {"debt": 10, "overdue": 1}, months=months)


class World:
    """A replica of the bank with real rates and one workbook, and a home folder."""

    def __init__(self, site: Replica, home: Path) -> None:
        self.site, self.home, self.bank = site, home, Bank(site)
        self.bank.book(DEBT, debt_book())

    def visit(self, now: str = "2025-12-13T12:00:00Z", **scope: str) -> SourceReport:
        urls = everywhere(self.site.url)
        settings = Settings(home=self.home, now=datetime.fromisoformat(now), **urls)  # type: ignore[arg-type]
        self.site.log.clear()
        return visit("cbr", settings, Archive(settings.archive), limits=QUICK, **scope)

    def held(self, product: str) -> list[str]:
        return [s.period for s in Archive(self.home / "archive").snapshots() if s.product == product]

    def asked(self) -> list[str]:
        return [r.path.partition("?")[2][:41] for r in self.site.log if "XML_dynamic" in r.path]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with Replica() as site:
        yield World(site, tmp_path)


def test_first_visit_archives_rates_and_workbooks(world: World) -> None:
    report = world.visit()
    assert report.state == "reachable"
    assert world.held("cbr.fx_daily") == ["2025-12-13"]
    assert world.held("cbr.fx_dynamic") == ["2025-12-13"] * 2, "USD and CNY, filed under their last day"
    assert world.held("cbr.household_debt") == ["2025-12"], "filed under the month of first sight"
    assert world.asked() == ["date_req1=01/01/2025&date_req2=14/12/2025"[:41]] * 2
    missing = [note for note in report.notes if "404" in note]
    assert len(missing) == len(report.notes), "the other workbooks are not on this replica"


def test_archived_rates_read_to_the_official_figures(world: World) -> None:
    world.visit()
    archive = Archive(world.home / "archive")
    rates = {}
    for snapshot in archive.snapshots():
        if snapshot.product == "cbr.fx_dynamic":
            reading = books.product("fx_dynamic").read(Payload(snapshot.read()))
            rates |= {(r["product_code"], r["period_end"]): r["value"] for r in reading.observations.to_dicts()}
    assert rates["USD", date(2025, 9, 30)] == 82.8676
    assert rates["CNY", date(2025, 12, 13)] == 11.2726


def test_second_visit_asks_only_for_later_days_and_stores_nothing(world: World) -> None:
    world.visit()
    report = world.visit("2025-12-14T12:00:00Z")
    assert world.asked() == ["date_req1=14/12/2025&date_req2=15/12/2025"[:41]] * 2
    assert report.new == []
    assert report.refused == [], "an empty range is an empty root, not a broken answer"
    assert [(r.conditional, r.status) for r in world.site.asked(VFS + DEBT)] == [(True, 304)]


def test_new_rate_is_a_small_new_snapshot(world: World) -> None:
    world.visit()
    world.bank.rates["R01235"][date(2025, 12, 16)] = "79,4495"
    report = world.visit("2025-12-15T12:00:00Z")
    assert [(s.product, s.period) for s in report.new] == [
        ("cbr.fx_daily", "2025-12-16"), ("cbr.fx_dynamic", "2025-12-16"),
    ]  # fmt: skip
    world.visit("2025-12-16T12:00:00Z")
    assert sorted(query[10:20] for query in world.asked()) == ["14/12/2025", "17/12/2025"], "each currency on its own"


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


def test_backfill_of_rates_takes_the_asked_months(world: World) -> None:
    world.visit(since="2025-09", until="2025-09")
    assert world.asked()[0].startswith("date_req1=01/09/2025&date_req2=02/10/2025"[:41])


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


def test_the_english_page_stands_in_for_one_that_is_gone(world: World) -> None:
    world.bank.serve_days({"bliquidity": dated.liquidity_page()}, english=True)
    world.visit()
    (snapshot,) = [s for s in Archive(world.home / "archive").snapshots() if s.product == "cbr.bank_liquidity"]
    assert "/eng/hd_base/bliquidity/" in snapshot.url
    product = all_products()["cbr.bank_liquidity"]
    assert product.read(Payload(snapshot.read())).observations.filter(product_code="CLAIMS")["value"][0] == 1533.7e9


def test_a_site_without_https_is_asked_by_http(world: World) -> None:
    addresses = everywhere(world.site.url.replace("http://", "https://"))
    settings = Settings(home=world.home, now=datetime.fromisoformat("2025-12-13T12:00:00Z"), **addresses)  # type: ignore[arg-type]
    report = visit("cbr", settings, Archive(settings.archive), limits=QUICK)
    assert report.state == "reachable" and world.held("cbr.fx_daily") == ["2025-12-13"]


def test_a_fault_with_status_200_is_answered_by_the_page(world: World) -> None:
    world.site.put("/DailyInfoWebServ/DailyInfo.asmx", FAULT, "text/xml")
    report = world.visit()
    assert world.held("cbr.key_rate") == ["2025-12-13"]
    assert any("its page is asked instead" in note and "Timeout expired" in note for note in report.notes)


FAULT = (
    '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><soap:Fault><faultcode>soap:Server'
    "</faultcode><faultstring>Timeout expired</faultstring></soap:Fault></soap:Body></soap:Envelope>"
)
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


def test_key_rate_comes_by_soap_and_reads_to_the_official_changes(world: World) -> None:
    world.visit()
    (request,) = world.site.asked("/DailyInfoWebServ/DailyInfo.asmx")
    assert (request.method, request.headers["soapaction"]) == ("POST", "http://web.cbr.ru/KeyRate")
    assert b"<fromDate>2013-09-17T00:00:00</fromDate>" in request.body
    archive = Archive(world.home / "archive")
    (snapshot,) = [s for s in archive.snapshots() if s.product == "cbr.key_rate"]
    changes = key_rate.read(Payload(snapshot.read())).observations.select("period_end", "value").rows()
    assert changes == [(date(2025, 9, 15), 17.0), (date(2025, 10, 27), 16.5)]
    assert snapshot.path.suffix == ".xml"


def test_key_rate_is_kept_only_when_it_changed_though_its_bytes_grow_daily(world: World) -> None:
    world.visit()
    world.bank.today = date(2025, 12, 16)
    assert world.visit("2025-12-16T12:00:00Z").new == []
    world.bank.today, world.bank.key[date(2025, 12, 22)] = date(2025, 12, 22), "16.00"
    new = world.visit("2025-12-22T12:00:00Z").new
    assert [(s.product, s.period) for s in new] == [("cbr.key_rate", "2025-12-22")]


def test_key_rate_page_stands_in_for_the_service(world: World) -> None:
    world.site.fault("/DailyInfoWebServ/*", faults.status(500))
    report = world.visit()
    assert world.held("cbr.key_rate") == ["2025-12-13"]
    assert any("its page is asked instead" in note for note in report.notes)
    (asked,) = [parse_qs(r.path.partition("?")[2]) for r in world.site.log if r.path.startswith("/hd_base/KeyRate/")]
    assert asked == {"UniDbQuery.Posted": ["True"], "UniDbQuery.From": ["17.09.2013"], "UniDbQuery.To": ["13.12.2025"]}
    world.site.heal()
    assert "cbr.key_rate" not in [s.product for s in world.visit("2025-12-14T12:00:00Z").new], "the same by SOAP"


def test_one_missing_part_does_not_stop_the_others(world: World) -> None:
    for path in ("/scripts/XML_daily.asp", "/DailyInfoWebServ/DailyInfo.asmx", "/hd_base/KeyRate/"):
        world.site.remove(path)
    report = world.visit()
    assert report.state == "reachable"
    assert world.held("cbr.household_debt") == ["2025-12"]
    assert len(world.held("cbr.fx_dynamic")) == 2
    assert len([note for note in report.notes if note.startswith(("official rates of the day", "key rate"))]) == 3


def test_ended_yearly_pages_are_asked_by_backfill_alone_only(world: World) -> None:
    page = risk_page(rows_of("2015"))
    world.site.put("/eng/statistics/bank_system/risk_15_e", page)
    world.visit()
    assert world.held("cbr.household_lending_risk") == []
    world.visit(since="2015-01", until="2016-12")
    assert world.held("cbr.household_lending_risk") == ["2015"]
    assert [r.path[-4:] for r in world.site.log if "risk_" in r.path] == ["15_e", "16_e"]


def test_entity_bomb_in_place_of_rates_is_refused_quickly(world: World) -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><ValCurs Date="&b;"/>'
    world.site.put("/scripts/XML_daily.asp", bomb, "application/xml")
    report = world.visit()
    assert [r["product"] for r in report.refused] == ["cbr.fx_daily"]
    assert world.held("cbr.fx_daily") == []
