"""IMF PortWatch: TradeNow, an early estimate of the trade of China and Russia from ship movements.

Renewed on Tuesdays; Last-Modified and ETag tell so.
"""

from __future__ import annotations

from flows.sources.polling import Wanted, poll
from flows.sources.source import Source, context_daily
from flows.sources.visit import Visit

QUERY = (
    "/weJ1QsnbMYJlCHdG/arcgis/rest/services/Monthly_TradeNow/FeatureServer/0/query"
    "?where=ISO3%20%3D%20%27{}%27&outFields=*&orderByFields=date&f=json"
)
COUNTRIES = ("CHN", "RUS")


def discover(visit: Visit) -> None:
    poll(
        visit,
        [
            Wanted("portwatch.trade_now", visit.base + QUERY.format(code), f"TradeNow of {code}", conditional=True)
            for code in COUNTRIES
        ],
    )


SOURCE = Source(
    id="portwatch",
    publisher="IMF PortWatch",
    offers="estimates of trade from ship movements",
    terms="terms of the IMF; name the source",
    url="https://services9.arcgis.com",
    timezone="America/New_York",
    schedules=(context_daily("0 12 * * 2,3"),),
    discover=discover,
)
