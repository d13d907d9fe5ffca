"""When a release is to be expected, and on which day a past one became public.

gacc.yaml, cbr.yaml and context.yaml describe groups of products with one timing, gacc.csv holds known days. Everything
here is a pure function of those files: nothing is asked of a publisher, no holiday is guessed.

Periods are named by their last month (2026-03; a quarter by its third month), days for daily products.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from fnmatch import fnmatch
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from transforms import yaml_file
from transforms.periods import period_end
from warehouse.calendar.rules import by_rule, first_periods, following, month_day, with_february

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Expected:
    """What is known about one release of a product."""

    product: str
    title: str
    period: str | None
    date: date | None  # None: no day can be said
    origin: str  # scheduled (official calendar), observed, rule; "" without a day
    note: str
    ended: str = ""  # suspended or discontinued: not to be waited for

    @property
    def at(self) -> datetime | None:
        """The moment, in the zone of the publisher; None where only the day is known."""
        group = group_of(self.product)
        if self.date is None or group is None or "at" not in group:
            return None
        return datetime.combine(self.date, time.fromisoformat(group["at"]), ZoneInfo(group["zone"]))


@cache
def _groups() -> Mapping[str, Mapping[str, Any]]:
    books = (yaml_file.load(path) for path in sorted(FOLDER.glob("*.yaml")))
    return {name: {"name": name} | group for book in books for name, group in book.items()}


@cache
def _days() -> Mapping[tuple[str, str], Mapping[str, str]]:
    with (FOLDER / "gacc.csv").open(encoding="utf-8") as lines:
        return {(row["group"], row["period"]): row for row in csv.DictReader(lines)}


def group_of(product: str) -> Mapping[str, Any] | None:
    """The group a product (or the group's own name) belongs to; None if no timing is known for it."""
    name = _group_name(product)
    return _groups()[name] if name else None


@cache
def _group_name(product: str) -> str | None:
    """The group with the longest pattern that a product matches; asked for every period of every product."""
    groups = _groups()
    if product in groups:
        return product
    found = [group for group in groups.values() if any(fnmatch(product, pattern) for pattern in group["products"])]
    best = max(found, key=lambda group: max(len(p) for p in group["products"] if fnmatch(product, p)), default=None)
    return best["name"] if best else None


def expected(product: str, period: str) -> Expected:
    """When the release of `period` is (or was) to be expected, and how that is known."""
    group = group_of(product)
    if group is None:
        return Expected(product, product, period, None, "", "no timing is known for this product")
    title = group["title"]
    if not re.fullmatch(r"\d{4}(-\d\d){0,2}", period):
        return Expected(product, title, period, None, "", "not the name of a period")
    if with_february(group, period):
        return replace(expected(product, f"{period[:4]}-02"), period=period)
    if (end := group.get("ended")) and period > str(end["last"]):
        return Expected(product, title, period, None, "", end["note"], end["state"])
    for pause in group.get("suspended", ()):
        if str(pause["from"]) <= period <= str(pause["to"]):
            return Expected(product, title, period, None, "", pause["note"], "suspended")
    known = _days().get((group["name"], period), {})
    for origin in ("observed", "scheduled"):
        if day := known.get(origin):
            return Expected(product, title, period, date.fromisoformat(day), origin, known["note"])
    if "rule" not in group:
        return Expected(product, title, period, None, "", group.get("note", ""))
    return Expected(
        product, title, period, by_rule(group["rule"], group["freq"], period), "rule", group["rule"]["note"]
    )


def release_date(product: str, period: str) -> date | None:
    """The day by which `period` was public for certain; None where only a rule or nothing speaks for a day.

    A file found late may be dated so without claiming that anybody knew its figures too early.
    """
    group = group_of(product)
    known = expected(product, period)
    if group is None or known.ended or group.get("overwritten"):
        return None
    if known.origin in ("observed", "scheduled"):
        return known.date
    if group["freq"] == "D":
        return known.date
    sure = (bound for bound in group.get("sure", ()) if period <= str(bound["to"]))
    return next((month_day(period, bound["day"], january_in_march=True) for bound in sure), None)


def periods_due(product: str, today: date, since: str = "") -> list[str]:
    """Periods from `since` on whose day has come by `today`, oldest first. Daily products: only the last; irregular
    ones: none."""
    return [release.period for release in so_far(product, today, since) if release.period and not release.ended]


def so_far(product: str, today: date, since: str = "") -> list[Expected]:
    """Releases whose day has come by `today`, and those that were suspended or discontinued; else as periods_due."""
    return list(_past(product, today, since))


@lru_cache(1024)  # each run asks several times for each product
def _past(product: str, today: date, since: str) -> tuple[Expected, ...]:
    releases = (expected(product, period) for period in _periods(product, today) if period >= since)
    return tuple(release for release in releases if release.ended or _has_come(release, today))


def _periods(product: str, today: date) -> list[str]:
    """All periods of a product until today: up to thirty years of them, of which most questions want the last."""
    group = group_of(product)
    return [] if group is None or group["freq"] == "irregular" else list(first_periods(group, today))


def _has_come(release: Expected, today: date) -> bool:
    return release.date is not None and release.date <= today


def next_expected(product: str, last_period: str | None, today: date) -> Expected:
    """The release to wait for: the one after `last_period`, or the newest due one if nothing is loaded yet."""
    group = group_of(product)
    if group is None or group["freq"] == "irregular":
        note = "no timing is known for this product" if group is None else _coming(group, today)
        return Expected(product, group["title"] if group else product, None, None, "", note)
    if end := group.get("ended"):
        return Expected(product, group["title"], None, None, "", end["note"], end["state"])
    if last_period is None:
        releases = (expected(product, period) for period in reversed(_periods(product, today)))
        newest = next((release for release in releases if not release.ended and _has_come(release, today)), None)
        if newest:
            return newest
    found = expected(product, str(group["from"]) if last_period is None else following(group, last_period))
    while found.ended and found.period and period_end(following(group, found.period)) < today:
        found = expected(product, following(group, found.period))
    return found


def _coming(group: Mapping[str, Any], today: date) -> str:
    """The note of a product without a rhythm of its own, after the next day of each kind that it `awaits`."""
    days = []
    for kind in group.get("awaits", ()):
        found = expected(kind, str(_groups()[kind]["from"]))
        while found.period and found.date and found.date < today:
            found = expected(kind, following(_groups()[kind], found.period))
        days.append((found.date, found.title))
    return "; ".join([*(f"{title} about {day}" for day, title in sorted(days)), group["note"]])
