"""The end of the bulletin: revisions, policy events, what is missing or old, and where every number comes from."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import polars as pl

from transforms.periods import shift_months
from warehouse.bulletin import wording
from warehouse.bulletin.facts import Fact, Known, Row, stated
from warehouse.bulletin.model import Section, Table

MOST = 15
OLD_MONTHS = 4
DATASETS = {
    "trade_total": "China's trade, total", "trade_by_partner": "China's trade by partner",
    "trade_by_commodity": "China's trade by commodity", "trade_by_regime": "China's trade by customs regime",
    "household_loans": "Russian household loans", "mortgage": "Russian mortgages",
    "loan_portfolio": "Loan book of Russian banks", "sme_loans": "Loans to small and medium firms",
    "household_lending_risk": "Household loans overdue over 90 days", "key_rate": "Key rate changes",
    "bank_rate": "Rates of Russian banks",
    "fx_rate": "Official exchange rates", "effective_exchange_rate": "Effective exchange rates",
    "mirror_trade": "Imports as the United States count them", "price_index": "Price indices",
}  # fmt: skip


def last_bulletin(known: Known, period: date) -> date:
    """The day the first figures of the month before came out: that was the bulletin before this one."""
    query = """SELECT min(vintage_date) FROM vintage.observation JOIN series USING (series_id)
               WHERE dataset = 'trade_total' AND basis = 'month' AND period_end = $end AND vintage_date < $day"""
    day = known.con.execute(query, {"end": shift_months(period, -1), "day": known.as_of}).fetchall()[0][0]
    return day if isinstance(day, date) else known.as_of - timedelta(days=31)


def revisions(known: Known, since: date) -> Section:
    section = Section("revisions", f"Revisions since {wording.day_of(since)}")
    order = "dataset <> 'trade_total', abs(change_percent) DESC, series_id, period_end"
    where = "vintage_date > $since AND vintage_date <= $day AND unit IN ('USD', 'CNY', 'RUB')"
    rows = known.records("revision", order, where, {"since": since, "day": known.as_of})
    if not rows:
        section.notes.append("No published amount was revised beyond rounding.")
        return section
    shown = f"Largest revisions of amounts, {min(len(rows), MOST)} of {len(rows)}; totals first"
    table = Table(shown, ("Series", "Period", "Was", "Is", "Change"), [])
    for row in rows[:MOST]:
        amounts = (row["previous_value"], row["value"])
        was, now = (wording.money(amount, row["unit"], abs(row["change"])) for amount in amounts)
        new = Fact(now, row["value"], row["unit"], str(row["period_end"]), row["series_id"], row["release_id"],
                   row["vintage_date"])  # fmt: skip
        change = "–" if row["change_percent"] is None else wording.signed(row["change_percent"], 2) + "\u00a0%"
        table.rows.append((row["title"], wording.month(row["period_end"]), was, new, change))
    section.tables.append(table)
    return section


def events(known: Known) -> list[Row]:
    """Policy events up to the day, oldest first."""
    return known.records("policy_event", "date, title", "date <= $day", {"day": known.as_of})


def event_section(rows: list[Row]) -> Section:
    section = Section("events", "Policy events on the time axes")
    if not rows:
        section.notes.append("No policy event was on record.")
        return section
    table = Table("Policy events", ("Day", "Where", "What", "How certain the day is"), [])
    for row in rows:
        what = stated(row, "policy_event", row["title"])
        table.rows.append((wording.day_of(row["date"]), row["region"] or "–", what, row["date_precision"] or "–"))
    section.tables.append(table)
    return section


def gaps(known: Known, facts: Iterable[Fact]) -> Section:
    """What this bulletin lacks: numbers that were not public then, inferred vintages, figures that end early."""
    section = Section("gaps", "Data gaps and stale sources")
    used = list(facts)
    later = len({(f.series, f.period) for f in used if f.later})
    if later:
        were = "was" if later == 1 else "were"
        section.notes.append(
            f"{wording.count(later, 'number').capitalize()} {were} not public on {wording.day_of(known.as_of)}, or "
            "only a later vintage is kept; each is marked with the day from which it is known."
        )
    inferred = len({(f.series, f.period) for f in used if f.vintage_kind == "inferred" and not f.later})
    if inferred:
        section.notes.append(
            f"{wording.count(inferred, 'number').capitalize()} marked † came out on a day that follows from a rule; "
            "nobody recorded the day."
        )
    section.tables.append(reach(known))
    fresh = known.records("freshness", "state, product", "state NOT IN ('published', 'not due', 'discontinued')")
    if fresh:
        columns = ("Product", "Last period", "Expected", "State", "Why")
        cells = [
            [r["title"] or r["product"], r["last_period"], r["expected_date"], r["state"], r["reason"]] for r in fresh
        ]
        rows = [tuple(str(cell or "–") for cell in row) for row in cells]
        section.tables.append(Table("Expected or blocked when the warehouse was published", columns, list(rows)))
    return section


def reach(known: Known) -> Table:
    """How far each kind of figures reached on the day."""
    frame = known.values.filter(pl.col("dataset").is_in(list(DATASETS)))
    ends = dict(frame.group_by("dataset").agg(pl.col("period_end").max()).iter_rows())
    title = f"How far the figures reached on {wording.day_of(known.as_of)}"
    table = Table(title, ("Figures", "Last period", "State"), [])
    for dataset, label in DATASETS.items():
        last = ends.get(dataset)
        if last is None:
            table.rows.append((label, "none", "not known on that day"))
            continue
        months = (known.as_of.year - last.year) * 12 + known.as_of.month - last.month
        state = f"old: ends {wording.count(months, 'month')} before" if months > OLD_MONTHS else "current"
        holds = "holds until the next change" if dataset == "key_rate" else state
        table.rows.append((label, wording.month(last), holds))
    return table


def sources(known: Known, facts: Iterable[Fact]) -> list[Row]:
    """The releases behind the facts (one entry an address where a release has many), in order of first use."""
    found = {r["release_id"]: r for r in known.records("ops.release", "release_id")}
    entries = []
    for release_id, address in dict.fromkeys(fact.source for fact in facts):
        release = found.get(release_id, {"release_id": release_id})
        entries.append(release | {"key": (release_id, address), "url": address or release.get("url")})
    return entries
