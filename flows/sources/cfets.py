"""China Foreign Exchange Trade System: the central parity of the renminbi, announced at 9:15 in Beijing.

The history is paged, newest first; days that are held are not asked for again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from flows.sources.polling import Wanted, poll
from flows.sources.source import Source, context_daily
from flows.sources.visit import Visit

HISTORY = (
    "/ags/ms/cm-u-bk-ccpr/CcprHisNew?startDate={}&endDate={}&currency=USD/CNY,EUR/CNY,100JPY/CNY&pageNum={}&pageSize=10"
)
FIRST_DAY = date(2026, 8, 22)
"""The shipped history ends the day before."""
A_PAGE = timedelta(days=9)
"""Ten rows a page: a span of ten days is never more than one page."""


def discover(visit: Visit) -> None:
    poll(visit, _wanted(visit))


def _wanted(visit: Visit) -> Iterator[Wanted]:
    """Spans of ten days from the first day that is not held to today in Beijing."""
    held = [s.period for s in visit.archive.snapshots() if s.product == "cfets.central_parity"]
    start = date.fromisoformat(max(held)) + timedelta(days=1) if held else FIRST_DAY
    if visit.since:
        start = date.fromisoformat(f"{visit.since}-01")
    today = visit.settings.clock().astimezone(ZoneInfo(SOURCE.timezone)).date()
    while start <= today:
        end = min(start + A_PAGE, today)
        url = visit.base + HISTORY.format(start, end, 1)
        yield Wanted("cfets.central_parity", url, f"central parity {start} to {end}", figures=_some)
        start = end + timedelta(days=1)


def _some(content: bytes) -> bool:
    """False for a span of weekends and holidays."""
    try:
        return bool(json.loads(content)["records"])
    except (ValueError, KeyError, TypeError):
        return True  # something else: the reader says what


SOURCE = Source(
    id="cfets",
    publisher="China Foreign Exchange Trade System",
    offers="central parity of the renminbi",
    terms="name the source",
    url="https://www.chinamoney.com.cn",
    timezone="Asia/Shanghai",
    schedules=(context_daily("30 9 * * 1-5"),),
    discover=discover,
)
