"""UN Comtrade: what partners report of their trade with China and the United States, by the preview without a key.

A preview ends at 500 rows, so a request is of one month and of totals. Countries report weeks to months late.
"""

from __future__ import annotations

from collections.abc import Iterator

from flows.sources.polling import Wanted, poll
from flows.sources.source import Source, context_daily
from flows.sources.visit import Visit
from transforms.periods import shift_months

PREVIEW = (
    "/public/v1/preview/C/M/HS?reporterCode=704,484,699,764,458,360&partnerCode=156,842&flowCode=M,X&cmdCode=TOTAL"
    "&partner2Code=0&customsCode=C00&motCode=0&includeDesc=true&period={:%Y%m}"
)
MONTHS = range(2, 6)
"""Months back that are asked: nobody reports last month, and after half a year what is to come has come."""


def discover(visit: Visit) -> None:
    poll(visit, _wanted(visit))


def _wanted(visit: Visit) -> Iterator[Wanted]:
    for back in MONTHS:
        month = shift_months(visit.settings.clock().date(), -back)
        url = visit.base + PREVIEW.format(month)
        yield Wanted("comtrade.comtrade_trade", url, f"partners' trade of {month:%Y-%m}", figures=_some)


def _some(content: bytes) -> bool:
    """False for a month that nobody has reported yet."""
    return b'"count":0' not in content[:200]


SOURCE = Source(
    id="comtrade",
    publisher="UN Comtrade",
    offers="trade as partners of China and the United States report it",
    terms="attribution; no bulk redistribution",
    url="https://comtradeapi.un.org",
    timezone="UTC",
    schedules=(context_daily("0 6 * * 1"),),
    discover=discover,
)
