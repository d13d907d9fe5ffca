"""Indexes of the English site: by year, by words, and its list form; each row leads to the reader of its table."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from flows.sources import gacc_en
from flows.sources.gacc import announced
from tests.flows.sources.gacc_en_world import PARTNERS, TOTALS, World, world
from tests.replica import faults
from tests.replica.gacc import BULLETIN, DEAD, PRELIMINARY
from tests.replica.server import Page
from tests.transforms import customs_pages, customs_tables
from transforms.model import ReadError

__all__ = ["world"]


@pytest.mark.parametrize(
    "options",
    [
        "<option value=2026>2026</option><option value=2025>2025</option>",
        "<option>2026</option><option>2025</option>",
        "<option value='preliminary.html'>2026</option><option value='preliminary2025.html'>2025</option>",
    ],
)
def test_years_are_read_as_value_or_as_text(options: str) -> None:
    page = f"<select id=preliminarysel>{options}</select>".encode()
    assert gacc_en.years(page, "preliminarysel", "http://x/") == [2026, 2025]


def test_index_without_a_list_of_years_shows_the_newest(world: World) -> None:
    for path, page in list(world.site.pages.items()):
        if isinstance(page, Page) and path.startswith("/statics/report/"):
            world.site.put(path, re.sub(rb"<select.*?</select>", b"", page.content, flags=re.S))
    assert world.visit().state == "reachable"
    assert len(world.periods()) == 4


def test_index_is_found_by_its_words(world: World) -> None:
    html = (
        "<table><tr><td colspan=2>Preliminary Release</td></tr><tr><td><b>Title</b></td><td>Month</td></tr><tr><td>"
        f"{TOTALS} (in USD)</td><td><a href=/Statics/1.html> Jan.-Feb.</a></br><span>Mar.</span></td></tr></table>"
    )
    (found,) = gacc_en.listing(html.encode(), 2025, "http://english.customs.gov.cn/")
    assert (found.period, found.url) == ("2025-02", "http://english.customs.gov.cn/Statics/1.html")


def listed(world: World) -> list[str]:
    return [r.path for r in world.site.log if r.path.startswith("/Statistics/Statistics")]


@pytest.mark.parametrize("broken", ["gone", "another layout"])
def test_list_form_stands_in_for_a_yearly_index_that_fails(world: World, broken: str) -> None:
    """`ColumnId=1&page=N`: links by title, newest first. What both list is one release."""
    if broken == "gone":
        world.site.remove("/statics/report/preliminary2025.html")  # this year's index still answers
    else:
        text = "<p>The statistics of 2025 have moved to another place of this site. We are sorry.</p>" * 9
        world.site.put("/statics/report/preliminary2025.html", f"<html><body>{text}</body></html>")
    report = world.visit()
    assert (report.state, report.seen, len(report.new)) == ("reachable", 4, 4)
    assert listed(world)[0] == "/Statistics/Statistics?ColumnId=1&page=1"
    assert ["the list form is read instead" in note for note in report.notes] == [True]
    again = world.visit("2026-04-15T03:00:00Z")
    assert (again.new, listed(world)) == ([], ["/Statistics/Statistics?ColumnId=1&page=1"]), "all of it is archived"
    back = world.visit("2026-04-16T03:00:00Z", since="2024-01", until="2024-12")
    assert [s.period for s in back.new] == ["2024-11"]


def test_list_form_is_turned_page_by_page_as_far_as_the_periods_go(world: World) -> None:
    for month in range(1, 13):
        for kind, currency in ((TOTALS, "CNY"), (PARTNERS, "USD"), (PARTNERS, "CNY")):
            world.gacc.links[f"{kind} (in {currency})", f"2023-{month:02}"] = (
                f"{world.site.url}/Statics/{month}{kind[1]}{currency}.html"
            )
    world.site.remove("/statics/report/preliminary.html")
    world.visit(since="2023-09", until="2023-10")
    pages = [f"/Statistics/Statistics?ColumnId=1&page={n}" for n in range(1, 4)]
    assert listed(world) == pages, "five of later years, then three a month, ten a page: the third is older"
    asked = {r.path for r in world.site.log if r.path.startswith("/Statics/")}
    assert asked == {f"/Statics/{month}{key}.html" for month in (9, 10) for key in ("1CNY", "4CNY", "4USD")}


def test_list_form_beyond_its_last_page_ends(world: World) -> None:
    world.site.remove("/statics/report/monthly.html")
    world.site.remove("/statics/report/preliminary.html")
    url = world.gacc.publish("（5）Imports and Exports by Customs Regime", "2026-02",
                             customs_pages.english(*customs_tables.regime_rows("2026-02")))  # fmt: skip
    world.site.remove("/statics/report/monthly.html")
    world.site.remove("/statics/report/preliminary.html")
    report = world.visit(since="2018-01")
    assert url in {s.url for s in report.new}, "ColumnId=2 is the bulletin"
    assert len(report.new) == 6
    assert listed(world) == [f"/Statistics/Statistics?ColumnId={c}&page={n}" for c in (1, 2) for n in (1, 2)]


def test_list_form_without_release_links_is_no_index_and_names_them(world: World) -> None:
    world.site.remove("/statics/report/preliminary.html")
    world.site.put(
        "/Statistics/Statistics", "<html><body>" + "<p>Sorry, nothing is here today.</p>" * 30 + "</body></html>"
    )
    report = world.visit()
    assert report.new == []
    assert any("/Statics/<uuid>.html" in note and "not_an_index" in note for note in report.notes)


def test_shield_before_the_list_form_is_the_state(world: World) -> None:
    world.site.remove("/statics/report/preliminary.html")
    world.site.fault("/Statistics/*", faults.script_challenge(412))
    assert world.visit().state == "blocked"


def test_index_of_a_real_page_layout() -> None:
    """Unquoted hrefs, leading blanks, dead months, `</br>`, `&` unescaped: the row of the 2026 index as served."""
    row = (
        "<tr><td>(1) China's Total Export & Import Values (in USD)</td><td><span>Jan.</span>"
        "<a href=http://english.customs.gov.cn/Statics/01692e74-9069-4562-a742-b382d3634cef.html> Feb.</a>"
        "<a href=http://english.customs.gov.cn/Statics/d9c40839-ca1e-4726-b570-1e41e043103f.html> Mar.</a>"
        "<span>Apr.</span><span>May.</span><span>Jun.</span></br><span>Jul.</span></td></tr>"
        "<tr><td>(8)Statistics Bulletin on Goods Inspection & Quarantine</td><td><span>Jan.</span></td></tr>"
    )
    html = f"<table><thead><tr><th>Title</th><th>Month</th></tr></thead><tbody>{row}</tbody></table>"
    found = gacc_en.listing(html.encode(), 2026, "http://english.customs.gov.cn/statics/report/preliminary.html")
    assert [(r.claim, r.period, r.url[-17:]) for r in found] == [
        ("gacc.total_preliminary", "2026-02", "b382d3634cef.html"),
        ("gacc.total_preliminary", "2026-03", "1e41e043103f.html"),
    ]


def test_index_with_an_unknown_month_word_is_refused_not_guessed() -> None:
    row = "<tr><td>(1) China's Total Export & Import Values (in USD)</td><td><a href=/x.html> Smarch.</a></td></tr>"
    html = f"<table><tr><th>Title</th><th>Month</th></tr>{row}</table>"
    with pytest.raises(ReadError, match="unknown_month"):
        gacc_en.listing(html.encode(), 2026, "http://english.customs.gov.cn/")


def test_official_index_of_2026_lists_two_months(request: pytest.FixtureRequest) -> None:
    path = customs_pages.SHARED / "gacc" / "raw" / "hoyla_meridian" / "seed_2026.html"
    if not path.exists():
        pytest.skip("the official page is not on this machine")
    url = "http://english.customs.gov.cn/statics/report/preliminary.html"
    assert gacc_en.years(path.read_bytes(), "preliminarysel", url) == list(range(2026, 2017, -1))
    found = gacc_en.listing(path.read_bytes(), 2026, url)
    assert {r.period for r in found} == {"2026-02", "2026-03"}
    months_and_currencies = 4
    assert Counter(r.claim for r in found) == {
        "gacc.total_preliminary": months_and_currencies, "gacc.by_trade_mode_preliminary": 2 * months_and_currencies,
        "gacc.by_partner_preliminary": months_and_currencies, "gacc.major_exports_preliminary": months_and_currencies,
        "gacc.major_imports_preliminary": months_and_currencies,
    }  # fmt: skip
    assert all(gacc_en.RELEASE_PAGE.search(r.url) for r in found), "/Statics/<uuid>.html"


def test_rows_of_the_indexes_lead_to_their_readers() -> None:
    """Six preliminary tables in two currencies; (7) and (8) are of others. Of the bulletin those that are read."""
    names = ["total", "by_trade_mode", "by_trade_mode", "by_partner", "major_exports", "major_imports"]
    for title, name in zip(PRELIMINARY, names, strict=True):
        for currency in ("CNY", "USD"):
            assert announced(f"{title} (in {currency})") == ((f"gacc.{name}_preliminary",), "")
    names = ["total_bulletin_monthly", "by_partner_bulletin", "by_regime_bulletin", "major_exports_bulletin",
             "major_imports_bulletin", "imports_by_regime_bulletin"]  # fmt: skip
    assert [announced(title)[0] for title in BULLETIN] == [(f"gacc.{name}",) for name in names]
    assert announced("（1）Summary of Imports and Exports (In USD) A：Annually")[0] == ("gacc.total_bulletin_annual",)
    assert [announced(title)[0] for title in DEAD] == [(), ()]
