"""Rosstat: consumer prices by month, a workbook with the month in its name, out about the 10th in Moscow."""

from __future__ import annotations

from collections.abc import Iterator

from flows.sources.polling import Wanted, poll
from flows.sources.source import Source, context_daily
from flows.sources.visit import Visit
from transforms.periods import shift_months

WORKBOOK = "/storage/mediabank/ipc_mes_{:%m-%Y}.xlsx"
MONTHS = 3
"""Names of the last months are tried: the newest is of last month, a late one of the month before."""


def discover(visit: Visit) -> None:
    poll(visit, _wanted(visit))


def _wanted(visit: Visit) -> Iterator[Wanted]:
    today = visit.settings.clock().date()
    for back in range(1, MONTHS + 1):
        month = shift_months(today, -back)
        url = visit.base + WORKBOOK.format(month)
        yield Wanted("rosstat.consumer_prices", url, f"consumer prices, {month:%m-%Y}", conditional=True, may_lack=True)


SOURCE = Source(
    id="rosstat",
    publisher="Rosstat",
    offers="consumer prices of Russia by month",
    terms="open data; name the source",
    url="https://rosstat.gov.ru",
    timezone="Europe/Moscow",
    schedules=(context_daily("30 19 * * 1-5"),),
    discover=discover,
)
