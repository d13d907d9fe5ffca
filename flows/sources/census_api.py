"""US Census Bureau, its trade service with a key: imports for consumption and calculated duty by partner and month.

The key is free (api.census.gov/data/key_signup.html). Without one, or with a wrong one, the service answers with a page
that says so: the state `keyed`. Answers are of the day of fetch; the annual revision comes in June.
"""

from __future__ import annotations

from flows.sources.polling import KEY, Wanted, poll
from flows.sources.source import Source, context_daily
from flows.sources.visit import Visit
from transforms.periods import shift_months

QUERY = (
    "/data/timeseries/intltrade/imports/hs?get=CTY_CODE,CTY_NAME,GEN_VAL_MO,CON_VAL_MO,CAL_DUT_MO&SUMMARY_LVL=DET"
    "&time={}&key=" + KEY
)
MONTHS = 15
"""A year and the months that are late; older ones are asked for by backfill."""


def discover(visit: Visit) -> None:
    if not visit.settings.key(SOURCE.id):
        return  # people bring its files
    today = visit.settings.clock().date()
    first, last = visit.since or f"{shift_months(today, -MONTHS):%Y-%m}", visit.until or f"{today:%Y-%m}"
    span = f"from+{first}+to+{last}" if visit.since else f"from+{first}"
    title = f"US imports for consumption and duties from {first} on"
    poll(visit, [Wanted("census.census_trade", visit.base + QUERY.replace("{}", span), title)])


SOURCE = Source(
    id="census_api",
    publisher="US Census Bureau",
    offers="US imports for consumption and calculated duty by country and month (with a key)",
    terms="public domain; a free key",
    url="https://api.census.gov",
    timezone="America/New_York",
    schedules=(context_daily("50 8 * * 1-5"),),
    keyed=True,
    discover=discover,
)
