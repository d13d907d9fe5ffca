"""Ministry of Finance of Russia: the federal budget by month, one table of open data.

Its page links the newest file. Bytes change under one address, so figures are compared.
"""

from __future__ import annotations

import re
from urllib.parse import urljoin

from flows.sources.polling import Wanted, poll
from flows.sources.source import Source, context_daily
from flows.sources.visit import Visit
from transforms.model import ReadError

PAGE = "/opendata/7710168360-fedbud_month/"
_FILE = re.compile(r"""[^"'<>\s]*/?data-(\d{8}T\d{4})-structure-[\w-]+\.csv""")


def discover(visit: Visit) -> None:
    page = visit.base + PAGE
    found = list(_FILE.finditer(visit.client.page(page).decode("utf-8", "replace")))
    if not found:
        raise ReadError("not_an_index", expected="links of data-...csv", got="none", where=page,
                        hint="The site has moved or is blocked: ingest the table from a browser.")  # fmt: skip
    newest = max(found, key=lambda match: match[1])
    poll(visit, [Wanted("minfin.federal_budget", urljoin(page, newest[0]), "federal budget by month")])


SOURCE = Source(
    id="minfin",
    publisher="Ministry of Finance of Russia",
    offers="the federal budget by month, cumulative",
    terms="open data; name the source",
    url="https://minfin.gov.ru",
    timezone="Europe/Moscow",
    schedules=(context_daily("0 20 * * 1-5"),),
    discover=discover,
)
