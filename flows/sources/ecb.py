"""European Central Bank: reference rates of the renminbi and the dollar for one euro, monthly averages.

Published each working day of TARGET at about 16:00 in Frankfurt. Last-Modified is of the last load of all rates.
"""

from __future__ import annotations

from flows.sources.polling import Wanted, poll
from flows.sources.source import Source, context_daily
from flows.sources.visit import Visit

RATES = "/service/data/EXR/M.{}.EUR.SP00.A?format=jsondata&startPeriod=2015-01"
CURRENCIES = ("CNY", "USD")


def discover(visit: Visit) -> None:
    poll(
        visit,
        [
            Wanted(
                "ecb.ecb_reference_rates",
                visit.base + RATES.format(currency),
                f"{currency} for a euro",
                conditional=True,
            )
            for currency in CURRENCIES
        ],
    )


SOURCE = Source(
    id="ecb",
    publisher="European Central Bank",
    offers="reference rates of the euro, monthly averages",
    terms="free with the source named",
    url="https://data-api.ecb.europa.eu",
    timezone="Europe/Berlin",
    schedules=(context_daily("30 16 * * 1-5"),),
    discover=discover,
)
