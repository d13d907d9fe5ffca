"""US Census Bureau: imports and exports of all partners, one workbook that is overwritten each month; no key.

Its Last-Modified tells whether it changed. It is out with report FT-900 at 8:30 in Washington, about 35 days after the
month. The service with products wants a key since May 2026 and is read from files that people put into the inbox.
"""

from __future__ import annotations

from flows.sources.polling import Wanted, poll
from flows.sources.source import Source, context_daily
from flows.sources.visit import Visit

WORKBOOK = "/foreign-trade/balance/country.xlsx"


def discover(visit: Visit) -> None:
    title = "US trade by country"
    poll(visit, [Wanted("census.census_balance", visit.base + WORKBOOK, title, conditional=True)])


SOURCE = Source(
    id="census",
    publisher="US Census Bureau",
    offers="US imports and exports of goods by country and month",
    terms="public domain",
    url="https://www.census.gov",
    timezone="America/New_York",
    schedules=(context_daily("45 8 * * 1-5"),),
    discover=discover,
)
