"""www.customs.gov.cn and tjs.customs.gov.cn on a replica: news lists, yearly tables, articles, attachments."""

from __future__ import annotations

from tests.replica.server import Replica
from tests.transforms import customs_pages

NEWS = "/tjs/sjgb/tjkx/"
BULLETIN_NEWS = "/tjs/sjgb/4926700/index.html"
TABLES = "/customs/302249/zfxxgk/2799825/302274/"
OLD_YEARS = {year: str(2_000_000 + 977 * year) for year in range(2014, 2024)}  # numbers that only the links tell
VIEWER = (
    '<p><iframe width="100%" height="560" src="/wps/weboffice/office/s/0bda337af3234ea6a35aa6535c0d4ea0'
    '?_w_appid=MASKED&amp;simple&amp;readonly"></iframe></p>'
)


class Chinese:
    """Both Chinese sites. Articles have an attachment, an inline table or a viewer, and are listed newest first."""

    def __init__(self, site: Replica, per_page: int = 10) -> None:
        self.site, self.per_page = site, per_page
        self.items: list[tuple[str, str, str]] = []  # (day, title, path)
        self.yearly: dict[int, dict[tuple[str, str], dict[int, str]]] = {}  # year -> (currency, title) -> month -> path
        self.refresh()

    def attachment(self, title: str, day: str, xls: bytes) -> str:
        """An article that links a workbook; returns the article's address."""
        number = f"{day.replace('-', '')}{len(self.items):011}"
        path = f"/customs/attachDir/{day[:4]}/{day[5:7]}/{number}.xls"
        self.site.put(path, xls, "application/vnd.ms-excel")
        return self._article(title, day, f'<p>附件：<a href="{path}">{title}.xls</a></p>')

    def inline(self, title: str, day: str, page: bytes) -> str:
        """An article that is a page with the table in it."""
        return self._put(title, day, page)

    def viewer(self, title: str, day: str) -> str:
        """An article that embeds the web-office viewer: no file a plain client could have."""
        return self._article(title, day, VIEWER)

    def in_yearly_table(self, year: int, currency: str, title: str, month: int, url: str) -> None:
        """Link an article from the table `yb<year>USD` or `...RMB`."""
        self.yearly.setdefault(year, {}).setdefault((currency, title), {})[month] = url.removeprefix(self.site.url)
        self.refresh()

    def _article(self, title: str, day: str, body: str) -> str:
        html = (
            f"<!DOCTYPE html><html><head><meta charset=utf-8><title>{title} </title>"
            f'<meta name="PubDate" content="{day}"></head><body><div class="news_detail_tit"><h1>{title}</h1>'
            f'<div class="func"><span>发布时间：{day} 10:30</span></div></div>'
            f'<div class="news_detail_con">{body}</div></body></html>'
        )
        return self._put(title, day, html.encode())

    def _put(self, title: str, day: str, page: bytes) -> str:
        path = f"/tjs/{day[:7]}/{day[8:]}/article_{day.replace('-', '')}{len(self.items):011}.html"
        self.items.insert(0, (day, title, path))
        self.items.sort(reverse=True)
        url = self.site.put(path, page)
        self.refresh()
        return url

    def refresh(self) -> None:
        pages = [self.items[i : i + self.per_page] for i in range(0, len(self.items), self.per_page)] or [[]]
        for number, items in enumerate(pages, 1):
            name = "index.html" if number == 1 else f"008336e2-{number}.html"
            self.site.put(NEWS + name, self._news(items, number, len(pages)))
        self.site.put(BULLETIN_NEWS, self._tables(2026))
        self.site.put(TABLES + "302275/index.html", self._tables(0))
        self.site.put(TABLES + "302277/index.html", self._tables(2026))
        for year, number in ((2024, "5668662"), (2025, "6348926")):
            self.site.put(f"{TABLES}302277/{number}/index.html", self._tables(year))
        self.site.put(TABLES + "302277/2025/index.html", self._tables(2025))
        for year in OLD_YEARS:
            self.site.put(f"{TABLES}302277/{OLD_YEARS[year]}/index.html", self._tables(year))

    def _news(self, items: list[tuple[str, str, str]], number: int, pages: int) -> str:
        lines = "\n".join(
            f'  <li><a href="{path}" onclick="void(0)" target="_blank" title="{title}" istitle="true">{title}</a>'
            f"<span>{day}</span></li>"
            for day, title, path in items
        )
        following = f"{NEWS}008336e2-{number + 1}.html"
        link = (
            f'<a style="cursor:pointer" title="下一页" onclick="queryArticleByCondition(this,\'{following}\')" '
            f'tagname="{following}">下一页</a>'
            if number < pages
            else '<a tagname="[NEXTPAGE]" title="下一页" class="">下一页</a>'
        )
        return (
            "<!DOCTYPE html><html><head><meta charset=utf-8><title>统计快讯 </title></head><body>"
            f'<div class="news_con"><ul class="news_list">\n{lines}\n </ul>'
            f'<div class="page_more"><font class="NormalRed">{number}</font>{link}</div></div></body></html>'
        )

    def _tables(self, year: int) -> str:
        tables = ""
        for currency in ("RMB", "USD"):
            rows = ""
            for (kind, title), months in self.yearly.get(year, {}).items():
                if kind == currency:
                    links = "".join(f'<a href="{path}" target="_blank">{m}月</a>' for m, path in sorted(months.items()))
                    rows += f"<tr><td>{title}</td><td>{links}</td></tr>"
            tables += f'<table id="yb{year or 2026}{currency}"><tbody>{rows}</tbody></table>'
        others = "".join(
            f'<li><a href="{TABLES}302277/{number}/index.html">{other}年</a></li>'
            for other, number in OLD_YEARS.items()
        )
        years = f"<ul>{others}</ul>" if year == 2026 else ""
        return f"<!DOCTYPE html><html><head><meta charset=utf-8></head><body>{years}{tables}</body></html>"


TOTALS_TITLE = "（1）2026年3月全国进出口总值表（人民币值）"


def totals_rows() -> list[list[customs_pages.Cell]]:
    """Chinese rows of table (1), March 2026, in yuan: official figures."""
    head: list[customs_pages.Cell] = [
        "项目", "3月", "1至3月累计", "3月与上月环比增减±%", "3月与去年同期同比增减±%", "1至3月累计与去年同期同比增减±%",
    ]  # fmt: skip
    keys = ("item_zh", "month", "ytd", "mom_pct", "yoy_pct", "ytd_yoy_pct")
    return [head, *([row[k] for k in keys] for row in customs_pages.figures("total_preliminary_cny"))]


def totals_workbook() -> bytes:
    """The attachment of table (1): Excel 97, code page 936."""
    rows: list[list[customs_pages.Cell]] = [[(TOTALS_TITLE, 6, 1)], [("单位∶亿元人民币", 6, 1)], *totals_rows()]
    return customs_pages.workbook("M101RMB", rows)


def totals_article() -> bytes:
    """An article with table (1) inline."""
    return customs_pages.chinese(TOTALS_TITLE, totals_rows(), unit="单位：亿元人民币")
