"""Rerouting in the bulletin: the loss in one market, growth elsewhere, and the other end of the trade."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl

from transforms.areas import members, names
from transforms.periods import shift_months
from warehouse.bulletin import charts, wording
from warehouse.bulletin.facts import Known, Row, fact, percent, plain
from warehouse.bulletin.model import Chart, Part, Section, Sentence, Table
from warehouse.bulletin.trade import AMERICA, INDICATOR, MONTH, PARTNER, area_name, period_label

Events = Sequence[tuple[date, str]]
MARKETS = ("USA", "EU", "ASEAN", "AFRICA", "LATIN_AMERICA", "AUS", "JPN", "KOR", "IND", "GBR", "RUS")
SUPPLIERS = ("CHN", "VNM", "TWN", "THA", "MEX")
UNIONS = ("EU", "ASEAN")
YEARS_SHOWN = 2
GAINERS = 3
PACE = "trade_adjusted_growth_3m_annualised"
EVENTS_NOTE = "Dotted vertical lines: policy events, listed below."


def section(known: Known, period: date, events: Events) -> Section:
    page = Section("rerouting", "Rerouting: who takes what one market no longer buys")
    page.sentences += offset(known, period) + gainers(known, period) + mirror_gap(known, period) + diversion(known)
    page.charts += [chart for chart in (by_market(known, period), over_time(known, period, events)) if chart]
    page.tables.append(suppliers(known))
    return page


def offset(known: Known, period: date) -> list[Sentence]:
    """The loss in the United States and what all other markets made of it."""
    america = {"counterpart_area": "USA", "basis": "month"}
    ratio = known.row(INDICATOR | america | {"measure": "export_offset_ratio"}, period)
    elsewhere = known.row(INDICATOR | america | {"measure": "export_growth_elsewhere"}, period)
    now = known.row(AMERICA | {"measure": "value"}, period)
    then = known.row(AMERICA | {"measure": "value"}, shift_months(period, -12))
    sentences: list[Sentence] = []
    if ratio and now and then:
        lost = wording.money(then["value"] - now["value"], "USD", now["precision"])
        verdict = "more than offset" if ratio["value"] > 1 else "did not offset"
        sentences.append((
            f"In {wording.month(period)} exports to the United States were ", fact(now, lost),
            " below a year earlier. ", f"The change of exports to all other markets {verdict} this: it was ",
            fact(ratio, wording.times(ratio["value"])), " the loss.",
        ))  # fmt: skip
    if elsewhere:
        growth = fact(elsewhere, wording.moved(elsewhere["value"]))
        sentences.append(("Exports to all markets but the United States ", growth, " on a year earlier."))
    return sentences


def gainers(known: Known, period: date) -> list[Sentence]:
    """The largest contributions to the growth of exports, groups of UNIONS standing for their members."""
    choice = {"dataset": "indicator", "measure": "trade_partner_contribution", "flow": "export", "basis": "month"}
    inside = {code for union in UNIONS for code in members(union, period)}
    countries = names().filter(pl.col("kind") == "country")["code"].to_list()
    areas = [*UNIONS, *(code for code in countries if code not in inside)]
    rows = known.rows(choice | {"counterpart_area": areas}, later=True)
    rows = rows.filter((pl.col("period_end") == period) & (pl.col("value") > 0))
    if rows.is_empty():
        return []
    currency = rows.group_by("currency").len().sort("len", "currency", descending=True)["currency"][0]
    top = rows.filter(pl.col("currency") == currency).sort("value", descending=True).head(GAINERS).to_dicts()
    sentence: list[Part] = [f"Largest contributions to the growth of exports in {wording.month(period)} ({currency}): "]
    for i, row in enumerate(top):
        amount = fact(row, f"{wording.signed(row['value'])} points")
        sentence += [f"{', ' if i else ''}{area_name(row['counterpart_area'])} ", amount]
    return [(*sentence, ".")]


def mirror_gap(known: Known, period: date) -> list[Sentence]:
    """The last two full years and the months since January, as known then or later."""
    gap = {"dataset": "indicator", "measure": "mirror_gap", "basis": "ytd", "definition": "GENERAL_IMPORTS"}
    ends = dict.fromkeys([date(period.year - 2, 12, 31), date(period.year - 1, 12, 31), period])
    found = [row for end in ends if (row := known.row(gap, end, later=True))]
    sentence: list[Part] = [
        "The general imports from China that the United States count differed from the exports that China counts by "
    ]
    for i, row in enumerate(found):
        joint = "" if i == 0 else " and " if i == len(found) - 1 else ", "
        sentence += [joint, percent(row, sign=True), f" in {period_label(row)}"]
    return [(*sentence, ".")] if found else []


def diversion(known: Known) -> list[Sentence]:
    rows = known.rows({"dataset": "indicator", "measure": "export_diversion_index", "basis": "ytd"}, later=True)
    if rows.is_empty():
        return []
    row = rows.row(-1, named=True)
    connectors = row["definition"].replace("_", " ").lower().replace("asean", "ASEAN").replace("asian", "Asian")
    return [(f"Diversion of exports to {connectors}, {period_label(row)} ({row['currency']}): index ", plain(row, 0),
             "; 100 is the pace of all other markets but the United States.")]  # fmt: skip


def by_market(known: Known, period: date) -> Chart | None:
    select = {"currency": "USD", "basis": "month", "measure": "growth_yoy"}
    rows = [(area_name(code), row) for code in MARKETS
            if (row := known.row(PARTNER | select | {"counterpart_area": code}, period))]  # fmt: skip
    if world := known.row(MONTH | {"flow": "export", "measure": "growth_yoy"}, period):
        rows.append(("All markets", world))
    if len(rows) < 2:
        return None
    rows.sort(key=lambda item: item[1]["value"])
    title = f"Growth of China's exports by market, {wording.month(period)}"
    cells: list[tuple[Part, ...]] = [(name, percent(row, sign=True)) for name, row in rows]
    table = Table(f"{title}, on a year earlier, as published (USD)", ("Market", "Growth"), cells)
    low, high = (f"{name} ({wording.signed(row['value'])} percent)" for name, row in (rows[0], rows[-1]))
    alt = f"Bar chart of {wording.count(len(rows), 'market')}, from {low} to {high}."
    bars = [{"Market": name, "growth": row["value"]} for name, row in rows]
    return Chart("growth-by-market", title, alt, charts.bars(bars, "Market", "growth", "percent"), table)


def over_time(known: Known, period: date, events: Events) -> Chart | None:
    start = shift_months(period, -12 * YEARS_SHOWN + 1)
    points: list[Row] = []
    world = MONTH | {"flow": "export", "measure": "growth_yoy"}
    for to, choice in (("United States", AMERICA | {"measure": "growth_yoy"}), ("All markets", world)):
        rows = known.rows(choice).filter(pl.col("period_end") >= start)
        points += [{"month": r["period_end"], "growth": r["value"], "to": to, "row": r} for r in rows.to_dicts()]
    if len(points) < 4:
        return None
    title = "China's exports to the United States and in all, growth on a year earlier"
    cells: list[tuple[Part, ...]] = [(wording.month(p["month"]), p["to"], percent(p["row"], sign=True)) for p in points]
    table = Table(f"{title} (USD, as published)", ("Month", "To", "Growth"), cells)
    last = {p["to"]: f"{p['to']} {wording.signed(p['growth'])} percent in {wording.month(p['month'])}" for p in points}
    alt = f"Line chart; the last values are {wording.listed(list(last.values()))}."
    shown = [event for event in events if event[0] >= start]
    return Chart(
        "growth-over-time",
        title,
        alt,
        charts.lines(points, "month", "growth", "to", "percent", shown),
        table,
        EVENTS_NOTE if shown else "",
    )


def suppliers(known: Known) -> Table:
    """Imports of the United States by supplier, since January and their pace, as known then or later."""
    table = Table(
        "The other end: imports of the United States since January, growth on a year earlier",
        ("From", "Period", "Growth", "Newest pace, adjusted"),
        [],
        "Imports for consumption; general imports are another measure. Pace: three months on the three before, at an "
        "annual rate, seasonally adjusted here.",
    )
    for code in SUPPLIERS:
        same = {"dataset": "indicator", "counterpart_area": code, "definition": "IMPORTS_FOR_CONSUMPTION"}
        if row := known.row(same | {"measure": "mirror_import_growth", "basis": "ytd"}, later=True):
            pace = known.row(same | {"measure": PACE}, row["period_end"], later=True)
            cell: Part = percent(pace, sign=True) if pace else "–"
            table.rows.append((area_name(code), period_label(row), percent(row, sign=True), cell))
    return table
