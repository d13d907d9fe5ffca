"""What surprised: first prints against each surveyor's forecast, and growth measured in several ways beside it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import polars as pl

from transforms.indicators.surprise import surveyor_code
from warehouse.bulletin import wording
from warehouse.bulletin.facts import Fact, Known, Row, fact, percent, plain, stated
from warehouse.bulletin.model import Part, Section, Table
from warehouse.bulletin.trade import FLOWS, INDICATOR, MONTH, WORLD, YTD

SUBJECTS = {"exports_yoy": "export", "imports_yoy": "import", "trade_balance": "balance"}


def surprises(known: Known, period: date) -> Section:
    """First prints against each surveyor's forecast, and against the size of earlier surprises."""
    section = Section("surprises", "First prints against forecasts", lead=0)
    columns = ("Figure", "Surveyor", "Forecast", "First print", "Difference", "Standard deviations")
    note = "The last column: the difference in standard deviations of the same surveyor's earlier ones."
    table = Table("First prints against forecasts, by surveyor", columns, [], note)
    where = {"period": f"{period:%Y-%m}"}
    forecasts = known.records(
        "consensus_forecast", "surveyor, forecast_seen_at NULLS FIRST", "period = $period AND currency = 'USD'", where
    )
    by_key = {(SUBJECTS.get(f["indicator"]), surveyor_code(f["surveyor"])): f for f in forecasts}
    rows = known.rows(INDICATOR | {"measure": "trade_surprise"}).filter(pl.col("period_end") == period)
    words: dict[str, list[Part]] = {}
    for row in rows.sort("flow", "definition").iter_rows(named=True):
        said = by_key.get((row["flow"], row["definition"]))
        if said is None:
            continue
        same = {"flow": row["flow"], "definition": row["definition"]}
        sigma = known.row(INDICATOR | same | {"measure": "trade_surprise_standardised"}, period)
        forecast, printed, gap = _as_printed(row, said)
        table.rows.append((FLOWS[row["flow"]], said["surveyor"], forecast, printed, gap,
                           plain(sigma, 1) if sigma else "too few"))  # fmt: skip
        if row["flow"] != "balance":
            start = [f"{FLOWS[row['flow']]} ", replace(printed, text=wording.moved(printed.value or 0.0)),
                     " on a year earlier: "] if row["flow"] not in words else ["; "]  # fmt: skip
            sentence = words.setdefault(row["flow"], [])
            sentence += [*start, fact(row, wording.against(row["value"])), " the ", forecast,
                         f" expected ({said['surveyor']})"]  # fmt: skip
    section.sentences += [(*sentence, ".") for sentence in words.values()]
    if table.rows:
        section.tables.append(table)
    missing = [FLOWS[flow].lower() for flow in FLOWS if flow not in set(rows["flow"])]
    if missing:
        section.notes.append(
            f"No forecast of {wording.listed(missing)} for this month was on record from before the figure."
        )
    return section


def _as_printed(row: Row, said: Row) -> tuple[Fact, Fact, Fact]:
    """Forecast, first print and their difference."""
    expected, actual = said["forecast"], said["forecast"] + row["value"]
    if row["flow"] == "balance":
        texts = [wording.money(value, "USD") for value in (expected, actual)]
        gap = ("+" if row["value"] > 0 else "") + wording.money(row["value"], "USD")
    else:
        texts = [wording.shortest(expected) + "\u00a0%", wording.percent(actual)]
        gap = wording.signed(row["value"]) + " points"
    forecast = stated(said, "consensus_forecast", texts[0], expected, said["unit"])
    return forecast, replace(fact(row, texts[1]), value=actual, unit=said["unit"]), fact(row, gap)


def growth(known: Known, period: date) -> Section:
    """Growth of exports and imports as published, computed, with January and February together, and adjusted."""
    section = Section("growth", "Growth, measured in several ways")
    year = "On a year earlier"
    wanted = [
        (f"{year}, month, as published", MONTH | {"measure": "growth_yoy"}),
        (f"{year}, month, computed from levels", WORLD | {"measure": "trade_growth_computed", "basis": "month"}),
        ("Published less computed, month, points",
         WORLD | {"measure": "trade_growth_published_minus_computed", "basis": "month"}),
        (f"{year}, since January, as published", YTD | {"measure": "growth_yoy"}),
        ("On the month before, seasonally adjusted here", WORLD | {"measure": "trade_adjusted_growth_mom"}),
        ("Three months on the three before, annual rate, seasonally adjusted here",
         WORLD | {"measure": "trade_adjusted_growth_3m_annualised"}),
    ]  # fmt: skip
    if period.month == 2:
        wanted.insert(3, (f"{year}, January and February together", WORLD | {"measure": "trade_growth_holiday_free"}))
    title = f"Growth of China's trade, {wording.month(period)}, percent, USD"
    table = Table(title, ("Growth", "Exports", "Imports"), [])
    for label, choice in wanted:
        found = [known.row(choice | {"flow": flow}, period, later=True) for flow in ("export", "import")]
        if any(found):
            table.rows.append((label, *(_growth(row, label) for row in found)))
    if period.month <= 2:
        section.notes.append(
            "Single Januaries and Februaries move with the lunar new year: only both together are alike."
        )
    section.tables.append(table)
    return section


def _growth(row: Row | None, label: str) -> Part:
    if row is None:
        return "–"
    return fact(row, wording.signed(row["value"], 2)) if "points" in label else percent(row, sign=True)
