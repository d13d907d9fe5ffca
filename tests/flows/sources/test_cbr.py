"""The Bank of Russia: rates are asked from the day after the newest one held, by whatever service answers."""

from __future__ import annotations

from datetime import date, datetime
from urllib.parse import parse_qs

from flows.archive import Archive
from flows.settings import Settings
from flows.sources import visit
from tests.flows.sources.cbr_world import DEBT, QUICK, World, world
from tests.replica import faults
from tests.replica.addresses import everywhere
from tests.replica.cbr import VFS
from tests.transforms.banking import books
from tests.transforms.dated import test_dated as dated
from transforms.banking import key_rate
from transforms.model import Payload
from transforms.products import all_products

__all__ = ["world"]


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


def test_backfill_of_rates_takes_the_asked_months(world: World) -> None:
    world.visit(since="2025-09", until="2025-09")
    assert world.asked()[0].startswith("date_req1=01/09/2025&date_req2=02/10/2025"[:41])


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


def test_entity_bomb_in_place_of_rates_is_refused_quickly(world: World) -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><ValCurs Date="&b;"/>'
    world.site.put("/scripts/XML_daily.asp", bomb, "application/xml")
    report = world.visit()
    assert [r["product"] for r in report.refused] == ["cbr.fx_daily"]
    assert world.held("cbr.fx_daily") == []
