"""Eurostat's Comext: trade of the EU and its larger members with China, month by month, in euros.

Out about the 15th at 11:00 in Luxembourg, some 46 days after the month; the answer says when it was updated. Requests
are small (one reporter each): more than five million rows are refused.
"""

from __future__ import annotations

from flows.sources.polling import Wanted, poll
from flows.sources.source import Source, context_daily
from flows.sources.visit import Visit

DATA = (
    "/eurostat/api/comext/dissemination/statistics/1.0/data/DS-045409?freq=M&reporter={}&partner=CN&product=TOTAL"
    "&flow=1&flow=2&indicators=VALUE_IN_EUROS&sinceTimePeriod=2017-01"
)
REPORTERS = ("EU27_2020", "DE", "FR", "IT", "NL", "ES", "PL", "BE")


def discover(visit: Visit) -> None:
    poll(
        visit,
        [
            Wanted("comext.comext_trade", visit.base + DATA.format(reporter), f"trade of {reporter} with China")
            for reporter in REPORTERS
        ],
    )


SOURCE = Source(
    id="comext",
    publisher="Eurostat",
    offers="trade of the EU and its larger members with China",
    terms="reuse with attribution",
    url="https://ec.europa.eu",
    timezone="Europe/Luxembourg",
    schedules=(context_daily("30 11 * * 1-5"),),
    discover=discover,
)
