"""Bank of Russia: trade in goods by month and the balance of payments by quarter, two workbooks that are overwritten.

Trade comes about the middle of the second month after, the balance some six weeks after the quarter; an estimate
before that is revised without notice.
"""

from __future__ import annotations

from flows.sources.polling import Wanted, poll
from flows.sources.source import Schedule, Source
from flows.sources.visit import Visit

FOLDER = "/vfs/statistics/credit_statistics"
FILES = {
    "cbr_external.goods_trade": ("/trade/trade.xls", "trade in goods by month"),
    "cbr_external.balance_of_payments": ("/bop/bal_of_payments_standart.xlsx", "balance of payments by quarter"),
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
    offers="trade in goods and balance of payments of Russia",
    terms="name the source",
    site_of="cbr",
    timezone="Europe/Moscow",
    schedules=(
        Schedule(
            deployment="context-daily",
            cron=("30 17 * * 1-5",),
            description="What the figures are read with: exchange rates, prices, other countries' trade, budgets.",
            tags=("context", "daily"),
        ),
    ),
    discover=discover,
)
