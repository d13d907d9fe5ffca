"""Bank of Russia: official exchange rates (XML) and the workbooks on mortgages and household loans.

Workbooks with undated names are overwritten in place every month and hold the whole history: each download with new
bytes is a snapshot of its own, filed under the month it was first seen in.
"""

from __future__ import annotations

from datetime import date, timedelta
from xml.etree.ElementTree import Element  # the type alone; defusedxml parses

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from flows.archive import Archive
from flows.http import Client
from flows.settings import Settings
from flows.sources.visit import Listed, Progress, SourceReport, Visit
from transforms.products import all_products

SOURCE = "cbr"
DAILY = "/scripts/XML_daily.asp"
DYNAMIC = "/scripts/XML_dynamic.asp?date_req1={:%d/%m/%Y}&date_req2={:%d/%m/%Y}&VAL_NM_RQ={}"
CURRENCIES = {"R01235": "USD", "R01375": "CNY"}
FIRST_DAY = date(2025, 1, 1)  # the shipped history holds what is older

WORKBOOKS = {  # below /vfs/statistics/; paths as the site links them
    "BankSector/Mortgage/02_02_Mortgage.xlsx": "cbr.mortgage",
    "BankSector/Mortgage/02_05_Debt_ind.xlsx": "cbr.household_debt",
    "BankSector/Mortgage/02_14_Debt_mortgage.xlsx": "cbr.mortgage_debt",
}


def fetch(
    client: Client,
    archive: Archive,
    settings: Settings,
    progress: Progress | None = None,
    *,
    since: str | None = None,
    until: str | None = None,
) -> SourceReport:
    """Visit the site. `since`..`until` (YYYY-MM) widens the exchange rates; workbooks hold everything anyway."""

    def crawl(visit: Visit) -> None:
        known = all_products()
        if "cbr.fx_daily" in known:
            _today(visit)
        if "cbr.fx_dynamic" in known:
            for code in CURRENCIES:
                _rates(visit, code, since, until)
        month = f"{settings.clock():%Y-%m}"
        files = f"{settings.cbr_url}/vfs/statistics/"
        books = [
            Listed((product,), month, files + path, path.rpartition("/")[2], fixed=False)
            for path, product in WORKBOOKS.items()
            if product in known
        ]
        visit.take_all(books)

    return Visit(SOURCE, client, archive, settings, progress).conclude(crawl)


def _today(visit: Visit) -> None:
    """The newest official rates of all currencies, filed under their effective date."""
    url = visit.settings.cbr_url + DAILY
    visit.progress("official rates of the day")
    response = visit.client.get(url)
    day = _root(response.content).get("Date", "")
    period = "-".join(reversed(day.split("."))) if len(day) == 10 else f"{visit.settings.clock():%Y-%m-%d}"
    visit.report.seen += 1
    visit.admit(response.content, Listed(("cbr.fx_daily",), period, url, f"Official rates, {day}"), response)


def _rates(visit: Visit, code: str, since: str | None, until: str | None) -> None:
    """Official rates of one currency from the day after the newest archived one (or `since`) to tomorrow."""
    tomorrow = visit.settings.clock().date() + timedelta(days=1)
    if since:
        start = date.fromisoformat(f"{since}-01")
        end = min(date.fromisoformat(f"{until}-01") + timedelta(days=31), tomorrow) if until else tomorrow
    else:
        start, end = _through(visit, code) + timedelta(days=1), tomorrow
    if start > end:
        return
    url = visit.settings.cbr_url + DYNAMIC.format(start, end, code)
    visit.progress(f"official rate of {CURRENCIES[code]} since {start}")
    response = visit.client.get(url)
    visit.report.seen += 1
    days = [record.get("Date", "") for record in _root(response.content).iter("Record")]
    if not days and b"<ValCurs" in response.content:
        return  # an empty range is an empty root: nothing new
    last = "-".join(reversed(days[-1].split("."))) if days else f"{end}"
    title = f"Official rate of {CURRENCIES[code]} to {last}"
    facts = {"currency": CURRENCIES[code], "through": last}
    visit.admit(response.content, Listed(("cbr.fx_dynamic",), last, url, title, facts=facts), response)


def _through(visit: Visit, code: str) -> date:
    """The newest day with an archived rate of a currency."""
    held = [
        date.fromisoformat(s.sidecar["through"])
        for s in visit.archive.snapshots()
        if s.product == "cbr.fx_dynamic" and s.sidecar.get("currency") == CURRENCIES[code] and visit.archive.intact(s)
    ]
    return max([*held, FIRST_DAY - timedelta(days=1)])


def _root(content: bytes) -> Element:
    """The root of an XML answer; an empty one if the bytes are no XML (the archive's door then refuses them)."""
    try:
        return fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError):
        return fromstring(b"<none/>")
