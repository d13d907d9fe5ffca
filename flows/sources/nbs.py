"""National Bureau of Statistics of China: prices and retail sales from the data site of 2026.

Nothing is addressed by a fixed id: catalogues and indicators are found by their names, walking down from the root, for
ids change with every base year. Failures come with status 200, so each answer has to say that it is a success. Two
ways give the same figures; the second is asked where the first is gone. Out at 9:30 (prices) and 10:00 in Beijing,
on any day of the week.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flows.sources.polling import Wanted, poll
from flows.sources.source import Source, context_daily
from flows.sources.visit import Visit
from transforms.context import answers, nbs
from transforms.model import Payload, ReadError
from transforms.periods import shift_months

API = "/dg/website/publicrelease/web/external"
TREE, INDICATORS = "/new/queryIndexTreeAsync?pid={}&code=1", "/new/queryIndicatorsByCid?cid={}&dt=&name="
VALUES, ONE_BY_ONE = "/stream/esData", "/getEsDataByIndicatorIdAndDa"
ROOT = "月度数据"
PATHS = (
    ("价格指数", "居民消费价格", "全国居民消费价格"),
    ("价格指数", "工业生产者出厂价格", "工业生产者出厂价格"),
    ("国内贸易", "社会消费品零售总额"),
)
"""Catalogues from below the root down, each by the start of its name; the last may be a leaf one floor higher."""
_YEARS = re.compile(r"[(（](\d{4})?-(\d{4})?[)）]$")
"""The years of a base at the end of a catalogue's name: (2026-), (2021-2025), (-2015)."""
MONTHS = 14
"""Asked at a visit: a year and what is late, which also shows revisions of the year before."""
NATION = {"text": "全国", "value": "000000000000"}
A_DAY = timedelta(hours=20)


def discover(visit: Visit) -> None:
    poll(visit, _wanted(visit))


def _wanted(visit: Visit) -> Iterator[Wanted]:
    """One query a headline indicator, with the other way to its figures."""
    today = visit.settings.clock().astimezone(ZoneInfo(SOURCE.timezone)).date()
    first, last = shift_months(today, -MONTHS), today
    if visit.since:
        first = date.fromisoformat(f"{visit.since}-01")
        last = min(today, date.fromisoformat(f"{visit.until or f'{today:%Y-%m}'}-01"))
    asked: set[str] = set()
    roots = _children(visit, "")
    if ROOT not in roots:
        raise ReadError(
            "not_an_index", expected=f"the catalogue {ROOT}", got=", ".join(roots) or "none", where=visit.base
        )
    for path in PATHS:
        for catalogue in _leaves(visit, roots[ROOT], path, first.year, last.year):
            for name, identity in _index(visit, INDICATORS.format(catalogue)).items():
                if nbs.headline(name) and identity not in asked:
                    asked.add(identity)
                    yield _query(visit, catalogue, identity, name, first, last)


def _query(visit: Visit, catalogue: str, identity: str, name: str, first: date, last: date) -> Wanted:
    months = []
    month = first.replace(day=1)
    while month <= last:
        months.append(f"{month:%Y%m}MM")
        month = (month + timedelta(days=32)).replace(day=1)
    body = {
        "cid": catalogue,
        "indicatorIds": [identity],
        "daCatalogId": "",
        "das": [NATION],
        "showType": 1,
        "dts": months,
        "rootId": "",
    }
    one = {"cid": catalogue, "id": identity, "da": NATION["value"], "dt": "", "dts": months, "rootId": ""}
    asked = urlencode({"cid": catalogue, "id": identity, "name": name, "da": NATION["value"]})
    if visit.since:
        asked += "&" + urlencode({"dts": f"{months[0]}-{months[-1]}"})
    base = visit.base + API
    second = Wanted(
        "nbs.nbs_query", f"{base}{ONE_BY_ONE}?{asked}", f"{name}, the other way", figures=_some, post=_json(one)
    )
    return Wanted("nbs.nbs_query", f"{base}{VALUES}?{asked}", name, figures=_some, post=_json(body), otherwise=second)


def _json(body: object) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()


def _some(content: bytes) -> bool:
    """False for months that have no figure yet; anything else is for the reader to judge."""
    said = answers.json_of(Payload(content))
    data = said.get("data") if isinstance(said, dict) and said.get("success") is True else None
    return not isinstance(data, list) or bool(data)


def _children(visit: Visit, parent: str) -> dict[str, str]:
    return _index(visit, TREE.format(parent))


def _index(visit: Visit, query: str) -> dict[str, str]:
    """Ids by name of an index. Raises ReadError for a page or a failure in its place."""
    url = visit.base + API + query
    content = visit.client.page(url, accept="application/json", fresh_for=A_DAY)
    said = answers.json_of(Payload(content, url))
    if not isinstance(said, dict):
        raise ReadError(
            "not_an_index",
            expected="JSON with names and ids",
            got="a page or something else",
            where=url,
            hint="The site may have moved, or shields itself: the press pages (nbs_press) are another way.",
        )
    return nbs.names(said, url)


def _leaves(visit: Visit, parent: str, path: tuple[str, ...], since: int, until: int) -> Iterator[str]:
    """Ids of the catalogues at the end of a path whose base holds in the years asked for."""
    for name, identity in _children(visit, parent).items():
        if not name.startswith(path[0]):
            continue
        if len(path) > 1:
            below = list(_leaves(visit, identity, path[1:], since, until))
            yield from below or ([identity] if len(path) == 2 and _holds(name, since, until) else [])
        elif _holds(name, since, until):
            yield identity


def _holds(name: str, since: int, until: int) -> bool:
    match = _YEARS.search(name)
    return match is None or (int(match[1] or 0) <= until and int(match[2] or 9999) >= since)


SOURCE = Source(
    id="nbs",
    publisher="National Bureau of Statistics of China",
    offers="consumer and producer prices and retail sales of China by month",
    terms="name the source",
    url="https://data.stats.gov.cn",
    timezone="Asia/Shanghai",
    schedules=(context_daily("15 10 * * *"),),
    discover=discover,
)
