"""Bank for International Settlements: effective exchange rates, policy rates, credit gaps and debt service ratios.

Its ETag is new with each answer, so figures are compared. Effective rates and policy rates come about the 17th to 22nd,
credit and debt service in the middle of the last month of a quarter; each release estimates the history anew.
"""

from __future__ import annotations

from flows.sources.polling import Wanted, poll
from flows.sources.source import Source, context_daily
from flows.sources.visit import Visit

DATA = "/api/v2/data/dataflow/BIS/{}?format=csv"
SERIES = {
    "WS_EER/1.0/M.R+N.B+N.CN+RU": "effective exchange rates",
    "WS_CBPOL/1.0/D.CN+RU": "policy rates",
    "WS_CREDIT_GAP/1.0/Q.CN+RU.P.A.A+B+C": "credit-to-GDP gaps",
    "WS_DSR/1.0/Q.CN+RU.P": "debt service ratios",
}


def discover(visit: Visit) -> None:
    poll(visit, [Wanted("bis.bis_statistics", visit.base + DATA.format(key), title) for key, title in SERIES.items()])


SOURCE = Source(
    id="bis",
    publisher="Bank for International Settlements",
    offers="effective exchange rates, policy rates, credit gaps and debt service ratios",
    terms="free with attribution",
    url="https://stats.bis.org",
    timezone="Europe/Zurich",
    schedules=(context_daily("0 18 * * 1-5"),),
    discover=discover,
)
