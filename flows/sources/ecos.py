"""Bank of Korea's service ECOS with a key: value and volume indices of Korea's exports.

The key is free (ecos.bok.or.kr). A wrong one is answered with an error in JSON, which is told as `keyed`.
"""

from __future__ import annotations

from flows.sources.polling import KEY, Wanted, poll
from flows.sources.source import Source, context_daily
from flows.sources.visit import Visit

SEARCH = "/api/StatisticSearch/" + KEY + "/json/kr/1/1000/{}/M/201501/{:%Y%m}/*AA"
TABLES = {"403Y001": "export value index of Korea", "403Y002": "export volume index of Korea"}


def discover(visit: Visit) -> None:
    if not visit.settings.key(SOURCE.id):
        return  # people bring its files
    today = visit.settings.clock()
    poll(
        visit,
        [
            Wanted(
                "ecos.korea_trade_index",
                visit.base + SEARCH.replace("{}", table).replace("{:%Y%m}", f"{today:%Y%m}"),
                title,
            )
            for table, title in TABLES.items()
        ],
    )


SOURCE = Source(
    id="ecos",
    publisher="Bank of Korea",
    offers="value and volume indices of Korea's trade (with a key)",
    terms="name the source; a free key",
    url="https://ecos.bok.or.kr",
    timezone="Asia/Seoul",
    schedules=(context_daily("40 9 * * 1-5"),),
    keyed=True,
    discover=discover,
)
