"""Narrative reports of the Bank of Russia: its news feeds -> pages and PDF files -> archive, dated by the feed.

`reports_site.yaml` names the feeds and the titles that matter. CMASF, credit bureaus and the press have no feed that
lists their figures; their reports come in by `portvault ingest` or the inbox.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from email.utils import parsedate_to_datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from flows.sources.source import Schedule, Source
from flows.sources.visit import NOT_AGAIN_FOR, Listed, Visit, soup
from transforms import yaml_file
from transforms.model import ReadError
from transforms.products import PROSE

FILE = re.compile(r"/(Collection|Content)/.*\.pdf$", re.IGNORECASE)


@cache
def site() -> Mapping[str, Any]:
    made: Mapping[str, Any] = yaml_file.load(Path(__file__).with_name("reports_site.yaml"))
    return made


def discover(visit: Visit) -> None:
    """The reports that the feeds announce; of the months asked for, or all that are still in the feeds."""
    found: dict[str, Listed] = {}
    for path in site()["feeds"]:
        url = visit.base + path
        visit.progress(url)
        with visit.going_on("feed of the Bank of Russia", url):
            content = visit.client.page(url, accept="application/rss+xml, application/xml")
            found |= {report.url: report for report in announced(content, url)}
    for report in sorted(found.values(), key=lambda r: (r.period, r.url)):
        if (visit.since or "") <= report.period[:7] <= (visit.until or "9999"):
            with visit.going_on(report.title, report.url):
                try:
                    _take(visit, report)
                except ReadError as error:  # a page made to exhaust the parser says nothing of the other reports
                    visit.report.notes.append(f"{report.title}: {error}")


def announced(content: bytes, url: str) -> list[Listed]:
    """The reports among the items of an RSS feed, each with its day of publication.

    Addresses of the site itself are taken as paths below `url`, whichever of its names they use; others are left out.
    Raises ReadError `not_a_feed`.
    """
    try:
        items = list(fromstring(content, forbid_dtd=True).iter("item"))
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise ReadError("not_a_feed", expected="an RSS feed", got=str(error), where=url) from None
    wanted = re.compile("|".join(site()["titles"]), re.IGNORECASE)
    found = []
    for item in items:
        title, link, stamp = (" ".join(item.findtext(name, "").split()) for name in ("title", "link", "pubDate"))
        if not wanted.search(title) or not _own(link, url):
            continue
        try:
            day = parsedate_to_datetime(stamp).date().isoformat()
        except ValueError:
            continue  # a report without a day has no vintage; by hand it gets one
        address = urljoin(url, urlsplit(link)._replace(scheme="", netloc="").geturl())
        facts = {"published": day, "options": {"published": day}}
        found.append(Listed((PROSE,), day, address, title, facts=facts))
    return found


def _own(link: str, url: str) -> bool:
    """Is it an address of the site, or of the Bank of Russia that the site stands for?"""
    host, site_host = ((urlsplit(address).hostname or "").removeprefix("www.") for address in (urljoin(url, link), url))
    return bool(link) and host in ("cbr.ru", site_host)


def _take(visit: Visit, report: Listed) -> None:
    """The report itself: the PDF that the announced page links, or else the page."""
    visit.progress(report.title)
    if not visit.settled(report.url) and not FILE.search(urlsplit(report.url).path):
        page = soup(visit.client.page(report.url, fresh_for=NOT_AGAIN_FOR), report.url)
        links = (urljoin(report.url, str(a["href"])) for a in page.select("a[href]"))
        files = list(dict.fromkeys(link for link in links if FILE.search(urlsplit(link).path)))
        if len(files) == 1:
            report = replace(report, url=files[0], also_at=report.url)
    visit.take(report)


SOURCE = Source(
    id="reports",
    publisher="Bank of Russia, CMASF, credit bureaus, press",
    offers="reviews, early-warning signals, stated figures",
    terms="single facts, quoted with address and originator",
    site_of="cbr",
    timezone="Europe/Moscow",
    schedules=(
        Schedule(
            deployment="reports",
            cron=("45 9-18/3 * * 1-5",),
            description="Reviews that the Bank of Russia's feeds announce, and those of CMASF, credit bureaus and "
            "press, which people put into the folder inbox/.",
            tags=("banking", "reports"),
        ),
    ),
    discover=discover,
)
