"""GACC, Chinese sites: news list (since late 2025) and yearly tables (before) -> articles -> attachments.

News list, Statistics Department (tjs): `ul.news_list > li > a[title] + span(date)`, further pages named in the paging
links. Yearly tables (www): `table#yb<year>USD` and `...RMB`, a row a table, links "N月". An article holds an inline
table, or links an .xls attachment, or embeds a viewer that plain clients cannot open.
The shield answers HTTP 412, 400 or a script; attachments are served without it.
"""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup

from flows.http.errors import Blocked, FetchError, NotFound
from flows.sources.gacc import BULLETIN, PRELIMINARY, PUBLISHER, TERMS, TIMEZONE, announced
from flows.sources.source import Source
from flows.sources.visit import NOT_AGAIN_FOR, Listed, Visit, soup
from transforms.model import ReadError
from transforms.periods import shift_months

NEWS = (
    ("/tjs/sjgb/tjkx/index.html",),  # preliminary
    ("/tjs/sjgb/4926700/index.html", "/tjs/sjgb/tjyb/index.html"),  # bulletin: the first that is there
)
TABLES = "/customs/302249/zfxxgk/2799825/302274/"
CURRENT = ("302275/index.html", "302277/index.html")  # newest preliminary release, this year's bulletin
PAST = {2024: ("302277/5668662/index.html",), 2025: ("302277/6348926/index.html",)}  # numbers without a rule
MONTHS_BACK = 2
"""An ordinary visit looks for the releases of the last months; older ones are for `backfill`."""

ATTACHMENT = re.compile(r"/customs/(attachDir|fileDir)/.*\.xlsx?$", re.I)
MONTH = re.compile(r"(?:1[至-])?(\d{1,2})月(?:份)?")
YEAR = re.compile(r"(20\d\d)(?:年度?)?")
NEXT = re.compile(r"'([^']+\.html)'")


def discover(visit: Visit) -> None:
    """The periods asked for; by default the last two months.

    The state is `blocked` if no index could be read; one that is blocked while another is not becomes a note.
    """
    since = visit.since or f"{shift_months(visit.settings.clock().date(), -MONTHS_BACK):%Y-%m}"
    found: dict[str, Listed] = {}
    failures: list[FetchError | ReadError] = []
    for site in (_news, _yearly):
        try:
            found |= {release.url: release for release in site(visit, since, visit.until or "9999-12")}
        except (FetchError, ReadError) as error:
            failures.append(error)
    if failures and not found:
        raise next((error for error in failures if isinstance(error, Blocked)), failures[0])
    visit.report.notes += [str(error) for error in failures]
    articles = sorted(found.values(), key=lambda r: (r.period, r.products, r.url))
    _take_articles(visit, articles)


def _news(visit: Visit, since: str, until: str) -> list[Listed]:
    """Releases of the news lists, page after page until one is older than `since`."""
    host = urlsplit(visit.base)
    base = host._replace(netloc=re.sub(r"^www\.", "tjs.", host.netloc)).geturl()
    found: list[Listed] = []
    for starts in NEWS:
        others = [base + start for start in starts]
        url: str | None = others.pop(0)
        while url:
            visit.progress(url)
            try:
                content = visit.client.page(url)
            except NotFound as error:
                visit.report.notes.append(error.reason)
                url = others.pop(0) if others else None
                continue
            others = []
            listed, oldest, following = news_list(content, url)
            found += [release for release in listed if since <= release.period <= until]
            url = following if oldest >= since else None
    return found


def news_list(content: bytes, url: str) -> tuple[list[Listed], str, str | None]:
    """(releases we can read, oldest month of publication on the page as YYYY-MM, address of the next page).

    Raises ReadError if the page holds neither a news list nor yearly tables.
    """
    page = soup(content, url)
    items = page.select("ul.news_list > li")
    if not items:
        return _tables(page, content, url), "", None
    found, dates = [], []
    for item in items:
        link, stamp = item.select_one("a[href]"), item.select_one("span")
        if link is None:
            continue
        title = str(link.get("title") or link.get_text(strip=True))
        products, period = announced(title)
        published = _day(stamp.get_text(strip=True) if stamp else "")
        dates += [published] if published else []
        if products and period:
            facts = {"listed": published} if published else {}
            found.append(Listed(products, period, urljoin(url, str(link["href"])), title, facts=facts))
    return found, min(dates, default="")[:7], _next_page(page, url)


def _next_page(page: BeautifulSoup, url: str) -> str | None:
    """Address of the next page of a news list (`008336e2-2.html` after the first), as a link or within a script."""
    number = int(match[1]) if (match := re.search(r"-(\d+)\.html$", url)) else 1
    for link in page.select("a"):
        words = {link.get_text(strip=True), str(link.get("title", ""))}
        if words & {"下一页", str(number + 1)}:
            script = NEXT.search(str(link.get("onclick", "")))
            address = script[1] if script else str(link.get("href") or link.get("tagname") or "")
            if address.endswith(f"-{number + 1}.html"):
                made: str | None = urljoin(url, address)
                return made
    return None


def _yearly(visit: Visit, since: str, until: str) -> list[Listed]:
    """Releases of the yearly table pages."""
    pages = [visit.base + TABLES + path for path in CURRENT]
    last = min(int(until[:4]), visit.settings.clock().year - 1)
    wanted = range(int(since[:4]), last + 1)
    for year in wanted:
        paths = [*PAST.get(year, ()), *([f"302277/{year}/index.html"] if year >= 2025 else [])]
        pages += [visit.base + TABLES + path for path in paths]
    found: list[Listed] = []
    for url in pages:  # grows by the years that the current page links
        visit.progress(url)
        try:
            content = visit.client.page(url)
            found += news_list(content, url)[0]
        except NotFound as error:
            visit.report.notes.append(error.reason)
            continue
        linked = year_pages(content, url)
        pages += [linked[year] for year in wanted if year in linked and linked[year] not in pages]
    return [release for release in found if since <= release.period <= until]


def year_pages(content: bytes, url: str) -> dict[int, str]:
    """Year -> address of its bulletin page, as the current one links them ("2019年"): numbers without a rule."""
    found: dict[int, str] = {}
    for link in soup(content, url).select("a[href]"):
        year = YEAR.fullmatch(link.get_text(strip=True))
        at = urljoin(url, str(link["href"]))
        if year and TABLES + "302277/" in at and at.endswith("/index.html"):
            found.setdefault(int(year[1]), at)
    return found


def _tables(page: BeautifulSoup, content: bytes, url: str) -> list[Listed]:
    """Releases linked by the tables `yb<year>USD` and `yb<year>RMB`, or by a plain list of titled links."""
    found = []
    tables = page.find_all(id=re.compile(r"^yb20\d\d(USD|RMB)$"))
    for table in tables:
        year = int(str(table["id"])[2:6])
        for row in table.find_all("tr"):
            cells = row.find_all(["td", "th"])
            title = cells[0].get_text(strip=True) if cells else ""
            for link in row.find_all("a", href=True):
                month = MONTH.fullmatch(link.get_text(strip=True))
                products, period = announced(str(link.get("title") or title))
                if month and not period:
                    period = f"{year}-{int(month[1]):02}"
                if not products or not period:
                    continue
                found.append(Listed(products, period, urljoin(url, str(link["href"])), f"{title}, {period}"))
    if tables:
        return found
    links = [link for link in page.select("a[href]") if "article_" in str(link["href"]) or link.get("title")]
    for link in links:
        title = str(link.get("title") or link.get_text(strip=True))
        products, period = announced(title)
        if products and period:
            found.append(Listed(products, period, urljoin(url, str(link["href"])), title))
    if not found and b"<table" not in content.lower():
        raise ReadError(
            "not_an_index",
            expected="ul.news_list, or tables yb<year>USD and yb<year>RMB",
            got=f"{len(content):,} bytes without them",
            where=url,
            hint="The page is blocked or has a new layout: look at it in a browser; `portvault ingest` takes files.",
        )
    return found


def _take_articles(visit: Visit, articles: list[Listed]) -> None:
    """Open each article and take what it holds; those blocked or without a file are named in the notes."""
    blocked: list[str] = []
    opened = 0
    for number, article in enumerate(articles, 1):
        visit.progress(article.title, number, len(articles))
        if visit.settled(article.url):
            visit.report.seen += 1
            continue
        try:
            content = visit.client.page(article.url, fresh_for=NOT_AGAIN_FOR)
        except Blocked as error:
            blocked.append(f"{article.title}: {error.reason}")
            if len(blocked) > 2:
                break  # the shield is up: no use knocking at every door
            continue
        except FetchError as error:
            visit.report.notes.append(f"{article.title}: {error.reason}")
            continue
        opened += 1
        try:
            _take_article(visit, article, content)
        except ReadError as error:
            visit.report.notes.append(f"{article.title}: {error}")
    visit.report.notes += blocked
    if blocked and not opened:
        visit.report.state, visit.report.reason = "blocked", blocked[0]


def _take_article(visit: Visit, article: Listed, content: bytes) -> None:
    links = attachments(content, article.url)
    if links:
        releases = [
            Listed(article.products, article.period, link, article.title, also_at=article.url, facts=article.facts)
            for link in links
        ]
        visit.take_all(releases)
    elif b"<table" in content.lower():
        visit.take(article)
    else:
        visit.report.seen += 1
        visit.report.notes.append(
            f"{article.title}: the figures are in a viewer or an image ({article.url}); open it in a browser, "
            "save the workbook and run `portvault ingest FILE`"
        )


def attachments(content: bytes, url: str) -> list[str]:
    """Addresses of the workbooks that an article links or frames."""
    page = soup(content, url)
    links = [str(a["href"]) for a in page.select("a[href]")] + [str(f["src"]) for f in page.select("iframe[src]")]
    found = [urljoin(url, link.replace("\\", "/")) for link in links]
    return list(dict.fromkeys(link for link in found if ATTACHMENT.search(urlsplit(link).path)))


def _day(text: str) -> str:
    """The ISO day within a stamp such as [2026-08-07], or nothing."""
    try:
        return date.fromisoformat(text.strip("[]()（） ")).isoformat()
    except ValueError:
        return ""


SOURCE = Source(
    id="gacc_zh",
    publisher=PUBLISHER,
    offers="the same tables, Chinese site: out hours to weeks before the English pages",
    terms=TERMS,
    either_scheme=True,
    url="http://www.customs.gov.cn",
    same_products_as="gacc_en",
    timezone=TIMEZONE,
    schedules=(PRELIMINARY, BULLETIN),
    discover=discover,
)
