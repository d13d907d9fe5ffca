"""Reports of the Bank of Russia: announced by its feeds, fetched as PDF or page, dated by the feed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from flows.archive import Archive, Snapshot
from flows.http.transfer import Limits
from flows.settings import Settings
from flows.sources import SourceReport, visit
from flows.sources.reports import announced, site
from tests.replica import Replica, faults
from transforms.model import Payload, ReadError
from transforms.reports import narrative

QUICK = Limits(backoff=0.01)  # time-outs as in earnest: a busy machine is no slow server
PRESS, NEWS = "/rss/RssPress", "/rss/RssNews"
FEEDS = site()["feeds"]
TITLE = "Реструктуризация кредитов населения: информационный бюллетень за III квартал 2025 года"
BULLETIN = """<html><body><h1>{title}</h1><p>В III квартале 2025 года объем реструктурированных кредитов населения
составил 326 млрд рублей.</p><p>Доля проблемных ипотечных кредитов составила 1,4%.</p>
<p>Портфель кредитов банков превысил 38 трлн рублей.</p>{link}</body></html>"""


class World:
    """A replica of the bank's site with its feeds, Russian and English."""

    def __init__(self, site: Replica, home: Path) -> None:
        self.site, self.home = site, home
        for path in FEEDS:
            self.feed(path)

    def feed(self, path: str, *items: tuple[str, str, str]) -> None:
        """Items of (title, link, pubDate)."""
        body = "".join(
            f"<item><title>{title}</title><link>{link}</link><pubDate>{stamp}</pubDate></item>"
            for title, link, stamp in items
        )
        head = '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Банк России</title>'
        self.site.put(path, f"{head}{body}</channel></rss>", "application/rss+xml")

    def visit(self, **span: str) -> SourceReport:
        settings = Settings(home=self.home, now=datetime.fromisoformat("2025-11-21T09:00:00Z"), cbr_url=self.site.url)
        self.site.log.clear()
        return visit("reports", settings, Archive(settings.archive), limits=QUICK, **span)

    def held(self) -> list[Snapshot]:
        return list(Archive(self.home / "archive").snapshots())


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with Replica() as replica:
        yield World(replica, tmp_path)


def test_an_announced_report_is_archived_with_the_day_of_the_feed(world: World) -> None:
    """The feed names the bank's own address; a site that stands for it is asked."""
    world.site.put("/press/event/?id=28123", BULLETIN.format(title=TITLE, link=""))
    stamp = "Thu, 20 Nov 2025 00:30:00 +0300"
    world.feed(PRESS, (TITLE, "http://www.cbr.ru/press/event/?id=28123", stamp))
    world.feed(NEWS, ("Ключевая ставка", "http://www.cbr.ru/press/keyrate/", stamp))
    report = world.visit()
    (snapshot,) = world.held()
    assert (report.state, report.seen, snapshot.product, snapshot.period) == (
        "reachable",
        1,
        narrative.PRODUCT,
        "2025-11-20",
    )
    assert snapshot.sidecar["published"] == "2025-11-20", "the day in Moscow, not in Greenwich"
    reading = narrative.read(Payload(snapshot.read(), options=snapshot.sidecar["options"]))
    figures = {row["indicator"]: (row["value"], row["unit"]) for row in reading.table.iter_rows(named=True)}
    assert figures == {
        "restructured": ("326", "bn RUB"), "problem_share": ("1.4", "%"), "portfolio": ("38", "trn RUB"),
    }  # fmt: skip


def test_of_a_page_that_links_one_file_the_file_is_the_report(world: World) -> None:
    pdf = world.site.put("/Collection/Collection/File/59425/restr_3q_2025.pdf", b"%PDF-1.4 a report", "application/pdf")
    page = world.site.put(
        "/analytics/restr/",
        BULLETIN.format(title=TITLE, link='<a href="/Collection/Collection/File/59425/restr_3q_2025.pdf">PDF</a>'),
    )
    world.feed(NEWS, (TITLE, page, "Thu, 20 Nov 2025 12:00:00 +0300"))
    world.visit()
    (snapshot,) = world.held()
    assert (snapshot.url, snapshot.sidecar["also_at"], snapshot.path.suffix) == (pdf, [page], ".pdf")


def test_no_address_is_asked_that_neither_a_feed_nor_a_page_names(world: World) -> None:
    """Numbers of files and of press releases follow no rule: they are found, never built."""
    file, press = (
        "/Collection/Collection/File/43234/razv_bs_22_10.pdf",
        "/eng/press/pr/?file=638997612345678901eng_pp.htm",
    )
    slug = "/analytics/finstab/ofs/4q_2024_1q_2025/"
    world.site.put(file, b"%PDF-1.4 a report", "application/pdf")
    world.site.put(press, BULLETIN.format(title=TITLE, link=""))
    world.site.put(slug, BULLETIN.format(title="Обзор финансовой стабильности", link=f'<a href="{file}">PDF</a>'))
    stamp = "Thu, 29 May 2025 12:00:00 +0300"
    world.feed(PRESS, (TITLE, f"https://cbr.ru{press}", stamp), ("Обзор финансовой стабильности", slug, stamp))
    assert len(world.visit().new) == 2
    assert {request.path for request in world.site.log} == {*FEEDS, press, slug, file}


def test_a_second_visit_asks_the_feeds_conditionally_and_no_report_again(world: World) -> None:
    page = world.site.put("/press/event/", BULLETIN.format(title=TITLE, link=""))
    world.feed(PRESS, (TITLE, page, "Thu, 20 Nov 2025 12:00:00 +0300"))
    world.visit()
    again = world.visit()
    assert (again.requests, again.new) == (len(FEEDS), [])
    assert all(request.status == 304 for request in world.site.log)


def test_a_report_that_was_refused_is_asked_for_conditionally_while_the_feed_announces_it(world: World) -> None:
    """As a page and as a file: the bytes are in quarantine, and the site says that they are still the same."""
    file = "/Collection/Collection/File/59425/restr_3q_2025.pdf"
    other = f"<html><body><p>{'Nothing about figures. ' * 40}</p></body></html>"
    world.site.put(file, other, "application/pdf")
    world.site.put("/analytics/restr/", BULLETIN.format(title=TITLE, link=f'<a href="{file}">PDF</a>'))
    world.site.put("/press/event/", other + " ")
    stamp = "Thu, 20 Nov 2025 12:00:00 +0300"
    world.feed(PRESS, (TITLE, "/analytics/restr/", stamp), (TITLE, "/press/event/", stamp))
    assert (len(world.visit().refused), len(world.visit().refused)) == (2, 0)
    assert {request.path: request.status for request in world.site.log} == dict.fromkeys(
        [*FEEDS, file, "/press/event/"], 304
    )


def test_only_the_months_asked_for_are_fetched(world: World) -> None:
    pages = {
        month: world.site.put(f"/press/{month}/", BULLETIN.format(title=f"{TITLE} {month}", link=""))
        for month in (8, 9)
    }
    world.feed(
        PRESS,
        *((TITLE, page, f"Thu, 20 {('Aug', 'Sep')[month - 8]} 2025 12:00:00 +0300") for month, page in pages.items()),
    )
    world.visit(since="2025-09", until="2025-10")
    assert [snapshot.period for snapshot in world.held()] == ["2025-09-20"]


def test_an_event_and_an_english_page_are_announced_too(world: World) -> None:
    """A speech or an event page, and the translation of a release, are found by the titles of their languages."""
    event = world.site.put("/press/event/?id=29001", BULLETIN.format(title=TITLE, link=""))
    english = world.site.put("/eng/press/event/?id=29002", BULLETIN.format(title=TITLE, link="").replace("38", "39"))
    stamp = "Thu, 20 Nov 2025 12:00:00 +0300"
    world.feed("/rss/eventrss", (TITLE, event, stamp))
    title = "Restructuring of household and business loans: Q3 2025"
    world.feed("/eng/rss/RssNews", (title, english, stamp), ("Key rate decision", "/eng/press/keyrate/", stamp))
    world.visit()
    assert {snapshot.url for snapshot in world.held()} == {event, english}


def test_a_feed_that_is_gone_does_not_hide_the_other(world: World) -> None:
    page = world.site.put("/press/event/", BULLETIN.format(title=TITLE, link=""))
    world.feed(NEWS, (TITLE, page, "Thu, 20 Nov 2025 12:00:00 +0300"))
    world.site.remove(PRESS)
    report = world.visit()
    assert (report.state, len(world.held())) == ("reachable", 1)
    assert any("404" in note for note in report.notes)


def test_a_page_that_would_exhaust_the_parser_does_not_hide_the_next(world: World) -> None:
    deep = world.site.put("/press/deep/", "<html>" + "<div>" * 5000 + "loans of banks " * 40)
    page = world.site.put("/press/event/", BULLETIN.format(title=TITLE, link=""))
    world.feed(PRESS, *((TITLE, link, f"Thu, {day} Nov 2025 12:00:00 +0300") for day, link in ((19, deep), (20, page))))
    report = world.visit()
    assert (report.state, [snapshot.url for snapshot in world.held()]) == ("reachable", [page])
    assert any("bomb" in note for note in report.notes)


def test_a_challenge_in_place_of_the_feed_is_blocked(world: World) -> None:
    world.site.fault("/rss/*", faults.ddos_guard())
    assert world.visit().state == "blocked"


def test_foreign_links_undated_items_and_other_titles_are_left_out() -> None:
    item = "<item><title>{}</title><link>{}</link><pubDate>{}</pubDate></item>"
    stamp = "Thu, 20 Nov 2025 12:00:00 +0300"
    items = [
        item.format(TITLE, "http://evil.example/x", stamp),
        item.format(TITLE, "file:///etc/passwd", stamp),
        item.format(TITLE, "https://cbr.ru/a", "yesterday"),
        item.format("О курсе доллара", "https://cbr.ru/b", stamp),
        item.format("О развитии банковского сектора в октябре", "https://cbr.ru/c?x=1", stamp),
    ]
    feed = f"<rss><channel>{''.join(items)}</channel></rss>".encode()
    assert [report.url for report in announced(feed, "https://www.cbr.ru/rss/RssNews")] == ["https://www.cbr.ru/c?x=1"]


def test_what_is_no_feed_is_refused() -> None:
    for content in (b"<html><br></html", b'<!DOCTYPE r [<!ENTITY a "b">]><rss>&a;</rss>'):
        with pytest.raises(ReadError, match="RSS feed"):
            announced(content, "https://www.cbr.ru" + site()["feeds"][0])
