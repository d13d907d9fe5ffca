"""Japan Customs: press releases on trade as XML, in stages: ten days, twenty days, the month, then its revisions.

At 8:50 in Tokyo. A file of a stage appears once and is asked for until it is there.
"""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from flows.sources.polling import Wanted, poll
from flows.sources.source import Source, context_daily
from flows.sources.visit import Visit
from transforms.periods import shift_months

RELEASE = "/toukei/shinbun/trade-st_e/{0:%Y}/{0:%Y%m}{1}e.xml"
STAGES = {
    "1": "first ten days",
    "2": "first twenty days",
    "4": "provisional",
    "5": "revised",
    "6": "detailed",
    "7": "fixed",
}
MONTHS = 3
"""Stages of a month appear within the two months after it."""


def discover(visit: Visit) -> None:
    poll(visit, _wanted(visit))


def _wanted(visit: Visit) -> Iterator[Wanted]:
    """Stages of the last months, the newest first."""
    today = visit.settings.clock().astimezone(ZoneInfo(SOURCE.timezone)).date()
    for back in range(MONTHS):
        month = shift_months(today, -back)
        for stage, name in STAGES.items():
            url = visit.base + RELEASE.format(month, stage)
            title = f"trade of Japan {month:%Y-%m}, {name}"
            yield Wanted("japan_customs.japan_press", url, title, may_lack=True, once=True)


SOURCE = Source(
    id="japan_customs",
    publisher="Japan Customs",
    offers="trade of Japan by stage, partner and commodity",
    terms="name the source",
    url="https://www.customs.go.jp",
    timezone="Asia/Tokyo",
    schedules=(context_daily("20 9 * * 1-5"),),
    discover=discover,
)
