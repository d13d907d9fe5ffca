"""GACC, English site: yearly index pages of the preliminary release -> one page a table, month and currency.

Index: `/statics/report/preliminary.html` (the newest year), `preliminary<year>.html` for the years before it. A row is
a table; its months are links (unquoted href, leading blank) or dead spans. Tables are told apart by words, not numbers.
"""

from __future__ import annotations

import re
from urllib.parse import urljoin

from bs4 import BeautifulSoup

from flows.archive import Archive
from flows.http import Client
from flows.settings import Settings
from flows.sources.visit import Listed, Progress, SourceReport, Visit
from transforms.model import ReadError
from transforms.periods import MONTHS_EN
from transforms.products import all_products

SOURCE = "gacc_en"
PRELIMINARY = "/statics/report/preliminary{}.html"

TABLES = (  # words of the title -> product; the first that fits counts
    (re.compile(r"export & import values by country", re.I), "gacc.by_partner_preliminary"),
    (re.compile(r"export & import values by trade mode", re.I), "gacc.by_trade_mode_preliminary"),
    (re.compile(r"export & import values", re.I), "gacc.total_preliminary"),
    (re.compile(r"major exports", re.I), "gacc.major_exports_preliminary"),
    (re.compile(r"major imports", re.I), "gacc.major_imports_preliminary"),
)


def fetch(
    client: Client,
    archive: Archive,
    settings: Settings,
    progress: Progress | None = None,
    *,
    since: str | None = None,
    until: str | None = None,
) -> SourceReport:
    """Visit the site for the periods `since`..`until` (YYYY-MM); by default the newest year and the one before."""

    def crawl(visit: Visit) -> None:
        visit.take_all(_listed(visit, since, until))

    return Visit(SOURCE, client, archive, settings, progress).conclude(crawl)


def _listed(visit: Visit, since: str | None, until: str | None) -> list[Listed]:
    """Releases of the wanted periods and readable tables, oldest first."""
    base = visit.settings.gacc_en_url
    visit.progress("index of the preliminary releases")
    newest_page = visit.client.page(base + PRELIMINARY.format(""))
    offered = years(newest_page, "preliminarysel", base + PRELIMINARY.format(""))
    newest = max(offered)
    first = int(since[:4]) if since else newest - 1
    last = int(until[:4]) if until else newest
    wanted = [year for year in sorted(offered) if first <= year <= last]
    found = []
    for year in wanted:
        url = base + PRELIMINARY.format("" if year == newest else year)
        content = newest_page if year == newest else visit.client.page(url)
        found += listing(content, year, url)
    return sorted(
        (r for r in found if (since or "") <= r.period <= (until or "9999")), key=lambda r: (r.period, r.product, r.url)
    )


def years(content: bytes, select: str, url: str) -> list[int]:
    """The years that an index page offers in `select#<select>`."""
    soup = BeautifulSoup(content, "lxml")
    values = [str(option.get("value", "")) for option in soup.select(f"select#{select} option")]
    found = [int(value) for value in values if re.fullmatch(r"20\d\d", value)]
    if not found:
        raise _not_an_index(f"a list of years (select#{select})", content, url)
    return found


def listing(content: bytes, year: int, url: str) -> list[Listed]:
    """Releases linked by an index page. Raises ReadError if it is none."""
    soup = BeautifulSoup(content, "lxml")
    known = all_products()
    for table in soup.find_all("table"):
        head = [cell.get_text(strip=True).lower() for cell in table.find_all("th")]
        if head[:2] == ["title", "month"]:
            break
    else:
        raise _not_an_index("a table with the columns Title and Month", content, url)
    found = []
    for row in table.find_all("tr"):
        cells = row.find_all("td")
        if len(cells) != 2:
            continue
        title = " ".join(cells[0].get_text(" ").split())
        product = next((product for words, product in TABLES if words.search(title)), None)
        if product not in known:
            continue
        for link in cells[1].find_all("a", href=True):
            word = link.get_text().strip().rstrip(".").lower()
            if word not in MONTHS_EN:
                raise ReadError("unknown_month", expected="Jan. ... Dec.", got=repr(word), where=f"{url}, {title}")
            address = urljoin(url, str(link["href"]).strip().replace("\\", "/"))
            period = f"{year}-{MONTHS_EN[word]:02}"
            found.append(Listed(str(product), period, address, f"{title}, {period}"))
    return found


def _not_an_index(expected: str, content: bytes, url: str) -> ReadError:
    return ReadError(
        "not_an_index",
        expected=expected,
        got=f"{len(content):,} bytes without it",
        where=url,
        hint="The page is blocked or has a new layout: look at it in a browser; `portvault ingest` takes saved pages.",
    )
