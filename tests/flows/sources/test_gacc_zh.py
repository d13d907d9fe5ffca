"""The Chinese sites: both generations of index, attachments, and a shield that is a state, never "no data"."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from flows.archive import Archive
from flows.http.transfer import Limits
from flows.settings import Settings
from flows.sources import SourceReport, gacc_zh, sources, visit
from flows.sources.gacc import announced
from tests.replica import Replica, faults
from tests.replica.addresses import everywhere
from tests.replica.gacc import English
from tests.replica.gacc_zh import (
    BULLETIN_NEWS,
    NEWS,
    OLD_YEARS,
    TABLES,
    TOTALS_TITLE,
    Chinese,
    totals_article,
    totals_workbook,
)
from tests.transforms import customs_pages, customs_tables
from transforms.model import Payload, ReadError
from transforms.products import all_products

QUICK = Limits(backoff=0.01)  # time-outs as in earnest: a busy machine is no slow server
PARTNERS = "（4）2026年3月进出口商品主要国别（地区）总值表（美元值）"


class World:
    def __init__(self, site: Replica, home: Path) -> None:
        self.site, self.home, self.gacc = site, home, Chinese(site)

    def visit(self, now: str = "2026-04-14T03:00:00Z", source: str = "gacc_zh", **scope: str) -> SourceReport:
        urls = everywhere(self.site.url)
        settings = Settings(home=self.home, now=datetime.fromisoformat(now), **urls)  # type: ignore[arg-type]
        self.site.log.clear()
        return visit(source, settings, Archive(settings.archive), limits=QUICK, **scope)

    def held(self) -> list[tuple[str, str, str]]:
        return [(s.product, s.period, s.path.suffix) for s in Archive(self.home / "archive").snapshots()]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with Replica() as site:
        yield World(site, tmp_path)


def test_attachment_of_a_listed_article_is_archived(world: World) -> None:
    article = world.gacc.attachment(TOTALS_TITLE, "2026-04-14", totals_workbook())
    report = world.visit()
    assert (report.state, world.held()) == ("reachable", [("gacc.total_preliminary", "2026-03", ".xls")])
    (snapshot,) = report.new
    assert "/customs/attachDir/2026/04/" in snapshot.url
    assert snapshot.sidecar["also_at"] == [article]
    assert (snapshot.sidecar["listed"], snapshot.sidecar["title"]) == ("2026-04-14", TOTALS_TITLE)
    assert snapshot.sidecar["published"] is None, "the day on a list is the CMS's, not a vintage"


def test_inline_table_is_archived_as_the_page(world: World) -> None:
    world.gacc.inline(TOTALS_TITLE, "2026-04-14", totals_article())
    world.visit()
    assert world.held() == [("gacc.total_preliminary", "2026-03", ".html")]


def test_release_read_from_both_sites_gives_identical_observations(world: World) -> None:
    world.gacc.attachment(TOTALS_TITLE, "2026-04-14", totals_workbook())
    page = customs_pages.english(*customs_tables.total_rows("2026-03", "CNY"))
    English(world.site).publish("(1) China's Total Export & Import Values (in CNY)", "2026-03", page)
    world.visit()
    world.visit(source="gacc_en")
    archive = Archive(world.home / "archive")
    frames = {}
    for snapshot in archive.snapshots():
        reading = all_products()[snapshot.product].read(Payload(snapshot.read()))
        frames[snapshot.source] = reading.observations.drop("native_title")
    assert set(frames) == {"gacc_en", "gacc_zh"}
    assert frames["gacc_en"].equals(frames["gacc_zh"])


def test_viewer_article_is_named_with_the_way_out_and_is_no_data(world: World) -> None:
    """Since the redesign the body is a web-office frame, not a table."""
    url = world.gacc.viewer(PARTNERS, "2026-04-14")
    report = world.visit()
    assert (report.state, report.new) == ("reachable", [])
    (note,) = report.notes
    assert PARTNERS in note
    assert url in note
    assert "portvault ingest" in note


def test_second_visit_asks_conditionally_and_stores_nothing(world: World) -> None:
    world.gacc.attachment(TOTALS_TITLE, "2026-04-14", totals_workbook())
    world.gacc.viewer(PARTNERS, "2026-04-14")
    world.visit()
    report = world.visit("2026-04-15T03:00:00Z")
    assert report.new == []
    assert all(r.conditional and r.status == 304 for r in world.site.log)


def test_articles_opened_just_now_are_not_opened_again(world: World) -> None:
    world.gacc.viewer(PARTNERS, "2026-04-14")
    world.visit()
    notes = world.visit("2026-04-14T03:30:00Z").notes
    assert [r.path for r in world.site.log if "article" in r.path] == []
    assert len(notes) == 1, "and still says what is missing"


def test_bulletin_list_is_found_at_either_of_its_addresses(world: World) -> None:
    url = world.gacc.inline(TOTALS_TITLE, "2026-04-14", totals_article())
    world.gacc.in_yearly_table(2026, "RMB", "（1）进出口商品总值表 B:月度表", 3, url)
    content = world.gacc._tables(2026)
    world.site.remove(BULLETIN_NEWS)
    world.site.put("/tjs/sjgb/tjyb/index.html", content)
    world.visit()
    asked = [r.path for r in world.site.log]
    assert asked.index(BULLETIN_NEWS) < asked.index("/tjs/sjgb/tjyb/index.html")


def test_settled_articles_are_not_opened_again(world: World) -> None:
    world.gacc.attachment(TOTALS_TITLE, "2026-04-14", totals_workbook())
    world.visit()
    world.visit("2026-06-25T03:00:00Z", since="2026-03")
    assert [r.path for r in world.site.log if "article" in r.path or "attachDir" in r.path] == []


def test_news_list_is_followed_back_only_as_far_as_needed(world: World) -> None:
    for year in (2023, 2024, 2025, 2026):
        for month in range(1, 13):
            if f"{year}-{month:02}" <= "2026-03":
                day = f"{year + month // 12}-{month % 12 + 1:02}-14"
                world.gacc.viewer(f"（1）{year}年{month}月全国进出口总值表（人民币值）", day)
    world.visit()
    assert [r.path for r in world.site.log if NEWS in r.path] == [NEWS + "index.html"]
    world.visit(since="2025-01")
    assert [r.path for r in world.site.log if NEWS in r.path] == [
        NEWS + name for name in ("index.html", "008336e2-2.html")
    ]


def test_yearly_tables_of_the_older_generation_are_read(world: World) -> None:
    url = world.gacc.attachment(TOTALS_TITLE, "2026-04-14", totals_workbook())
    world.gacc.items.clear()
    world.gacc.in_yearly_table(2026, "RMB", "（1）全国进出口总值表", 3, url)
    report = world.visit()
    assert world.held() == [("gacc.total_preliminary", "2026-03", ".xls")]
    assert len([r for r in world.site.log if "attachDir" in r.path]) == 1, "linked from two pages, fetched once"
    assert report.seen == 1


def test_bulletin_pages_of_past_years_are_asked_only_for_backfill(world: World) -> None:
    world.visit()
    assert not [r for r in world.site.log if "5668662" in r.path]
    world.visit(since="2024-01", until="2025-12")
    asked = [r.path.removeprefix(TABLES) for r in world.site.log if r.path.startswith(TABLES)]
    assert asked == [
        "302275/index.html", "302277/index.html", "302277/5668662/index.html", "302277/6348926/index.html",
        "302277/2025/index.html",
    ]  # fmt: skip


def test_years_back_to_2014_are_found_by_the_links_of_the_current_page(world: World) -> None:
    url = world.gacc.attachment(TOTALS_TITLE, "2026-04-14", totals_workbook())
    world.gacc.in_yearly_table(2014, "RMB", "（1）全国进出口总值表", 3, url)
    world.visit(since="2014-01", until="2015-12")
    asked = [r.path for r in world.site.log if r.path.startswith(TABLES)]
    assert {f"{TABLES}302277/{OLD_YEARS[year]}/index.html" for year in (2014, 2015)} <= set(asked)
    assert not any(OLD_YEARS[2016] in path for path in asked)
    assert world.held(), "what a page of an old year links is read"


@pytest.mark.parametrize(
    "fault",
    [
        faults.script_challenge(412),
        faults.script_challenge(200),
        faults.status(400),
        faults.status(405),
        faults.status(200),
    ],
    ids=["412", "challenge 200", "400 empty", "405", "empty 200"],
)
def test_shield_is_the_state_blocked_with_advice(world: World, fault: faults.Fault) -> None:
    world.gacc.attachment(TOTALS_TITLE, "2026-04-14", totals_workbook())
    world.site.fault("*.html", fault)
    report = world.visit()
    assert (report.state, report.new) == ("blocked", [])
    assert "portvault ingest" in report.reason
    assert report.requests <= 3, "blocked is answered by leaving, not by knocking"


def test_short_page_without_the_marker_is_blocked(world: World) -> None:
    for path in (NEWS + "index.html", BULLETIN_NEWS, TABLES + "302275/index.html", TABLES + "302277/index.html"):
        world.site.put(path, "<html><body></body></html>")
    report = world.visit()
    assert report.state == "blocked"
    assert "shows next to nothing" in report.reason


@pytest.mark.parametrize(
    "link",
    [
        """<a title="下一页" onclick="queryArticleByCondition(this,'/tjs/sjgb/tjkx/008336e2-2.html')">下一页</a>""",
        """<a href="008336e2-2.html">下一页</a>""",
        """<a href="008336e2-2.html">2</a> <a href="008336e2-3.html">3</a>""",
    ],
)
def test_next_page_is_found_as_link_or_in_a_script(link: str) -> None:
    item = """<li><a href="/tjs/a.html" title="公告">公告</a><span>[2026-04-14]</span></li>"""
    page = f"""<ul class="news_list">{item}</ul><div class="page_more">{link}</div>"""
    _, oldest, following = gacc_zh.news_list(page.encode(), "http://tjs.customs.gov.cn/tjs/sjgb/tjkx/index.html")
    assert (oldest, following) == ("2026-04", "http://tjs.customs.gov.cn/tjs/sjgb/tjkx/008336e2-2.html")


def test_one_site_blocked_while_the_other_answers_is_a_note(world: World) -> None:
    world.gacc.attachment(TOTALS_TITLE, "2026-04-14", totals_workbook())
    world.site.fault(TABLES + "*", faults.script_challenge(412))
    report = world.visit()
    assert (report.state, len(report.new)) == ("reachable", 1)
    assert any("412" in note for note in report.notes)


def test_attachment_is_taken_though_the_pages_around_it_are_challenged(world: World) -> None:
    """One article still came plain: its workbook is served to a client that solves no challenge and has no cookie."""
    world.gacc.attachment(TOTALS_TITLE, "2026-04-14", totals_workbook())
    world.gacc.viewer(PARTNERS, "2026-04-15")
    world.site.fault("/tjs/2026-04/15/*", faults.script_challenge(412))
    world.site.fault(TABLES + "*", faults.script_challenge(412))
    report = world.visit("2026-04-16T03:00:00Z")
    assert world.held() == [("gacc.total_preliminary", "2026-03", ".xls")]
    assert any("HTTP 412" in note for note in report.notes)
    (asked,) = [r for r in world.site.log if "attachDir" in r.path]
    assert not {"cookie", "referer"} & set(asked.headers)


def test_plain_one_day_and_challenged_the_next_keeps_what_was_read(world: World) -> None:
    """tjs on 7 and on 19 August 2026."""
    world.gacc.attachment(TOTALS_TITLE.replace("3月", "7月"), "2026-08-07", totals_workbook())
    assert world.visit("2026-08-07T03:00:00Z").state == "reachable"
    held = world.held()
    world.site.fault("*.html", faults.script_challenge(412))
    assert world.visit("2026-08-19T03:00:00Z").state == "blocked"
    assert world.held() == held


def test_articles_blocked_one_by_one_end_the_visit(world: World) -> None:
    """The state is blocked, and after three the visit leaves."""
    for number in range(6):
        world.gacc.viewer(
            f"（1）2026年3月全国进出口总值表（{'人民币值' if number % 2 else '美元值'}）", f"2026-04-{14 + number}"
        )
    world.site.fault("/tjs/2026-04/*", faults.script_challenge(412))
    report = world.visit("2026-04-20T03:00:00Z")
    assert report.state == "blocked"
    assert len([r for r in world.site.log if "article" in r.path]) == 3


def test_workbook_of_another_table_is_quarantined(world: World) -> None:
    world.gacc.attachment(PARTNERS, "2026-04-14", totals_workbook())
    report = world.visit()
    assert [(r["code"], r["got"]) for r in report.refused] == [("not_as_claimed", "gacc.total_preliminary")]
    assert report.new == []


def test_hostile_links_in_an_article_are_not_followed(world: World) -> None:
    body = (
        '<a href="http://evil.org/customs/attachDir/2026/04/2026041400000000000.xls">x</a>'
        '<a href="file:///customs/attachDir/../../etc/passwd.xls">y</a>'
    )
    world.gacc._article(TOTALS_TITLE, "2026-04-14", body)
    report = world.visit()
    assert report.new == []
    assert report.state == "failed", "an address that is not its own is told by the exit code"
    assert len([note for note in report.notes if "evil.org" in note or "passwd" in note]) == 2


def test_official_news_list_of_august_2026() -> None:
    path = customs_pages.SHARED / "gacc" / "raw" / "hoyla_meridian" / "cn_express_index_tjs_aug2026.html"
    if not path.exists():
        pytest.skip("the official page is not on this machine")
    url = "http://tjs.customs.gov.cn/tjs/sjgb/tjkx/index.html"
    found, oldest, following = gacc_zh.news_list(path.read_bytes(), url)
    listed = {product for release in found for product in release.products}
    assert listed >= {
        f"gacc.{name}_preliminary" for name in ("by_partner", "by_trade_mode", "major_exports", "major_imports")
    }, "table (1) is on the next page"
    assert {release.period for release in found} == {"2026-07"}
    assert len(found) == 10
    assert {r.facts["listed"] for r in found} == {"2026-08-07"}
    assert (oldest, following) == ("2026-08", "http://tjs.customs.gov.cn/tjs/sjgb/tjkx/008336e2-2.html")


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<a href="/customs/attachDir/2026/07/2026071409284388537.xls">下载</a>', 1),
        ('<iframe src="/customs/fileDir/resource/cms/2019/03/2019032518142117364.xls"></iframe>', 1),
        ('<a href="/customs/attachDir/2026/07/a.doc">x</a><a href="/x.xls">y</a>', 0),
        ('<iframe src="/wps/weboffice/office/s/0bda337af3234ea6a35aa6535c0d4ea0?simple"></iframe>', 0),
    ],
)
def test_attachments_by_their_folders(html: str, expected: int) -> None:
    assert len(gacc_zh.attachments(html.encode(), "http://www.customs.gov.cn/customs/x.html")) == expected


def test_page_that_is_no_index_is_refused() -> None:
    with pytest.raises(ReadError, match="not_an_index"):
        gacc_zh.news_list(b"<html><body>hello</body></html>", "http://tjs.customs.gov.cn/")


FULL_WIDTH = [
    ("（1）{}全国进出口总值表（美元值）", "total_preliminary"),
    ("（2）{}进出口商品贸易方式总值表（人民币值）", "by_trade_mode_preliminary"),
    ("（3）{}进出口商品贸易方式总值表（美元值）", "by_trade_mode_preliminary"),
    ("（4）{}进出口商品主要国别（地区）总值表（人民币值）", "by_partner_preliminary"),
    ("（6）{}进出口商品主要国别（地区）总值表（人民币值）", "by_partner_preliminary"),  # 2025
    ("（5）{}进出口商品主要国别（地区）总值表（美元值）", "by_partner_preliminary"),  # combined
    ("（5）{}全国出口重点商品量值表（美元值）", "major_exports_preliminary"),
    ("（6）{}全国进口重点商品量值表（人民币值）", "major_imports_preliminary"),
    ("（1）{}进出口商品总值表（人民币值）A:年度表", "total_bulletin_annual"),
    ("（1）{}进出口商品总值表（人民币值）B:月度表", "total_bulletin_monthly"),
    ("（2）{}进出口商品国别（地区）总值表（人民币值）", "by_partner_bulletin"),
    ("（3）{}进出口商品构成表（人民币值）", "by_sitc_bulletin"),
    ("（4）{}进出口商品类章总值表（人民币值）", "by_hs_bulletin"),
    ("（5）{}进出口商品贸易方式总值表（人民币值）", "by_regime_bulletin"),
    ("（6）{}出口商品贸易方式企业性质总值表（人民币值）", "exports_by_enterprise_bulletin"),
    ("（7）{}进口商品贸易方式企业性质总值表（人民币值）", "imports_by_enterprise_bulletin"),
    ("（8）{}进出口商品收发货人所在地总值表（人民币值）", "by_registration_bulletin"),
    ("（9）{}进出口商品境内目的地/货源地总值表（人民币值）", "by_origin_place_bulletin"),
    ("（10）{}进出口商品关别总值表（人民币值）", "by_customs_district_bulletin"),
    ("（11）{}特定地区进出口总值表（人民币值）", "by_specific_area_bulletin"),
    ("（12）{}外商投资企业进出口总值表（人民币值）", None),
    ("（13）{}出口主要商品量值表（人民币值）", "major_exports_bulletin"),
    ("（14）{}进口主要商品量值表（人民币值）", "major_imports_bulletin"),
    ("（15）{}对部分国家（地区）出口商品类章金额表（人民币值）", None),
    ("（16）{}自部分国家（地区）进口商品类章金额表（人民币值）", None),
]


@pytest.mark.parametrize(("title", "product"), FULL_WIDTH)
@pytest.mark.parametrize(("when", "period"), [("2026年7月", "2026-07"), ("2025年1至2月", "2025-02")])
def test_chinese_titles_lead_to_their_readers(title: str, product: str | None, when: str, period: str) -> None:
    """主要国别 and 重点商品 are preliminary, 国别 and 主要商品 the bulletin's. Trade by mode is told apart by its unit."""
    products, found = announced(title.format(when))
    assert found == period
    assert (f"gacc.{product}" in products) if product else products == ()
    assert len(products) <= (2 if "贸易方式总值表" in title else 1)


def test_the_site_is_asked_where_it_is() -> None:
    assert sources()["gacc_zh"].url == "http://www.customs.gov.cn"
    pages = [TABLES + page for page in (*gacc_zh.CURRENT, *gacc_zh.PAST[2024], *gacc_zh.PAST[2025])]
    assert pages == [f"/customs/302249/zfxxgk/2799825/302274/{page}/index.html"
                     for page in ("302275", "302277", "302277/5668662", "302277/6348926")]  # fmt: skip
