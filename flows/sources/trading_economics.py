"""Trading Economics with a key: what is expected of China's releases of the next weeks, as two surveyors.

The calendar is asked in the night of UTC, before any release of the day, so that each change of a forecast is seen
before its figure; later in a day it is asked from the next day on. A plan without China, and a wrong key, are answered
with 403 and 401: the state `keyed`. Proprietary: what it says stays in the user's archive and warehouse and is part of
nothing that ships.
"""

from __future__ import annotations

from datetime import UTC, timedelta

from flows.sources.polling import KEY, Wanted, poll
from flows.sources.source import Source, context_daily
from flows.sources.visit import Visit
from transforms.context.event_forecasts import expects_something

CALENDAR = "/calendar/country/china/{:%Y-%m-%d}/{:%Y-%m-%d}?f=json&c=" + KEY
NIGHT = 1
"""Until this hour in UTC nothing of a day is out: China's prices come at 1:30, its trade at 3:00 at the earliest."""
AHEAD = timedelta(days=35)
"""The next release of each figure; 1,000 rows are the most of an answer, China has some sixty a month."""


def discover(visit: Visit) -> None:
    if not visit.settings.key(SOURCE.id):
        return  # people bring its files
    now = visit.settings.clock().astimezone(UTC)
    first = now.date() + timedelta(days=now.hour >= NIGHT)
    address = CALENDAR.replace(KEY, "\0").format(first, first + AHEAD).replace("\0", KEY)
    title = f"forecasts for China's releases from {first} on"
    poll(visit, [Wanted(PRODUCT, visit.base + address, title, figures=expects_something, rolling=True)])


PRODUCT = "trading_economics.event_forecasts"
SOURCE = Source(
    id="trading_economics",
    publisher="Trading Economics",
    offers="forecasts for China's releases, consensus and its own (with a key)",
    terms="proprietary: for the holder of the key, never passed on",
    url="https://api.tradingeconomics.com",
    timezone="UTC",
    schedules=(context_daily("20 0 * * *"),),
    keyed=True,
    discover=discover,
)
