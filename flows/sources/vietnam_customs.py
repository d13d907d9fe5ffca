"""Vietnam's customs: tables of exports and imports by partner and main goods of a month, as PDF.

Their list is behind a captcha, the files are public: the folder is the day of publication, mostly the 4th to the 12th
of the month after. The folders of the last days are asked, by backfill those of the whole month after; a table that
came months late (imports of December 2025 in March) is put into the inbox, which knows it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from flows.sources.polling import Wanted, poll
from flows.sources.source import Source, context_daily
from flows.sources.visit import Visit
from transforms.periods import period_end, shift_months

FOLDER = "/CustomsCMS/TONG_CUC/{0:%Y}/{0.month}/{0.day}/"
TABLES = {"5x": "exports by partner", "5n": "imports by partner"}
PRODUCT = "vietnam_customs.trade_by_partner"
LOWER_CASE_FROM = date(2024, 11, 1)
"""Before, names were written in capitals, and the month with a nought and a letter behind it or without."""
EARLIEST, LATEST = 3, 20
"""Days of the month after between which a table was ever published in time."""
BACK = 5
"""Folders asked by an ordinary visit: a run may have been missed over a long weekend."""


def discover(visit: Visit) -> None:
    poll(visit, _wanted(visit))


def _wanted(visit: Visit) -> Iterator[Wanted]:
    """What is held of a month counts as asked for; else its folders, the newest first, until one has it."""
    today = visit.settings.clock().astimezone(ZoneInfo(SOURCE.timezone)).date()
    held = {s.url.lower().rpartition("/")[2]: s.url for s in visit.archive.snapshots() if s.source == SOURCE.id}
    for month in _months(visit, today):
        for table, title in TABLES.items():
            names = _names(month, table)
            known = next((held[name.lower()] for name in names if name.lower() in held), None)
            found = (
                visit.base + FOLDER.format(day) + name for day in _days(visit, month, today, held) for name in names
            )
            for url in [known] if known else found:
                yield Wanted(PRODUCT, url, f"Vietnam, {title} {month:%Y-%m}", may_lack=True, once=True)
                if visit.archive.at(url):
                    break


def _months(visit: Visit, today: date) -> list[date]:
    if not visit.since:
        return [shift_months(today, -1), shift_months(today, -2)]
    last = min(period_end(visit.until) if visit.until else today, shift_months(today, -1))
    month, found = period_end(visit.since), []
    while month <= last:
        found.append(month)
        month = shift_months(month, 1)
    return found


def _days(visit: Visit, month: date, today: date, held: dict[str, str]) -> list[date]:
    first = month + timedelta(days=EARLIEST)
    last = min(today, month + timedelta(days=LATEST))
    if not visit.since and held:
        first = max(first, today - timedelta(days=BACK))
    return [last - timedelta(days=back) for back in range((last - first).days + 1)]


def _names(month: date, table: str) -> list[str]:
    if month >= LOWER_CASE_FROM:
        return [f"{month.year}-t{month.month}-{table}(vn-sb).pdf"]
    return [f"{month.year}-T{written}-{table.upper()}(VN-SB).pdf" for written in (month.month, f"{month:%m}T")]


SOURCE = Source(
    id="vietnam_customs",
    publisher="Vietnam Customs",
    offers="trade of Vietnam by partner",
    terms="name the source",
    url="https://files.customs.gov.vn",
    timezone="Asia/Ho_Chi_Minh",
    schedules=(context_daily("30 18 * * 1-5"),),
    discover=discover,
)
