"""Bank of Russia: trade in goods and rates of the rouble by month, the balance of payments by quarter: three workbooks.

They are overwritten. Rates come about the middle of the next month, trade of the second month after, the balance some
six weeks after the quarter; an estimate before that is revised without notice.
"""

from __future__ import annotations

from flows.sources.polling import Wanted, poll
from flows.sources.source import Source, context_daily
from flows.sources.visit import Visit

FOLDER = "/vfs/statistics/credit_statistics"
FILES = {
    "cbr_external.goods_trade": ("/trade/trade.xls", "trade in goods by month"),
    "cbr_external.balance_of_payments": ("/bop/bal_of_payments_standart.xlsx", "balance of payments by quarter"),
    "cbr_external.rouble_rates": ("/ex_rate_ind/exchange_rate.xlsx", "effective rates of the rouble by month"),
}


def discover(visit: Visit) -> None:
    poll(
        visit,
        [
            Wanted(product, visit.base + FOLDER + path, title, conditional=True)
            for product, (path, title) in FILES.items()
        ],
    )


SOURCE = Source(
    id="cbr_external",
    publisher="Bank of Russia",
    offers="trade in goods and balance of payments of Russia, effective rates of the rouble",
    terms="name the source",
    site_of="cbr",
    timezone="Europe/Moscow",
    schedules=(context_daily("30 17 * * 1-5"),),
    discover=discover,
)
