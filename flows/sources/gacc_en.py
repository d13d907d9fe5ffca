"""GACC, English site: yearly index pages of the preliminary release and of the Monthly Bulletin -> release pages.

An index is `/statics/report/preliminary.html` (the newest year) and `preliminary<year>.html` (the years before), the
same with `monthly`. A row is a table; its months are links (unquoted href, leading blank) or dead spans. Each page
links an Excel twin of its table, with backslashes in the address, which is fetched as a cross-check.

Where an index is gone or has another layout, the list form `/Statistics/Statistics?ColumnId=1&page=N` (2: bulletin) is
read in its place: links to release pages by their titles, newest first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count
from urllib.parse import urljoin

from bs4 import BeautifulSoup

from flows.archive import Snapshot
from flows.http.errors import Blocked, FetchError, NotFound
from flows.sources.excel_copy import difference
from flows.sources.gacc import BULLETIN, PRELIMINARY, PUBLISHER, TERMS, TIMEZONE, announced
from flows.sources.source import Source
from flows.sources.visit import PATIENCE, Listed, Visit, soup
from transforms.customs.titles import parse_title
from transforms.model import ReadError
from transforms.periods import MONTHS_EN

INDEXES = {  # path -> id of its select of years, ColumnId of its list form
    "/statics/report/preliminary{}.html": ("preliminarysel", 1),
    "/statics/report/monthly{}.html": ("monthlysel", 2),
}
LIST = "/Statistics/Statistics?ColumnId={}&page={}"
RELEASE_PAGE = re.compile(r"/Statics/[^/]+\.html$", re.I)
FIRST_YEAR = 2018


def discover(visit: Visit) -> None:
    """The periods asked for; by default the newest year and the one before.

    What the readable indexes list is taken even if another one is blocked or broken; that one is the state, then.
    """
    found: dict[str, Listed] = {}
    failures: list[FetchError | ReadError] = []
    for path, (select, column) in INDEXES.items():
        try:
            for release in _listed(visit, path, select, column):
                found[release.url] = release  # one by one: those of a page stay when the next page fails
        except NotFound as error:
            visit.report.notes.append(error.reason)
        except (FetchError, ReadError) as error:
            failures.append(error)
    newest_first = sorted(found.values(), key=lambda r: (r.period, r.products, r.url), reverse=True)
    visit.take_all(newest_first, after=_take_twin, patience=float("inf") if visit.since else PATIENCE)
    if failures:
        raise failures[0]


def _listed(visit: Visit, path: str, select: str, column: int) -> Iterator[Listed]:
    """Releases of one family, from its indexes; from its list form where one is gone or is no index.

    A shield is left alone: who is refused at one door does not try the next.
    """
    try:
        yield from _in_indexes(visit, path, select)
        return
    except Blocked:
        raise
    except (FetchError, ReadError) as error:
        failure = error
    visit.report.notes.append(f"the list form is read instead: {failure}")
    try:
        yield from _in_list(visit, column)
    except Blocked:
        raise
    except (FetchError, ReadError) as error:
        visit.report.notes.append(str(error))
        raise failure from error


def _in_indexes(visit: Visit, path: str, select: str) -> Iterator[Listed]:
    """Releases of the wanted periods and readable tables that one family of indexes lists, newest year first."""
    base = visit.base
    visit.progress(path.format(""))
    newest_page = visit.client.page(base + path.format(""))
    offered = years(newest_page, select, base + path.format(""))
    if not offered:  # a page without the list shows this year or still the last one: no month of it is to come
        today = visit.settings.clock()
        shown = listing(newest_page, today.year, base + path.format(""))
        newest = today.year - any(release.period > f"{today:%Y-%m}" for release in shown)
        offered = list(range(FIRST_YEAR, newest + 1))
    newest = max(offered)
    first = int(visit.since[:4]) if visit.since else newest - 1
    last = int(visit.until[:4]) if visit.until else newest
    for year in (year for year in sorted(offered, reverse=True) if first <= year <= last):
        url = base + path.format("" if year == newest else year)
        content = newest_page if year == newest else visit.client.page(url)
        for release in listing(content, year, url):
            if (visit.since or "") <= release.period <= (visit.until or "9999"):
                yield release


def years(content: bytes, select: str, url: str) -> list[int]:
    """The years that an index page offers in `select#<select>`, as value or as text; none if it has no such list."""
    options = (option for chosen in soup(content, url).find_all("select", id=select) for option in chosen("option"))
    found = (
        re.search(r"\b20\d\d\b", option.get_text()) or re.search(r"20\d\d", str(option.get("value")))
        for option in options
    )
    return [int(year[0]) for year in found if year]


def listing(content: bytes, year: int, url: str) -> list[Listed]:
    """Releases linked by an index page, of tables that we can read. Raises ReadError if it is no index."""
    page = soup(content, url)
    for top in page.find_all("tr"):
        head = [cell.get_text(strip=True).lower() for cell in top.find_all(["th", "td"], recursive=False)]
        if head == ["title", "month"]:
            break
    else:
        raise _not_an_index("a table with the columns Title and Month", content, url)
    found = []
    for row in top.find_all_next("tr"):
        cells = row.find_all("td")
        if len(cells) != 2:
            continue
        title = " ".join(cells[0].get_text(" ").split())
        products, _ = announced(title)
        for link in cells[1].find_all("a", href=True) if products else ():
            word = link.get_text().rpartition("-")[2].strip().rstrip(".").lower()  # "Jan.-Feb." is filed under February
            if word not in MONTHS_EN:
                raise ReadError("unknown_month", expected="Jan. ... Dec.", got=repr(word), where=f"{url}, {title}")
            period = f"{year}-{MONTHS_EN[word]:02}"
            found.append(_release(products, period, address(url, str(link["href"])), f"{title}, {period}"))
    return found


def _release(products: tuple[str, ...], period: str, url: str, title: str) -> Listed:
    """A release of the month that its list names: some pages of 2018 have no date in their title."""
    return Listed(products, period, url, title, facts={"options": {"period": period}})


def _in_list(visit: Visit, column: int) -> Iterator[Listed]:
    """Releases of the wanted periods that the list form names, page by page.

    The last page is one with no link that is new, or with older months only. An ordinary visit also stops where the
    archive has all of a page.
    """
    since = visit.since or f"{visit.settings.clock().year - 1}-01"
    seen: set[str] = set()
    for number in count(1):
        url = visit.base + LIST.format(column, number)
        visit.progress(url)
        content = visit.client.page(url)
        links = titled_links(content, url)
        if number == 1 and not links:
            raise _not_an_index("links to release pages, /Statics/<uuid>.html", content, url)
        fresh = {at: title for at, title in links.items() if at not in seen}
        seen |= fresh.keys()
        wanted = []
        for at, title in fresh.items():
            products, period = announced(title)
            if products and not period:
                visit.report.notes.append(f"{title}: the list names no month ({at})")
            elif products and since <= period <= (visit.until or "9999"):
                wanted.append(_release(products, period, at, title))
        yield from wanted
        held = not visit.since and wanted and all(visit.archive.at(release.url) for release in wanted)
        if held or not any(parse_title(title).period >= since for title in fresh.values()):
            return


def titled_links(content: bytes, url: str) -> dict[str, str]:
    """Address -> title of the release pages that a page links."""
    return {
        address(url, str(link["href"])): " ".join(link.get_text(" ").split())
        for link in soup(content, url).find_all("a", href=RELEASE_PAGE)
    }


def address(page: str, href: str) -> str:
    """The absolute address of a link as this site writes them: `http://english.customs.gov.cn\\Excel\\1_7-en.xls`."""
    return urljoin(page, href.strip().replace("\\", "/"))


def _take_twin(visit: Visit, release: Listed, snapshot: Snapshot) -> None:
    """Fetch the Excel twin of a new page. It must agree figure by figure; if not, it goes to quarantine."""
    if not snapshot.created:
        return
    page = snapshot.read()
    link = BeautifulSoup(page, "lxml").select_one("div.atcl-rct a[href]")
    if link is None or not str(link["href"]).lower().endswith((".xls", ".xlsx")):
        return
    at = address(release.url, str(link["href"]))
    twin = _release((snapshot.product,), release.period, at, f"{release.title}, xls")
    try:
        response = visit.client.get(twin.url)
    except NotFound:
        return  # many old pages link a file that is gone; the page is the release
    except FetchError as error:
        visit.report.notes.append(f"Excel twin of {release.title}: {error.reason}")
        return
    if apart := difference(snapshot.product, page, response.content, release.period):
        visit.refuse(response.content, twin, response, apart)
    else:
        visit.admit(response.content, twin, response)


def _not_an_index(expected: str, content: bytes, url: str) -> ReadError:
    return ReadError(
        "not_an_index",
        expected=expected,
        got=f"{len(content):,} bytes without it",
        where=url,
        hint="The page is blocked or has a new layout: look at it in a browser; `portvault ingest` takes saved pages.",
    )


SOURCE = Source(
    id="gacc_en",
    publisher=PUBLISHER,
    offers="customs releases: preliminary tables and monthly bulletin, English site",
    terms=TERMS,
    either_scheme=True,
    url="http://english.customs.gov.cn",
    timezone=TIMEZONE,
    schedules=(PRELIMINARY, BULLETIN),
    discover=discover,
)
