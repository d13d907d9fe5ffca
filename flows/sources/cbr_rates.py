"""Bank of Russia: official exchange rates (XML) and the key rate (SOAP, or its page).

Exchange rates are asked from where the archive ends, and filed under their last day, an effective date: it is set on
the working day before, so tomorrow's is asked for too. The key rate is asked whole, since a change shows only against
the day before, and kept when it changed.
"""

from __future__ import annotations

from datetime import date, timedelta
from xml.etree.ElementTree import Element  # the type alone; defusedxml parses

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from flows.http.errors import FetchError
from flows.http.transfer import Response
from flows.sources.visit import Listed, Visit
from transforms.model import Payload, ReadError
from transforms.products import all_products
from transforms.unrecognised import refuse_error_page, refuse_known

DAILY = "/scripts/XML_daily.asp"
DYNAMIC = "/scripts/XML_dynamic.asp?date_req1={:%d/%m/%Y}&date_req2={:%d/%m/%Y}&VAL_NM_RQ={}"
CURRENCIES = {"R01235": "USD", "R01375": "CNY"}
FIRST_DAY = date(2025, 1, 1)  # the shipped history holds what is older
FIRST_KEY_RATE = date(2013, 9, 17)

SOAP = "/DailyInfoWebServ/DailyInfo.asmx"
ACTION = "http://web.cbr.ru/KeyRate"
KEY_RATE = (
    '<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/">'
    '<soap:Body><KeyRate xmlns="http://web.cbr.ru/"><fromDate>{:%Y-%m-%d}T00:00:00</fromDate>'
    "<ToDate>{:%Y-%m-%d}T00:00:00</ToDate></KeyRate></soap:Body></soap:Envelope>"
)
KEY_PAGE = "/hd_base/KeyRate/?UniDbQuery.Posted=True&UniDbQuery.From={:%d.%m.%Y}&UniDbQuery.To={:%d.%m.%Y}"


def official_rates(visit: Visit) -> None:
    """The rates of the day for all currencies, and those of USD and CNY since the newest archived one."""
    known = all_products()
    base = visit.base
    if "cbr.fx_daily" in known:
        with visit.going_on("official rates of the day", base):
            _today(visit)
    for code in CURRENCIES if "cbr.fx_dynamic" in known else ():
        with visit.going_on(f"official rate of {CURRENCIES[code]}", base):
            _dynamic(visit, code)


def key_rate(visit: Visit) -> None:
    """The whole series by SOAP, or by its page if the service does not answer; archived if it says something new."""
    products = tuple(name for name in all_products() if name.startswith("cbr.key_rate"))
    if not products:
        return
    visit.progress("key rate")
    today = visit.settings.clock().date()
    base = visit.base
    try:
        body = KEY_RATE.format(FIRST_KEY_RATE, today + timedelta(days=1)).encode()
        response = visit.client.post(
            base + SOAP, body, {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": ACTION}
        )
        if fault := _fault(response.content):
            visit.report.notes.append(f"key rate by SOAP: {fault}; its page is asked instead")
            response = visit.client.get(base + KEY_PAGE.format(FIRST_KEY_RATE, today))
    except FetchError as error:
        if visit.client.is_dead(base):
            raise
        visit.report.notes.append(f"key rate by SOAP: {error.reason}; its page is asked instead")
        response = visit.client.get(base + KEY_PAGE.format(FIRST_KEY_RATE, today))
    visit.report.seen += 1
    if not _says_the_same(visit, products, response.content):
        release = Listed(products, f"{today:%Y-%m-%d}", response.url, f"Key rate to {today}")
        visit.admit(response.content, release, response)


def _fault(content: bytes) -> str:
    """What a fault, an error page or an empty answer says, whatever its status; '' for an answer with figures."""
    payload = Payload(content, "the answer")
    try:
        refuse_error_page(payload)
        refuse_known(payload)
    except ReadError as error:
        return error.got
    return ""


def _says_the_same(visit: Visit, products: tuple[str, ...], content: bytes) -> bool:
    """Does an answer read to the observations of the newest archived one? Its bytes differ every working day."""
    held = [s for s in visit.archive.snapshots() if s.product in products and visit.archive.intact(s)]
    if not held:
        return False
    newest, answer = max(held, key=lambda s: (s.first_seen, s.sha256)), Payload(content)
    form = next((form for form in map(all_products().__getitem__, products) if form.recognise(answer)), None)
    if form is None:
        return False
    try:
        before = all_products()[newest.product].read(Payload(newest.read())).observations
        now = form.read(answer).observations
    except ReadError:
        return False
    same = before.select("period_end", "value").equals(now.select("period_end", "value"))
    if same:
        visit.polls.note(newest.url, newest.sha256, visit.settings.clock())
    return same


def _today(visit: Visit) -> None:
    """The newest official rates of all currencies, filed under their effective date."""
    url = visit.base + DAILY
    visit.progress("official rates of the day")
    response = visit.client.get(url)
    day = _root(response.content).get("Date", "")
    period = "-".join(reversed(day.split("."))) if len(day) == 10 else f"{visit.settings.clock():%Y-%m-%d}"
    visit.report.seen += 1
    visit.admit(response.content, Listed(("cbr.fx_daily",), period, url, f"Official rates, {day}"), response)


def _dynamic(visit: Visit, code: str) -> None:
    """Official rates of one currency over the days that are not archived."""
    start, end = _span(visit, CURRENCIES[code])
    if start > end:
        return
    url = visit.base + DYNAMIC.format(start, end, code)
    visit.progress(f"official rate of {CURRENCIES[code]} since {start}")
    response: Response = visit.client.get(url)
    visit.report.seen += 1
    days = [record.get("Date", "") for record in _root(response.content).iter("Record")]
    if not days and b"<ValCurs" in response.content:
        return  # an empty range is an empty root
    last = "-".join(reversed(days[-1].split("."))) if days else f"{end}"
    title = f"Official rate of {CURRENCIES[code]} to {last}"
    facts = {"series": CURRENCIES[code], "through": last}
    visit.admit(response.content, Listed(("cbr.fx_dynamic",), last, url, title, facts=facts), response)


def _span(visit: Visit, series: str) -> tuple[date, date]:
    """First and last day to ask for: the months asked for, or all after the newest archived day to tomorrow."""
    tomorrow = visit.settings.clock().date() + timedelta(days=1)
    if visit.since:
        end = date.fromisoformat(f"{visit.until}-01") + timedelta(days=31) if visit.until else tomorrow
        return date.fromisoformat(f"{visit.since}-01"), min(end, tomorrow)
    held = [
        date.fromisoformat(s.sidecar["through"])
        for s in visit.archive.snapshots()
        if s.product == "cbr.fx_dynamic" and s.sidecar.get("series") == series and visit.archive.intact(s)
    ]
    return max([*held, FIRST_DAY - timedelta(days=1)]) + timedelta(days=1), tomorrow


def _root(content: bytes) -> Element:
    """The root of an XML answer; an empty one if the bytes are no XML (the archive's door then refuses them)."""
    try:
        answer: Element = fromstring(content, forbid_dtd=True)
        return answer
    except (ParseError, DefusedXmlException, ValueError):
        made: Element = fromstring(b"<none/>")
        return made
