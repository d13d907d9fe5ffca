"""How far every product reaches, what comes next, and why something is missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from typing import Any

import duckdb
import polars as pl

from flows.archive import Archive, Quarantine, Snapshot
from flows.archive.polls import Polls
from flows.run import extract
from flows.run.kept_states import kept
from flows.run.report_pages import sentence
from flows.settings import Settings
from flows.sources import sources
from flows.sources.revisits import times
from transforms.customs.online_query import CAP, POSSIBLY_CUT
from transforms.products import all_products
from warehouse import calendar
from warehouse.calendar import Expected
from warehouse.content import Content
from warehouse.moments import naive

COLUMNS = {
    "product": pl.String(),
    "title": pl.String(),
    "last_period": pl.String(),
    "last_vintage": pl.Date(),
    "expected_period": pl.String(),
    "expected_date": pl.Date(),
    "expected_at": pl.Datetime("us"),
    "origin": pl.String(),
    "state": pl.String(),
    "days_late": pl.Int32(),
    "reason": pl.String(),
    "answer": pl.String(),
}
GRACE_DAYS = 3
"""A release is late, not just due, when it is out this long after its day: GACC's English pages lag by hours to
weeks, the Bank of Russia's workbooks by a few days."""

Reach = dict[str, tuple[str, date | None]]
"""Last period loaded and the newest vintage, by product."""


def table(settings: Settings, content: Content, aside: Mapping[str, int] | None = None) -> pl.DataFrame:
    """Rows of table freshness at the time a candidate is built; `aside` counts the rows set aside by product."""
    loaded = content.releases.filter(pl.col("state").is_in(["loaded", "partial"]), pl.col("period").is_not_null())
    newest = loaded.group_by("product").agg(pl.col("period").max(), pl.col("vintage_date").max())
    reach = _shipped(content)
    for product, period, vintage in newest.iter_rows():
        reach[product] = max((period, vintage), reach.get(product, ("", None)), key=lambda known: known[0])
    capped = loaded.filter(pl.col("note").str.contains(POSSIBLY_CUT, literal=True))["product"]
    return pl.DataFrame(_rows(settings, reach, Counter(capped), aside or {}), schema=COLUMNS)


def current(settings: Settings) -> list[dict[str, Any]]:
    """The same rows as of now: how far the publication reaches, and the last answers of the publishers."""
    return kept(settings, "states", COLUMNS, lambda: _current(settings))


def _current(settings: Settings) -> list[dict[str, Any]]:
    if not settings.warehouse.exists():
        return _rows(settings, {}, {}, {})
    query = "SELECT product, last_period, last_vintage FROM freshness WHERE last_period IS NOT NULL"
    with duckdb.connect(str(settings.warehouse), read_only=True) as con:
        reach = {product: (period, vintage) for product, period, vintage in con.execute(query).fetchall()}
        return _rows(settings, reach, Counter(product for product, *_ in _cut(con)), _set_aside(con))


def set_aside(settings: Settings) -> dict[str, int]:
    """Rows set aside in the newest release of each product; none where the publication has no such table."""

    def counted() -> list[dict[str, Any]]:
        with duckdb.connect(str(settings.warehouse), read_only=True) as con:
            return [{"product": product, "rows": rows} for product, rows in _set_aside(con).items()]

    if not settings.warehouse.exists():
        return {}
    found = kept(settings, "set-aside", {"product": pl.String(), "rows": pl.Int64()}, counted)
    return {row["product"]: row["rows"] for row in found}


def _set_aside(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    query = """SELECT product, count(*) FROM ops.row_set_aside JOIN ops.release USING (release_id)
        WHERE period = (SELECT max(period) FROM ops.release AS r WHERE r.product = release.product) GROUP BY product"""
    with suppress(duckdb.CatalogException):
        return dict(con.execute(query).fetchall())
    return {}


def cut(settings: Settings) -> list[tuple[str, str, str]]:
    """Downloads that reached the cap of the online query, so that rows may be missing: product, release_id, note."""
    if not settings.warehouse.exists():
        return []
    with duckdb.connect(str(settings.warehouse), read_only=True) as con:
        return _cut(con)


def _cut(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str, str]]:
    query = """SELECT product, release_id, note FROM ops.release
        WHERE state <> 'quarantined' AND contains(note, ?) ORDER BY ALL"""
    return con.execute(query, [POSSIBLY_CUT]).fetchall()


def answers(settings: Settings) -> list[str]:
    """How each publisher answered when it was last asked, a line each."""
    return [f"{source}: {answered(answer)}" for source, answer in extract.remembered(settings).items()]


def revisits(settings: Settings) -> str:
    """Which old pages are asked again, and when, in a sentence; empty if none is."""
    by_source: dict[str, list[Snapshot]] = {}
    for snapshot in Archive(settings.archive).snapshots():
        by_source.setdefault(snapshot.source, []).append(snapshot)
    days = [
        at.date()
        for source, snapshots in by_source.items()
        for at, _ in times(snapshots, Polls(settings.root / "cache" / "polls", source), settings.clock())
    ]
    if not days:
        return ""
    return (
        f"{len(days)} old pages are asked again between {max(min(days), settings.clock().date())} and {max(days)}: "
        "their publishers revise them quietly."
    )


def _shipped(content: Content) -> Reach:
    """How far the whole tables of a product reach in the history that ships with Portvault."""
    if "continues" not in content.releases.columns:
        return {}
    held = content.releases.filter(pl.col("continues").is_not_null()).select("release_id", product="continues")
    values = content.vintages.join(held, on="release_id").group_by("product")
    newest = values.agg(pl.col("period_end").max(), pl.col("vintage_date").max(), pl.col("freq").first())
    return {
        product: (f"{end}" if freq == "D" else f"{end:%Y-%m}", vintage)
        for product, end, vintage, freq in newest.iter_rows()
    }


def _rows(settings: Settings, reach: Reach, cut: Mapping[str, int], aside: Mapping[str, int]) -> list[dict[str, Any]]:
    today = settings.clock().date()
    answers, refusals = extract.remembered(settings), last_refusals(settings)
    rows = []
    for name, product in all_products().items():
        period, vintage = reach.get(name, (None, None))
        expected = calendar.next_expected(name, period, today)
        answer = answers.get(product.SOURCE, {})
        more = missing(name, expected.period, today) - 1
        behind = "nothing loaded yet" if period is None else f"and {more} more since" if more > 0 else ""
        row = {
            "product": name,
            "title": expected.title,
            "last_period": period,
            "last_vintage": vintage,
            "expected_period": expected.period,
            "expected_date": expected.date,
            "expected_at": naive(expected.at) if expected.at else None,
            "origin": expected.origin,
            **state_of(expected, today, answer, _newer(refusals, name, period), behind),
            "answer": "comes by hand" if by_hand(settings, product.SOURCE) else answered(answer),
        }
        if row["state"] == "not due" and period:
            row["state"] = "published"
        if period is None and not answer and (calendar.group_of(name) or {}).get("once_asked"):
            asking = f"its source {product.SOURCE} was never asked"
            row |= {"state": "not due", "reason": asking, "days_late": None}
        if name in cut:
            row["reason"] = f"possibly cut at {CAP:,} rows: {cut[name]} loaded; {row['reason']}"
        if name in aside:
            row["reason"] = f"{aside[name]} rows of its last release are set aside (ops.row_set_aside); {row['reason']}"
        rows.append(row)
    return rows


def by_hand(settings: Settings, source: str) -> bool:
    """Does a source ask nobody, because people bring its files?"""
    declared = sources().get(source)
    return declared is None or not declared.wanted(settings)


def missing(product: str, first: str | None, today: date) -> int:
    """Due releases of a product from period `first` on; of a daily one only the newest counts."""
    return len(calendar.periods_due(product, today, first)) if first else 0


def last_refusals(settings: Settings) -> dict[tuple[str, str], dict[str, Any]]:
    """What is in quarantine, by product and period; a page that asks for a key is no release but a wall."""
    items = [item for item in Quarantine(settings.quarantine).items() if item.get("code") != "keyed"]
    names = [(item, str(item.get("product", "")).split(" or ")) for item in items]  # a title may mean one of two
    return {(name, item.get("period", "")): item for item, claimed in names for name in claimed}


def _newer(refusals: dict[tuple[str, str], dict[str, Any]], name: str, period: str | None) -> dict[str, Any] | None:
    """The newest refused release of a product beyond the last one loaded."""
    found = [(when, item) for (product, when), item in refusals.items() if product == name and when > (period or "")]
    return max(found, key=lambda pair: pair[0])[1] if found else None


def state_of(
    expected: Expected, today: date, answer: dict[str, Any], refusal: dict[str, Any] | None, behind: str = ""
) -> dict[str, str | int | None]:
    """state, reason, days_late of a release that is not there: the strongest explanation that the evidence allows."""
    overdue = (today - expected.date).days if expected.date else None
    late = overdue if overdue is not None and overdue > GRACE_DAYS else None
    clock = f" at {expected.at:%H:%M} {expected.at.tzinfo}" if expected.at else ""
    expectation = f"expected {expected.date}{clock} ({expected.origin})" + f", {behind}" * bool(behind)
    if expected.ended:
        return {"state": expected.ended, "reason": expected.note, "days_late": None}
    if refusal:
        state, reason = "quarantined", sentence(refusal)
    elif overdue is None or overdue < 0:
        state, reason = "not due", expectation if expected.date else expected.note
    elif answer.get("state") in ("blocked", "keyed", "unreachable"):
        state, reason = answer["state"], f"since {answer['since'][:10]}; {expectation}"
    elif late is None:
        state, reason = "due", expectation
    else:
        state, reason = "late", f"{overdue} days; {expectation}"
    return {"state": state, "reason": reason, "days_late": late}


def answered(answer: dict[str, Any]) -> str:
    """How the publisher answered last, in a line."""
    if not answer:
        return "not asked yet"
    reason = answer["reason"].partition(" (")[0]
    return f"asked {answer['asked'][:10]}: {answer['state']}" + (f", {reason}" if reason else "")
