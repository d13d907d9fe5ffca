"""How far every product reaches, what comes next, and why something is missing."""

from __future__ import annotations

from datetime import date
from typing import Any

import duckdb
import polars as pl

from flows import look
from flows.archive import Quarantine
from flows.settings import Settings
from transforms.products import all_products
from warehouse import calendar
from warehouse.content import Content

COLUMNS = {
    "product": pl.String(),
    "title": pl.String(),
    "last_period": pl.String(),
    "last_vintage": pl.Date(),
    "expected_period": pl.String(),
    "expected_date": pl.Date(),
    "origin": pl.String(),
    "state": pl.String(),
    "reason": pl.String(),
}
GRACE_DAYS = 3
"""A release is late, not just due, when it is out this long after its day: GACC's English pages lag by hours to
weeks, the Bank of Russia's workbooks by a few days."""


def table(settings: Settings, content: Content) -> pl.DataFrame:
    """Rows of table freshness at the time a candidate is built."""
    loaded = content.releases.filter(pl.col("state") == "loaded", pl.col("period").is_not_null())
    newest = loaded.group_by("product").agg(pl.col("period").max(), pl.col("vintage_date").max())
    reach = {product: (period, vintage) for product, period, vintage in newest.iter_rows()}
    return pl.DataFrame(_rows(settings, reach), schema=COLUMNS)


def current(settings: Settings) -> list[dict[str, Any]]:
    """The same rows as of now, from the publication and the last answers of the publishers."""
    reach: dict[str, tuple[str, date]] = {}
    if settings.warehouse.exists():
        query = """SELECT product, max(period), max(vintage_date) FROM ops.release
            WHERE state = 'loaded' AND period IS NOT NULL GROUP BY 1"""
        with duckdb.connect(str(settings.warehouse), read_only=True) as con:
            reach = {product: (period, vintage) for product, period, vintage in con.execute(query).fetchall()}
    return _rows(settings, reach)


def _rows(settings: Settings, reach: dict[str, tuple[str, date]]) -> list[dict[str, Any]]:
    today = settings.clock().date()
    answers = look.remembered(settings)
    refused: dict[str, dict[str, Any]] = {}
    for item in Quarantine(settings.quarantine).items():
        refused[item.get("product", "")] = item
    return [
        _row(name, product.SOURCE, reach.get(name), today, answers.get(product.SOURCE, {}), refused.get(name))
        for name, product in all_products().items()
    ]


def _row(
    name: str,
    source: str,
    reached: tuple[str, date] | None,
    today: date,
    answer: dict[str, Any],
    refusal: dict[str, Any] | None,
) -> dict[str, Any]:
    period, vintage = reached or (None, None)
    expected = calendar.next_expected(name, period, today)
    row = {
        "product": name,
        "title": expected.title,
        "last_period": period,
        "last_vintage": vintage,
        "expected_period": expected.period,
        "expected_date": expected.date,
        "origin": expected.origin,
    }
    return row | dict(zip(("state", "reason"), _state(expected, today, answer, refusal, period), strict=True))


def _state(
    expected: Any, today: date, answer: dict[str, Any], refusal: dict[str, Any] | None, period: str | None
) -> tuple[str, str]:
    """(state, reason): the strongest explanation that the evidence allows."""
    if expected.ended:
        return expected.ended, expected.note
    overdue = (today - expected.date).days if expected.date else None
    if overdue is None or overdue < 0:
        return "published", f"next expected {expected.date} ({expected.origin})" if expected.date else expected.note
    if refusal and refusal.get("period", "") > (period or ""):
        return "quarantined", f"{refusal.get('code')}: {refusal.get('got')}"
    if answer.get("state") in ("blocked", "unreachable", "suspended"):
        said, asked, since = answer["reason"].partition(" (")[0], answer["asked"][:10], answer["since"][:10]
        return answer["state"], f"{said}; asked {asked}, so since {since}"
    if overdue <= GRACE_DAYS:
        return "due", f"expected {expected.date} ({expected.origin})"
    asked = f"; asked {answer['asked'][:10]}" if answer else "; not asked yet"
    return "late", f"{overdue} days after {expected.date} ({expected.origin}){asked}"
