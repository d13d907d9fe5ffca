"""GACC, online query: the downloads that the setting `queries` names, one a month, in parts where they reach the cap.

The site answers a posted form with a CSV file. It guards the form with a shield and a captcha, so a plain client is
often refused: the source is then `blocked`, and files fetched by hand come in by `portvault ingest` or the inbox.
Without queries nothing is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from flows.http.errors import Blocked
from flows.settings import Query
from flows.sources.gacc import PUBLISHER, TERMS, TIMEZONE
from flows.sources.source import Schedule, Source
from flows.sources.visit import Listed, Visit
from transforms import areas
from transforms.customs import online_query
from transforms.model import Payload, ReadError
from transforms.refusals import HINT
from warehouse.calendar import periods_due

DOWNLOAD = "/queryData/downloadQueryData"
FIELDS = {"commodity": "CODE_TS", "partner": "ORIGIN_COUNTRY", "regime": "TRADE_MODE", "region": "TRADE_CO_PORT"}
FLOWS = {"export": 0, "import": 1}
CURRENCIES = {"USD": "usd", "CNY": "rmb"}
FIRST_START = 202408  # what the site's own form sent as currentStartTime in 2025
STATES = {2024: 3}
"""What the form calls the table of a year, as public clients send it in 2026: of 2024 alone; others below."""
NEWER, OLDER = 1, 2
MONTHS = 2
"""An ordinary visit asks for the newest months; the one before the newest is restated with it. Others: `backfill`."""


def discover(visit: Visit) -> None:
    """Every query of the settings for the months that are due; by default the newest two."""
    due = periods_due(online_query.PRODUCT, visit.settings.clock().date())
    months = [month for month in due if (visit.since or "") <= month <= (visit.until or "9999")]
    for query in visit.settings.queries:
        for month in months if visit.since else months[-MONTHS:]:
            partners = [code for area in query.partners for code in areas.customs_codes(area)]
            with visit.going_on(_title(query, month), visit.base):
                _take(visit, query, month, partners)


def _take(visit: Visit, query: Query, month: str, partners: Sequence[str]) -> None:
    """One download; one of exactly the cap may be cut, so halves of its partners are asked for in its place."""
    base, form = visit.base, _form(query, month, partners)
    options = {"flow": query.flow}
    release = Listed((online_query.PRODUCT,), month, f"{base}{DOWNLOAD}?{form}", _title(query, month),
                     facts={"options": options})  # fmt: skip
    visit.progress(release.title)
    visit.report.seen += 1
    if visit.settled(release.url):
        return
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    response = visit.client.post(base + DOWNLOAD, form.encode(), headers)
    if response.content.lstrip()[:1] == b"<":
        raise Blocked(response.url, "a page in place of the download", HINT, response.status)
    try:
        rows, last = _measure(Payload(response.content, "downloadData.csv", release.url, options))
        if last != month:
            raise ReadError("other_period", expected=month, got=last, where=release.title,
                            hint="The site answers another question.")  # fmt: skip
    except ReadError as error:
        if error.code == "no_rows":
            visit.report.notes.append(f"{release.title}: no rows")
        else:
            visit.refuse(response.content, release, response, error)
        return
    if rows == online_query.CAP and len(partners) != 1:
        everyone = partners or areas.customs_codes()
        for part in (everyone[: len(everyone) // 2], everyone[len(everyone) // 2 :]):
            _take(visit, query, month, part)
    else:
        visit.admit(response.content, release, response)


def _measure(payload: Payload) -> tuple[int, str]:
    """(rows, last period) of a download. Raises what the reader raises."""
    reading = online_query.read(payload)
    return int(reading.table["rows"].sum()), reading.release.period


def _form(query: Query, month: str, partners: Sequence[str]) -> str:
    """The form as the site's own page posts it: up to four fields, each with the values wanted, or none for all."""
    year, number = (int(part) for part in month.split("-"))
    wanted = {"commodity": query.commodities, "partner": partners}
    names = ["commodity", *query.by]
    form: dict[str, str | int] = {
        "pageSize": 10, "iEType": FLOWS[query.flow], "currencyType": CURRENCIES[query.currency], "year": year,
        "startMonth": number, "endMonth": number, "monthFlag": 1, "unitFlag": "true", "unitFlag1": "true",
        "codeLength": 8, "orderType": "CODE ASC DEFAULT", "selectTableState": _state(year),
        "currentStartTime": FIRST_START,
    }  # fmt: skip
    for place in range(4):
        name = names[place] if place < len(names) else ""
        form[f"outerField{place + 1}"] = FIELDS.get(name, "")
        form[f"outerValue{place + 1}"] = ",".join(wanted.get(name, ()))
    return urlencode(form)


def _state(year: int) -> int:
    """2025 and later: 1, 2024: 3, 2023 and before: 2."""
    return STATES.get(year, NEWER if year > max(STATES) else OLDER)


def _title(query: Query, month: str) -> str:
    return f"Online query, {query.flow}s of {', '.join(query.commodities) or 'all commodities'}, {month}"


SOURCE = Source(
    id="gacc_query",
    publisher=PUBLISHER,
    offers="downloads of the online query, by code of eight digits, partner, regime and region",
    terms=TERMS,
    either_scheme=True,
    url="http://stats.customs.gov.cn",
    timezone=TIMEZONE,
    schedules=(
        Schedule(
            deployment="customs-query",
            cron=("15 9-18 20-25 * *",),
            description="Downloads of GACC's online query, new from the 20th; those that the setting `queries` names "
            "are asked for. Where the query's captcha refuses programs, people put its files into the folder inbox/.",
            tags=("customs", "gacc", "query"),
        ),
    ),
    wanted=lambda settings: bool(settings.queries),
    discover=discover,
)
