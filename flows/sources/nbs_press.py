"""National Bureau of Statistics of China, press pages: headline prices and industrial output of a month.

The second way to what the data site has: its index lists the releases of the last weeks, newest first, the day of
publication in each address. Out at 9:30 (prices) and 10:00 in Beijing, on any day of the week.
"""

from __future__ import annotations

import re
from urllib.parse import urljoin

from flows.sources.polling import Wanted, poll
from flows.sources.source import Source, context_daily
from flows.sources.visit import Visit, soup
from transforms.model import ReadError

INDEX = "/sj/zxfb/"
_PAGE = re.compile(r"/t20\d{6}_\d+\.html?$")
PAGES = {
    "nbs_press.nbs_prices": re.compile(r"月份?(全国)?(居民消费价格|工业生产者出厂价格)(指数)?同比"),
    "nbs.nbs_press": re.compile(r"月份?规模以上工业增加值"),
}
"""Products by the words of the headline."""


def discover(visit: Visit) -> None:
    url = visit.base + INDEX
    found = {}
    for link in soup(visit.client.page(url), url).find_all("a", href=_PAGE):
        title = "".join(str(link.get("title") or link.get_text()).split())
        for product, words in PAGES.items():
            if words.search(title):
                address = urljoin(url, str(link["href"]))
                found[address] = Wanted(product, address, title, once=True)
    if not found:
        raise ReadError("not_an_index", expected="releases on prices or output", got="none", where=url,
                        hint="The index has moved: a page saved from the browser can be ingested.")  # fmt: skip
    poll(visit, found.values())


SOURCE = Source(
    id="nbs_press",
    publisher="National Bureau of Statistics of China",
    offers="press releases on prices and industrial output of China",
    terms="name the source",
    url="https://www.stats.gov.cn",
    timezone="Asia/Shanghai",
    schedules=(context_daily("20 10 * * *"),),
    discover=discover,
)
