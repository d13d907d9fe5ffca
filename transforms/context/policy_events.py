"""Policy events as a user keeps them: a plain CSV. Rows go to policy_event.

Columns: date, title; optional date_precision, region, kind, source, and jurisdiction, affected (ISO 3166 alpha-3,
several with "; "), measure, products (HS codes with their leading zeros, several with "; "), until. Dates are
year-month-day.
"""

from __future__ import annotations

import re
from datetime import date

import polars as pl

from transforms.context import answers
from transforms.model import OBSERVATION, Payload, ReadError, Reading, Release, SetAside

PRODUCT, SOURCE, EXTENSION = "inbox.policy_events", "inbox", "csv"
SUITE = "events"
COLUMNS = (
    "date",
    "date_precision",
    "region",
    "title",
    "kind",
    "source",
    "jurisdiction",
    "affected",
    "measure",
    "products",
    "until",
    "seen_on",
)
NEEDED = {"date", "title", "kind"}
_HS = re.compile(r"\d{2}|\d{4}|\d{6}|\d{8}|\d{10}")


def recognise(payload: Payload) -> bool:
    header = set(answers.header(payload))
    return header >= NEEDED and header <= set(COLUMNS)


def read(payload: Payload) -> Reading:
    """Every event; one whose date or products are not clear is set aside. Raises ReadError `no_events`."""
    rows, aside = [], []
    for where, row in answers.rows(payload):
        try:
            rows.append(_row(row, where))
        except ReadError as error:
            aside.append(error.aside(row["title"], where))
    return reading_of(PRODUCT, rows, aside, payload, "Policy events")


def reading_of(
    product: str, rows: list[dict[str, str | None]], aside: list[SetAside], payload: Payload, title: str
) -> Reading:
    """A reading of rows of policy_event."""
    if not rows:
        raise ReadError(
            "no_events",
            expected="at least one event with a date and a title",
            got=f"{len(aside)} rows that are not clear",
            where=payload.name,
        )
    table = pl.DataFrame(rows, schema=dict.fromkeys(COLUMNS, pl.String))
    newest = max(row["seen_on"] or row["date"] or "" for row in rows)
    release = Release(product, newest, title=title, page_stamp=newest)
    return Reading(
        release, table, pl.DataFrame(schema=dict(OBSERVATION)), {"policy_event": table}, set_aside=tuple(aside)
    )


def _row(row: dict[str, str], where: str) -> dict[str, str | None]:
    made: dict[str, str | None] = {name: row.get(name, "").strip() or None for name in COLUMNS}
    if made["title"] is None or made["date"] is None:
        raise ReadError("empty_cell", expected="a date and a title", got=str(row), where=where)
    for name in ("date", "until", "seen_on"):
        if made[name] is not None:
            made[name] = _day(made[name] or "", where)
    for code in (made["products"] or "").split("; "):
        if code and not _HS.fullmatch(code):
            raise ReadError(
                "unknown_product",
                expected="HS codes of two to ten digits with their leading zeros",
                got=code,
                where=where,
            )
    return made


def _day(printed: str, where: str) -> str:
    try:
        return (
            date.fromisoformat(printed).isoformat()
            if re.fullmatch(r"\d{4}-\d{2}-\d{2}", printed)
            else _bad(printed, where)
        )
    except ValueError:
        return _bad(printed, where)


def _bad(printed: str, where: str) -> str:
    raise ReadError("bad_period", expected="a day such as 2026-07-12", got=repr(printed), where=where)
