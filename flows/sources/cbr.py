"""Bank of Russia: official rates, the key rate, workbooks, the data service, and the pages of ended tables.

`cbr_site.yaml` says where the site keeps what. Undated workbooks are overwritten in place every month and hold the
whole history: each download with new bytes is a snapshot of its own, filed under the month it was first seen in.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from flows.sources import cbr_rates, cbr_service
from flows.sources.source import Schedule, Source
from flows.sources.visit import Listed, Visit
from transforms import yaml_file
from transforms.products import all_products

ENGLISH = "/eng"
"""Before the path of a page in English."""
LINK = re.compile(r"""href\s*=\s*["'](?:https?://[\w.:-]+)?(/vfs/statistics/[^"'?#]+\.xlsx)""", re.I)


@cache
def site() -> Mapping[str, Any]:
    made: Mapping[str, Any] = yaml_file.load(Path(__file__).with_name("cbr_site.yaml"))
    return made


def discover(visit: Visit) -> None:
    """Rates, workbooks, pages and the data service, each newer than the archive or of the periods asked for."""
    base = visit.base
    cbr_rates.official_rates(visit)
    with visit.going_on("key rate", base):
        cbr_rates.key_rate(visit)
    visit.take_all([*_workbooks(visit), *_linked(visit), *_dated(visit), *_yearly(visit)])
    _take_dynamic(visit)
    with visit.going_on("data service", base):
        cbr_service.take(visit, site()["service"])
    with visit.going_on("data service, tables", base):
        cbr_service.take_tables(visit, site()["tables"])


def _workbooks(visit: Visit) -> list[Listed]:
    month = f"{visit.settings.clock():%Y-%m}"
    return [
        Listed(known, month, visit.base + path, path.rpartition("/")[2], fixed=False)
        for path, products in site()["workbooks"].items()
        if (known := tuple(p for p in ([products] if isinstance(products, str) else products) if p in all_products()))
    ]


def _linked(visit: Visit) -> list[Listed]:
    """Workbooks that the site's own pages link, by the beginnings of their names; each file once, as first linked."""
    plan, month = site()["linked"], f"{visit.settings.clock():%Y-%m}"
    found: dict[str, Listed] = {}
    for page in plan["pages"]:
        with visit.going_on(f"links of {page}", visit.base):
            content = visit.client.page(visit.base + page).decode("utf-8", "replace")
            for path in LINK.findall(content):
                name = path.rpartition("/")[2]
                product = next((p for start, p in plan["begins"].items() if name.startswith(start)), None)
                if product and product in all_products():
                    found.setdefault(name, Listed((product,), month, visit.base + path, name, fixed=False))
    return list(found.values())


def _dated(visit: Visit) -> list[Listed]:
    """One file a month, named by its reporting date; by default those of the last three months not held yet.

    A month that was asked for is in the file of the first of the next one; its own name is that of the month before.
    """
    today = visit.settings.clock().date()
    day = date.fromisoformat(f"{visit.since}-01") if visit.since else _months_before(today, 3)
    last = min(_months_before(date.fromisoformat(f"{visit.until}-01"), -1) if visit.until else today, today)
    found = []
    while day <= last:
        paths = {path.format(day): product for path, product in site()["dated"].items()}
        for path, product in (paths | (_forms(day) if visit.since else {})).items():
            if product in all_products():
                period = f"{_months_before(day, 1):%Y-%m}"
                found.append(Listed((product,), period, visit.base + path, path.rpartition("/")[2]))
        day = _months_before(day, -1)
    return found


def _forms(day: date) -> dict[str, str]:
    """Archives of the banks' forms with that reporting date: path -> product."""
    kind = "zip" if day <= site()["zip_until"] else "rar"
    due = {
        path: form
        for path, form in site()["forms"].items()
        if ((day.month - 1) % form["months"] == 0 or day >= form.get("monthly_from", date.max))
        and day >= form.get("since", day)
    }
    return {f"{path.format(day)}.{kind}": form["product"] for path, form in due.items()}


def _dynamic(visit: Visit) -> list[Listed]:
    """Tables of the site's data base over the months asked for, or the last two; filed under the day they end with."""
    today = visit.settings.clock().date()
    first = date.fromisoformat(f"{visit.since}-01") if visit.since else _months_before(today, 2)
    last = min(_months_before(date.fromisoformat(f"{visit.until}-01"), -1), today) if visit.until else today
    query = site()["dynamic_query"].format(first, last)
    return [
        Listed((product,), f"{last:%Y-%m-%d}", visit.base + path + query, f"{product} to {last}", fixed=False)
        for path, product in site()["dynamic"].items()
        if product in all_products()
    ]


def _take_dynamic(visit: Visit) -> None:
    """Each table of the data base from its page, or from the English one where that does not give it."""
    for table in _dynamic(visit):
        english = replace(table, url=table.url.replace(visit.base, visit.base + ENGLISH, 1))
        for page in (table, english):
            got = None
            with visit.going_on(page.title, page.url):
                visit.progress(page.title)
                got = visit.take(page)
            if got:
                break


def _yearly(visit: Visit) -> list[Listed]:
    plan = site()["yearly"]
    if not visit.since or plan["product"] not in all_products():
        return []
    last = min(int(visit.until[:4]) if visit.until else plan["last"], plan["last"])
    return [
        Listed((plan["product"],), str(year), visit.base + plan["path"].format(year % 100), f"risk {year}")
        for year in range(max(int(visit.since[:4]), plan["first"]), last + 1)
    ]


def _months_before(day: date, months: int) -> date:
    """The first of the month that lies `months` months before."""
    index = day.year * 12 + day.month - 1 - months
    return date(index // 12, index % 12 + 1, 1)


SOURCE = Source(
    id="cbr",
    publisher="Bank of Russia",
    offers="loan statistics, official exchange rates, key rate, data service",
    terms="use with a reference to the Bank of Russia and its site",
    url="https://www.cbr.ru",
    timezone="Europe/Moscow",
    either_scheme=True,
    schedules=(
        Schedule(
            deployment="banking-monthly",
            cron=("0 10-19/3 18-31 * *",),
            description="The Bank of Russia's workbooks, out between the 18th and the last working day of the month.",
            tags=("banking", "cbr", "monthly"),
        ),
        Schedule(
            deployment="banking-daily",
            cron=("30 19 * * 1-5",),
            description="The Bank of Russia's exchange rates, set on every working day at about 18 hours, "
            "and key rate.",
            tags=("banking", "cbr", "daily"),
        ),
    ),
    discover=discover,
)
