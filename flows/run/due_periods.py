"""Which due periods of a product the warehouse has values of, and why it has none of the others."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

import duckdb

from flows.run import extract, freshness
from flows.settings import Settings
from flows.sources import sources
from transforms.periods import period_end
from transforms.products import all_products
from warehouse import calendar
from warehouse.calendar import Expected

PERIODS_BACK = 12
"""Due periods that `periods` goes back for each product: a year of monthly releases."""


def periods(settings: Settings, product: str) -> list[dict[str, Any]]:
    """State of each of the last PERIODS_BACK due periods of a product, oldest first, and of the next one.

    A period is published when the warehouse has values of it from that product's tables. Raises KeyError.
    """
    today = settings.clock().date()
    past = calendar.so_far(product, today)[-PERIODS_BACK:]
    following = calendar.next_expected(product, past[-1].period if past else None, today)
    return _judged(settings, product, [*past, *([following] if following.period else [])])


def gaps(settings: Settings, since: str, until: str, asked: Collection[str] = ()) -> list[dict[str, Any]]:
    """Due periods from `since` to `until` (YYYY-MM) of which the warehouse has no value, with the state of each.

    Of all products, or of those that the sources `asked` publish. What was discontinued by then is no gap.
    """
    today, rows = settings.clock().date(), []
    wanted = {sources()[name].same_products_as or name for name in asked}
    for name, product in all_products().items():
        due = [e for e in calendar.so_far(name, today) if e.period and since <= e.period[:7] <= until]
        if due and (not wanted or product.SOURCE in wanted):
            rows += _judged(settings, name, due)
    return [row for row in rows if row["state"] not in ("published", "discontinued")]


def holes(settings: Settings) -> dict[str, list[str]]:
    """Due periods without a value between the first period that the warehouse has of a product and its last one.

    By product, of those that a source of ours fetches: what `portvault backfill` may fill.
    """
    if not settings.warehouse.exists():
        return {}
    query = """SELECT coalesce(r.continues, r.product), list(DISTINCT o.period_end)
        FROM vintage.observation AS o JOIN ops.release AS r USING (release_id) WHERE r.product IS NOT NULL GROUP BY 1"""
    with duckdb.connect(str(settings.warehouse), read_only=True) as con:
        held = dict(con.execute(query).fetchall())
    found = {}
    for name, product in all_products().items():
        if name not in held or freshness.by_hand(settings, product.SOURCE):
            continue
        known, first, last = set(held[name]), min(held[name]), max(held[name])
        due = [(period_end(e.period), e.period) for e in calendar.so_far(name, settings.clock().date())
               if e.period and not e.ended]  # fmt: skip
        if missed := [period for end, period in due if first < end < last and end not in known]:
            found[name] = missed
    return found


def _judged(settings: Settings, product: str, releases: Sequence[Expected]) -> list[dict[str, Any]]:
    """State of each release of a product: published when the warehouse has values of its period from its tables."""
    held: dict[date, date] = {}
    if settings.warehouse.exists():
        query = """SELECT o.period_end, min(o.vintage_date) FROM vintage.observation AS o
            JOIN ops.release AS r USING (release_id) WHERE coalesce(r.continues, r.product) = ? GROUP BY 1"""
        with duckdb.connect(str(settings.warehouse), read_only=True) as con:
            held = dict(con.execute(query, [product]).fetchall())
    today, source = settings.clock().date(), all_products()[product].SOURCE
    answer, refusals = extract.remembered(settings).get(source, {}), freshness.last_refusals(settings)
    rows: list[dict[str, Any]] = []
    for expected in releases:
        public = held.get(period_end(expected.period)) if expected.period else None
        if public:
            told: dict[str, Any] = {"state": "published", "reason": f"first public {public}", "days_late": None}
        else:
            told = freshness.state_of(expected, today, answer, refusals.get((product, expected.period or "")))
        rows.append({"product": product, "period": expected.period, "expected_date": expected.date,
                     "origin": expected.origin, **told, "answer": freshness.answered(answer)})  # fmt: skip
    return rows
