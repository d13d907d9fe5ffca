"""Rerouting in the bulletin: the loss in one market, growth elsewhere, and the other end of the trade."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import polars as pl

from transforms.areas import members, names
from transforms.periods import shift_months
from warehouse.bulletin import charts, wording
from warehouse.bulletin.facts import Known, Row, fact, percent, plain
from warehouse.bulletin.model import Chart, Part, Section, Sentence, Table, by_month
from warehouse.bulletin.trade import AMERICA, INDICATOR, MONTH, PARTNER, area_name, period_label

Events = Sequence[tuple[date, str]]
MARKETS = ("USA", "EU", "ASEAN", "AFRICA", "LATIN_AMERICA", "AUS", "JPN", "KOR", "IND", "GBR", "RUS")
SUPPLIERS = ("CHN", "VNM", "TWN", "THA", "MEX")
UNIONS = ("EU", "ASEAN")
YEARS_SHOWN = 2
GAINERS = 3
PACE = "trade_adjusted_growth_3m_annualised"
EVENTS_NOTE = "Dotted, numbered lines: policy events, listed below."


def section(known: Known, period: date, events: Events) -> Section:
    page = Section("rerouting", "Rerouting: who takes what one market no longer buys")
    page.sentences += offset(known, period) + gainers(known, period) + mirror_gap(known, period) + diversion(known)
    page.charts += [chart for chart in (by_market(known, period), over_time(known, period, events)) if chart]
    page.tables.append(suppliers(known))
    return page


def offset(known: Known, period: date) -> list[Sentence]:
    """The loss in the United States and what all other markets made of it, in the newest month known of both."""
    same = INDICATOR | {"counterpart_area": "USA", "basis": "month"}
    elsewhere = known.rows(same | {"measure": "export_growth_elsewhere"})
    elsewhere = elsewhere.filter(pl.col("period_end") > shift_months(period, -12))
    if elsewhere.is_empty():
        return []
    other = elsewhere.row(-1, named=True)
    end = other["period_end"]
    ratio = known.row(same | {"measure": "export_offset_ratio"}, end)
    now = known.row(AMERICA | {"measure": "value"}, end)
    then = known.row(AMERICA | {"measure": "value"}, shift_months(end, -12))
    sentences: list[Sentence] = []
    if now and then:
        change = now["value"] - then["value"]
        text = wording.money(abs(change), "USD", now["precision"])
        amount = replace(fact(now, text), value=change)
        side = wording.strength(change, "above", "below", "away from")
        start = (f"In {wording.month(end)} exports to the United States were ", amount, f" {side} a year earlier")
        if ratio:
            verdict = "more than offset" if ratio["value"] > 1 else "did not offset"
            sentences.append((*start, f". The change of exports to all other markets {verdict} this: it was ",
                              fact(ratio, wording.times(ratio["value"])), " the loss."))  # fmt: skip
        else:
            sentences.append((*start, "; there was no loss to offset." if change > 0 else "."))
    growth = fact(other, wording.moved(other["value"]))
    everywhere = f"In {wording.month(end)} exports to all markets but the United States "
    sentences.append((everywhere, growth, " on a year earlier."))
    return sentences


def gainers(known: Known, period: date) -> list[Sentence]:
    """Contributions to the growth of exports, the largest where there are more; UNIONS stand for their members."""
    choice = {"dataset": "indicator", "measure": "trade_partner_contribution", "flow": "export", "basis": "month"}
    inside = {code for union in UNIONS for code in members(union, period)}
    countries = names().filter(pl.col("kind") == "country")["code"].to_list()
    areas = [*UNIONS, *(code for code in countries if code not in inside)]
    rows = known.rows(choice | {"counterpart_area": areas}, later=True).filter(pl.col("period_end") == period)
    if rows.is_empty():
        return []
    currency = rows.group_by("currency").len().sort("len", "currency", descending=True)["currency"][0]
    rows = rows.filter(pl.col("currency") == currency)
    top = rows.filter(pl.col("value") > 0).sort("value", descending=True).head(GAINERS).to_dicts()
    growing = rows.filter(pl.col("value") > 0).height
    partners = f"{wording.count(rows.height, 'market')} whose amounts are known"
    which = "the largest contributions" if growing > len(top) else "those that added"
    sentence: list[Part] = [f"Of the {partners}, {which} to the growth of exports in "
                            f"{wording.month(period)} ({currency}): "]  # fmt: skip
    for i, row in enumerate(top):
        amount = fact(row, f"{wording.signed(row['value'])} points")
        sentence += [f"{', ' if i else ''}{area_name(row['counterpart_area'])} (", amount, ")"]
    return [(*sentence, ".")] if top else []


def mirror_gap(known: Known, period: date) -> list[Sentence]:
    """The last two full years and the months since January, as known then or later."""
    gap = {"dataset": "indicator", "measure": "mirror_gap", "basis": "ytd", "definition": "GENERAL_IMPORTS"}
    ends = dict.fromkeys([date(period.year - 2, 12, 31), date(period.year - 1, 12, 31), period])
    found = [row for end in ends if (row := known.row(gap, end, later=True))]
    sentence: list[Part] = ["General imports from China, as the United States count them, were "]
    for i, row in enumerate(found):
        joint = "" if i == 0 else " and " if i == len(found) - 1 else ", "
        side = wording.strength(row["value"], "above", "below", "away from")
        words = f" {side} the exports that China counts to it" if i == 0 else f" {side}"
        sentence += [joint, fact(row, wording.percent(abs(row["value"]))), f"{words} in {period_label(row)}"]
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
    cells: list[tuple[Part, ...]] = [(name, percent(row, sign=True), _excess(known, row)) for name, row in rows]
    note = f"In {wording.month(period)}, USD. The last column: growth less that of all exports, both as published."
    columns = ("Market", "Growth", "Over all exports, points")
    table = Table(f"{title}, on a year earlier, as published (USD)", columns, cells, note)
    low, high = (f"{name} ({wording.signed(row['value'])} percent)" for name, row in (rows[0], rows[-1]))
    alt = f"Bar chart of {wording.count(len(rows), 'market')}, from {low} to {high}."
    bars = [{"Market": name, "growth": row["value"]} for name, row in rows]
    return Chart("growth-by-market", title, alt, charts.bars(bars, "Market", "growth", "percent"), table)


def _excess(known: Known, row: Row) -> Part:
    """Growth to a partner over that of all exports, both as published."""
    choice = INDICATOR | {"measure": "export_excess_growth_published", "basis": "month", "flow": "export"}
    excess = known.row(choice | {"counterpart_area": row["counterpart_area"]}, row["period_end"])
    return fact(excess, wording.signed(excess["value"])) if excess else "–"


def over_time(known: Known, period: date, events: Events) -> Chart | None:
    start = shift_months(period, -12 * YEARS_SHOWN + 1)
    points: list[Row] = []
    for to, code in (("United States", "USA"), ("All markets", "WORLD")):
        rows = comparable_growth(known, code)
        points += [{"month": r["period_end"], "growth": r["value"], "to": to, "fact": percent(r, sign=True)}
                   for r in rows if r["period_end"] >= start]  # fmt: skip
    if len(points) < 4:
        return None
    title = "China's exports to the United States and in all, growth on a year earlier"
    note = "As published; January and February together, at February, and computed where no growth of both is printed."
    table = by_month(f"{title} (USD)", points, "to", note)
    last = {p["to"]: f"{p['to']} {wording.signed(p['growth'])} percent in {wording.month(p['month'])}" for p in points}
    alt = f"Line chart; the last values are {wording.listed(list(last.values()))}."
    shown = [event for event in events if event[0] >= start]
    return Chart(
        "growth-over-time",
        title,
        alt,
        charts.lines(points, "month", "growth", "to", "percent", shown),
        table,
        f"January and February together, at February. {EVENTS_NOTE if shown else ''}".strip(),
    )


def comparable_growth(known: Known, partner: str) -> list[Row]:
    """Published growth of exports in USD: months from March on; both first months as one, computed if not printed."""
    dataset = "trade_total" if partner == "WORLD" else "trade_by_partner"
    same = {"counterpart_area": partner, "flow": "export", "product_code": "TOTAL", "currency": "USD"}
    published = known.rows({**same, "dataset": dataset, "measure": "growth_yoy", "basis": ["month", "ytd"]})
    computed = known.rows({**same, "dataset": "indicator", "measure": "trade_growth_holiday_free"})
    month = pl.col("period_end").dt.month()
    single = published.filter((pl.col("basis") == "month") & (month > 2))
    both = published.filter((pl.col("basis") == "ytd") & (month == 2))
    own = computed.filter(month == 2, ~pl.col("period_end").is_in(both["period_end"].to_list()))
    return pl.concat([single, both, own]).sort("period_end").to_dicts()


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
