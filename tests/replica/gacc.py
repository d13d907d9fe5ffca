"""english.customs.gov.cn on a replica: yearly index pages in the official layout, and release pages put into them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from html import escape
from urllib.parse import parse_qs, urlsplit

from tests.replica.server import Page, Replica

MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
PRELIMINARY = (
    "(1) China's Total Export & Import Values", "(2) China's Total Export & Import Values by Trade Mode",
    "(3) China's Total Export & Import Values by Trade Mode",
    "(4) China's Total Export & Import Values by Country/Region", "(5) China's Major Exports by Quantity and Value",
    "(6) China's Major Imports by Quantity and Value",
)  # fmt: skip
BULLETIN = (
    "（1）Summary of Imports and Exports  (In USD) B：Monthly",
    "（2）Imports and Exports by Country （Region） of Origin/Destination",
    "（5）Imports and Exports by Customs Regime",
    "（13）Major Export Commodities in Quantity and Value", "（14）Major Import Commodities in Quantity and Value",
    "(18) Import of Selected Commodities by Major Customs Regimes",
)  # fmt: skip
DEAD = ("(7) Statistics Bulletin on Freight Supervision", "(8)Statistics Bulletin on Goods Inspection & Quarantine")


PER_PAGE = 10


class English:
    """The English site. `publish()` puts a page at an address of its own and links it from its year's index."""

    def __init__(self, site: Replica, years: range = range(2018, 2027)) -> None:
        self.site, self.years = site, years
        self.links: dict[tuple[str, str], str] = {}  # (index title, YYYY-MM) -> address
        site.answer("/Statistics/Statistics", self.listing)
        self.refresh()

    def publish(self, title: str, period: str, content: bytes, *, edition: str = "", xls: bytes | None = None) -> str:
        """Publish a page as `title` (a row of an index, such as "(1) ... (in USD)"); a new edition, a new address.

        `xls` is the Excel twin that the page links, as the site does: with backslashes and Chinese characters.
        """
        name = uuid.uuid5(uuid.NAMESPACE_URL, f"{title}/{period}/{edition}")
        twin = f"Excel/{name}-en-人民币.xls"
        if xls is not None:
            self.site.put("/" + twin, xls, "application/vnd.ms-excel")
        link = f"{self.site.url}/{twin}".replace("/", "\\").replace("http:\\\\", "http://")
        content = content.replace(b"http://english.customs.gov.cn\\Excel\\1_7-en.xls", link.encode())
        url = self.site.put(f"/Statics/{name}.html", content)
        self.links[title, period] = url
        self.refresh()
        return url

    def refresh(self) -> None:
        """Render the index pages again."""
        preliminary = [f"{title} (in {currency})" for title in PRELIMINARY for currency in ("CNY", "USD")]
        for year in self.years:
            suffix = "" if year == max(self.years) else year
            self.site.put(f"/statics/report/preliminary{suffix}.html", self.index(year, preliminary, "preliminarysel"))
            self.site.put(f"/statics/report/monthly{suffix}.html", self.index(year, BULLETIN, "monthlysel"))

    def index(self, year: int, titles: Sequence[str], select: str) -> str:
        """Unquoted href, leading blank, dead months as span, `</br>` after June: as the site writes it."""
        rows = []
        for title in (*titles, *DEAD):
            cells = []
            for number, month in enumerate(MONTHS, 1):
                url = self.links.get((title, f"{year}-{number:02}"))
                cells.append(f"<a href={url}> {month}.</a>" if url else f"<span>{month}.</span>")
            cells.insert(6, "</br>")
            rows.append(f"<tr><td>{escape(title, quote=False)}</td><td>{''.join(cells)}</td></tr>")
        options = "\n".join(f'<option value="{y}">{y}</option>' for y in reversed(self.years))
        return f"""<!DOCTYPE html>
<html><head><meta charset="UTF-8"><title>News - Newsroom - GACC</title></head>
<body><div class="g-nav"><ul><li><a href="/statics/report/preliminary.html">Statistics</a></li></ul></div>
<div>Due to data verification after the preliminary release, the monthly bulletin is of more accuracy.</div>
<span>Year</span><select id="{select}">
{options}
</select>
<table><thead><tr><th>Title</th><th>Month</th></tr></thead><tbody>{"".join(rows)}</tbody></table>
</body></html>"""

    def listing(self, path: str) -> Page:
        """The list form: links by title, newest first, ten a page; beyond the last page none."""
        asked = parse_qs(urlsplit(path).query)
        bulletin, number = asked["ColumnId"] == ["2"], int(asked.get("page", ["1"])[0])
        items = []
        for (title, period), url in sorted(self.links.items(), key=lambda item: (item[0][1], item[1]), reverse=True):
            if (title in BULLETIN) == bulletin:
                month = int(period[5:])
                name, _, currency = title.partition(" (in ")
                when = f"{month}.{period[:4]}" if bulletin else f" {MONTHS[month - 1]} {period[:4]}(in {currency}"
                items.append(f'<li><a href="{url}">{escape(f"{name},{when}", quote=False)}</a></li>')
        shown = "".join(items[(number - 1) * PER_PAGE : number * PER_PAGE])
        nav = '<a href="/statics/report/preliminary.html">Statistics</a><a href="/Statics/2018/about.pdf">x</a>'
        html = f"<html><head><title>China Customs Statistics</title></head><body>{nav}<ul>{shown}</ul></body></html>"
        return Page(html.encode())
