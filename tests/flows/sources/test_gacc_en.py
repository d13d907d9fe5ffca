"""The English site is crawled once and then left alone; a page that is not what it claims never becomes data."""

from __future__ import annotations

import pytest

from flows.archive import Archive, Quarantine
from flows.http.errors import told
from flows.sources import gacc_en, sources
from tests.flows.sources.gacc_en_world import PARTNERS, QUICK, TOTALS, World, page, world
from tests.replica import faults
from tests.transforms import customs_pages, customs_tables
from transforms.model import Payload
from transforms.products import all_products

__all__ = ["world"]


def test_first_visit_takes_this_year_and_the_last(world: World) -> None:
    report = world.visit()
    assert (report.state, report.seen, len(report.new), report.refused, report.notes) == ("reachable", 4, 4, [], [])
    assert world.periods() == [
        ("gacc.by_partner_preliminary", "2025-02"), ("gacc.by_partner_preliminary", "2026-03"),
        ("gacc.total_preliminary", "2025-12"), ("gacc.total_preliminary", "2026-03"),
    ]  # fmt: skip
    indexes = [f"/statics/report/{kind}{year}.html" for kind in ("preliminary", "monthly") for year in ("", 2025)]
    assert [r.path for r in world.site.log][:4] == indexes
    assert [r.path for r in world.site.log[4:] if ".xls" not in r.path] == [
        world.urls[key].removeprefix(world.site.url)
        for key in ((TOTALS, "2026-03"), (PARTNERS, "2026-03"), (TOTALS, "2025-12"), (PARTNERS, "2025-02"))
    ]
    assert report.requests == len(world.site.log) == 4 + 4 + 4, "indexes, pages, and their Excel twins (gone)"


def test_sidecar_says_where_the_page_was_and_what_it_was_called(world: World) -> None:
    world.visit()
    snapshot = Archive(world.home / "archive").snapshots()[1]
    assert snapshot.url == world.urls[PARTNERS, "2026-03"]
    assert snapshot.sidecar["title"] == f"{PARTNERS} (in CNY), 2026-03"
    assert (snapshot.sidecar["http_status"], snapshot.sidecar["media_type"]) == (200, "text/html")
    assert snapshot.sidecar["etag"]
    assert snapshot.path.suffix == ".html"


def test_second_visit_asks_conditionally_and_stores_nothing(world: World) -> None:
    world.visit()
    before = {p: p.read_bytes() for p in (world.home / "archive").rglob("*.html")}
    report = world.visit("2026-04-15T03:00:00Z")
    assert all(r.conditional and r.status == 304 for r in world.site.log)
    assert (report.new, report.seen) == ([], 4)
    assert {p: p.read_bytes() for p in (world.home / "archive").rglob("*.html")} == before


def test_old_pages_are_asked_again_once_a_month_on_a_condition(world: World) -> None:
    """Publishers revise them quietly after more than the 35 days in which every visit looks."""
    world.visit()
    world.visit("2026-07-01T03:00:00Z")
    asked = [r for r in world.site.log if "Statics" in r.path]
    assert len(asked) == 4
    assert all(r.conditional for r in asked)
    report = world.visit("2026-07-20T03:00:00Z")
    assert [r.path for r in world.site.log if "Statics" in r.path] == []
    assert report.requests == 4


def test_a_page_revised_quietly_after_months_is_seen(world: World) -> None:
    world.visit()
    title = f"{PARTNERS} (in CNY)"
    world.gacc.publish(title, "2026-03", page(PARTNERS, "2026-03", "CNY") + b"<!-- revised -->")
    report = world.visit("2026-07-01T03:00:00Z")
    assert [s.period for s in report.new] == ["2026-03"]


def test_pages_looked_at_just_now_are_not_looked_at_again(world: World) -> None:
    """The indexes are polled every half hour in the days of a release."""
    world.visit()
    report = world.visit("2026-04-14T03:30:00Z")
    assert report.requests == 4
    assert all(r.conditional for r in world.site.log)


def test_ordinary_visit_takes_the_newest_first_and_leaves_the_rest_to_the_next(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gacc_en, "PATIENCE", 0.0)
    first = world.visit()
    assert first.new == []
    assert first.notes[-1] == "4 older releases are left to the next runs, or to backfill"
    monkeypatch.setattr(gacc_en, "PATIENCE", 40.0)
    assert [s.period for s in world.visit().new] == ["2026-03", "2026-03", "2025-12", "2025-02"]
    monkeypatch.setattr(gacc_en, "PATIENCE", 0.0)
    assert [s.period for s in world.visit(since="2024-11", until="2024-11").new] == ["2024-11"], "no limit in backfill"


def test_backfill_goes_back_through_the_years_offered(world: World) -> None:
    report = world.visit(since="2024-11", until="2025-02")
    assert [s.period for s in report.new] == ["2025-02", "2024-11"]
    assert "/statics/report/preliminary2024.html" in [r.path for r in world.site.log]
    assert "/statics/report/preliminary2023.html" not in [r.path for r in world.site.log]


def test_corrected_page_at_a_new_address_is_a_second_snapshot(world: World) -> None:
    world.visit()
    corrected = page(TOTALS, "2026-03", "CNY").replace(b"2026/04/08", b"2026/04/20")
    url = world.gacc.publish(f"{TOTALS} (in CNY)", "2026-03", corrected, edition="corrected")
    report = world.visit("2026-04-20T03:00:00Z")
    assert [(s.period, s.url) for s in report.new] == [("2026-03", url)]
    assert len(world.periods()) == 5


def test_silent_change_at_the_same_address_is_found_while_recent(world: World) -> None:
    world.visit()
    path = world.urls[TOTALS, "2026-03"].removeprefix(world.site.url)
    world.site.put(path, page(TOTALS, "2026-03", "CNY").replace(b"2026/04/08", b"2026/04/20"))
    assert [s.period for s in world.visit("2026-04-20T03:00:00Z").new] == ["2026-03"]


def test_page_that_is_another_table_than_its_link_says_goes_to_quarantine(world: World) -> None:
    world.gacc.publish(f"{TOTALS} (in USD)", "2026-03", page(PARTNERS, "2026-03", "CNY") + b" ")
    report = world.visit()
    (reason,) = report.refused
    assert (reason["code"], reason["expected"], reason["got"]) == (
        "not_as_claimed", "gacc.total_preliminary", "gacc.by_partner_preliminary",
    )  # fmt: skip
    assert len(report.new) == 4
    (item,) = Quarantine(world.home / "quarantine").items()
    assert item["url"] == reason["url"]


def test_refused_page_is_asked_conditionally_and_admitted_once_mended(world: World) -> None:
    title = f"{TOTALS} (in USD)"
    wrong = world.gacc.publish(title, "2026-03", page(PARTNERS, "2026-03", "CNY") + b" ")
    world.visit()
    again = world.visit("2026-04-15T03:00:00Z")
    assert all(r.status == 304 for r in world.site.log)
    assert again.refused == [], "told when it happened, not on every visit"
    assert len(Quarantine(world.home / "quarantine").items()) == 1
    world.site.put(wrong.removeprefix(world.site.url), page(TOTALS, "2025-12", "USD") + b" ")
    assert len(world.visit("2026-04-16T03:00:00Z").new) == 1
    assert Quarantine(world.home / "quarantine").items() == []


def test_page_refused_long_ago_is_not_asked_for_but_judged_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """After an update of Portvault the reader may know the page."""
    world.gacc.publish(f"{TOTALS} (in USD)", "2026-03", page(PARTNERS, "2026-03", "CNY") + b" ")
    world.visit()
    refused = world.gacc.links[f"{TOTALS} (in USD)", "2026-03"].removeprefix(world.site.url)
    assert world.visit("2026-07-01T03:00:00Z").new == []
    assert world.site.asked(refused) == []
    monkeypatch.setattr(gacc_en, "announced", lambda title: (("gacc.by_partner_preliminary",), ""))
    report = world.visit("2026-07-02T03:00:00Z")
    assert "gacc.by_partner_preliminary" in [s.product for s in report.new]
    assert Quarantine(world.home / "quarantine").items() == []


def test_blocked_site_is_a_state_with_advice(world: World) -> None:
    world.site.fault("*", faults.script_challenge(412))
    report = world.visit()
    assert (report.state, report.new, report.requests) == ("blocked", [], 2)  # each index once
    assert "HTTP 412" in report.reason
    assert "portvault ingest" in report.reason


def test_one_blocked_page_is_the_state_and_the_others_come(world: World) -> None:
    path = world.urls[PARTNERS, "2026-03"].removeprefix(world.site.url)
    world.site.fault(path, faults.ddos_guard(200))
    report = world.visit()
    assert (report.state, path in report.reason) == ("blocked", True)
    assert len(world.periods()) == 3
    assert len(world.site.asked(path)) == 2, "a guard of the first answer alone is worth a second try"
    world.site.heal()
    assert world.visit("2026-04-15T03:00:00Z").state == "reachable"
    assert len(world.periods()) == 4


def test_guard_of_the_first_answer_alone_is_no_block(world: World) -> None:
    world.site.fault("*", faults.ddos_guard(200), times=1)
    report = world.visit()
    assert (report.state, len(world.periods())) == ("reachable", 4)


def test_shield_over_all_pages_ends_the_visit(world: World) -> None:
    world.site.fault("/Statics/*", faults.script_challenge(412))
    report = world.visit()
    pages = [r for r in world.site.log if r.path.startswith("/Statics/")]
    assert (report.state, report.new, len(pages)) == ("blocked", [], 3)


def test_blocked_index_does_not_hide_the_other_one(world: World) -> None:
    world.site.fault("/statics/report/preliminary.html", faults.script_challenge(412))
    report = world.visit()
    assert (report.state, len(world.site.asked("/statics/report/monthly.html"))) == ("blocked", 1)


@pytest.mark.parametrize("body", ["Welcome", "<script>var a = 'x';</script>"])
def test_short_page_without_the_index_is_blocked_not_empty(world: World, body: str) -> None:
    world.site.put("/statics/report/preliminary.html", f"<html><body>{body}</body></html>")
    report = world.visit()
    assert report.state == "blocked"
    assert "shows next to nothing" in report.reason


def test_dead_site_is_unreachable(world: World) -> None:
    world.site.fault("*", faults.reset())
    report = world.visit()
    assert (report.state, report.requests) == ("unreachable", 2 * QUICK.attempts), "under either scheme"
    assert "connection dropped" in report.reason


def test_one_missing_page_does_not_stop_the_others(world: World) -> None:
    world.site.remove(world.urls[PARTNERS, "2025-02"].removeprefix(world.site.url))
    world.site.fault(world.urls[TOTALS, "2025-12"].removeprefix(world.site.url), faults.status(500))
    report = world.visit()
    assert (report.state, len(report.new)) == ("reachable", 2)
    assert [("HTTP 404" in note, "HTTP 500" in note) for note in report.notes] == [(False, True), (True, False)]


def test_page_that_redirects_off_the_site_is_noted_and_not_followed(world: World) -> None:
    world.site.fault(world.urls[PARTNERS, "2025-02"].removeprefix(world.site.url), faults.redirect("http://evil.org/"))
    report = world.visit()
    assert (report.state, len(report.new)) == ("reachable", 3)
    assert "redirect" in report.notes[0]


def test_damaged_archive_entry_is_fetched_again(world: World) -> None:
    snapshot = world.visit().new[0]
    snapshot.path.write_bytes(b"cut")
    world.visit("2026-09-01T03:00:00Z")
    archive = Archive(world.home / "archive")
    assert all(archive.intact(s) for s in archive.snapshots())
    assert len(archive.snapshots()) == 4


def sheet(period: str, more: float = 0) -> bytes:
    """The Excel twin of table (4); `more` is added to New Zealand's exports of the month and to their total."""
    rows = customs_tables.by_partner_rows(period, "CNY")[1]
    for row in rows:
        if str(row[0]).strip() == "New Zealand":
            for column in (1, 3):
                row[column] = f"{float(str(row[column]).strip().replace(',', '')) + more:,.1f}"
    return customs_pages.workbook("Sheet1", rows)


def test_excel_twin_that_agrees_is_archived_beside_the_page(world: World) -> None:
    rows = page(PARTNERS, "2026-03", "CNY") + b"\n"
    world.gacc.publish(f"{PARTNERS} (in CNY)", "2026-03", rows, edition="with twin", xls=sheet("2026-03"))
    report = world.visit()
    assert report.refused == []
    kinds = sorted(
        s.path.suffix for s in report.new if s.product == "gacc.by_partner_preliminary" and "2026" in s.period
    )
    assert kinds == [".html", ".xls"]
    asked = [r.path for r in world.site.log if ".xls" in r.path and "%E4%BA%BA" in r.path]
    assert asked, "backslashes become slashes, Chinese characters are percent-encoded"


def test_excel_twin_that_contradicts_the_page_is_quarantined_and_the_page_stays(world: World) -> None:
    twin = sheet("2026-03", more=0.5)
    html = page(PARTNERS, "2026-03", "CNY") + b"\n"
    world.gacc.publish(f"{PARTNERS} (in CNY)", "2026-03", html, edition="with twin", xls=twin)
    report = world.visit()
    assert [r["code"] for r in report.refused] == ["twins_disagree"]
    assert "2 of" in report.refused[0]["got"]
    assert "NZL" in report.refused[0]["where"]
    assert [s.path.suffix for s in report.new] == [".html"] * 4


def test_site_is_asked_by_http_and_a_bad_certificate_is_named() -> None:
    assert sources()["gacc_en"].url == "http://english.customs.gov.cn"
    assert told(OSError("SSL: CERTIFICATE_VERIFY_FAILED")) == "certificate not accepted"


def test_page_without_a_month_in_its_title_is_read_by_the_month_of_its_index(world: World) -> None:
    """July 2018 had none; neither has its Excel twin."""
    title, rows = customs_tables.by_partner_rows("2026-03", "CNY")
    bare = title.replace(", Mar 2026", "")
    rows[0] = [(bare, 10, 1)]
    twin = customs_pages.workbook("Sheet1", rows)
    world.gacc.publish(f"{PARTNERS} (in CNY)", "2026-03", customs_pages.english(bare, rows), edition="bare", xls=twin)
    report = world.visit()
    bare_ones = [s for s in report.new if (s.product, s.period) == ("gacc.by_partner_preliminary", "2026-03")]
    assert {s.path.suffix for s in bare_ones} == {".html", ".xls"}
    for snapshot in bare_ones:
        payload = Payload(snapshot.read(), options=snapshot.sidecar["options"])
        assert all_products()[snapshot.product].read(payload).release.period == "2026-03"
