"""Rerouting in the bulletin: the loss in one market, growth elsewhere, and the other end of the trade."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import polars as pl

from transforms.areas import members, names
from transforms.periods import shift_months
from warehouse.bulletin import charts, svg, wording
from warehouse.bulletin.facts import Known, Row, fact, money, percent, plain
from warehouse.bulletin.model import Chart, Part, Section, Sentence, Table, by_month
from warehouse.bulletin.trade import AMERICA, INDICATOR, MONTH, PARTNER, area_name, period_label

Events = Sequence[tuple[date, str]]
MARKETS = ("USA", "EU", "ASEAN", "AFRICA", "LATIN_AMERICA", "AUS", "JPN", "KOR", "IND", "GBR", "RUS")
SUPPLIERS = ("CHN", "VNM", "TWN", "THA", "MEX")
MARKETS_OVER_TIME = (("United States", "USA"), ("All markets", "WORLD"))
UNIONS = ("EU", "ASEAN")
YEARS_SHOWN = 2
GAINERS = 3
PACE = "trade_adjusted_growth_3m_annualised"
EVENTS_NOTE = "Dotted, numbered lines: policy events, listed below."


def section(known: Known, period: date, events: Events) -> Section:
    page = Section("rerouting", "Rerouting: who takes what one market no longer buys", lead=1)
    page.sentences += offset(known, period) + gainers(known, period) + mirror_gap(known, period) + diversion(known)
    made = (flows(known, period), by_market(known, period), over_time(known, period, events))
    page.charts += [chart for chart in made if chart]
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


def flows(known: Known, period: date) -> Chart | None:
    """Where the change of exports on a year earlier went: a waterfall from last year's to this year's, in dollars.

    Markets whose amounts are known in both years stand apart (a union for its members), all others together.
    """
    amounts = known.rows(PARTNER | {"currency": "USD", "basis": "month", "measure": "value"}, later=True)
    world = known.rows(MONTH | {"flow": "export", "measure": "value"}, later=True)
    known_both = [end for end in (known_in(amounts, "USA") & known_in(world, "WORLD")) if end <= period]
    ends = sorted(end for end in known_both if shift_months(end, -12) in known_both)
    if not ends or ends[-1] < shift_months(period, -12):
        return None
    end, before = ends[-1], shift_months(ends[-1], -12)
    inside = {code for union in UNIONS for code in members(union, end)}
    pool = [code for code in MARKETS if code in ("USA", *UNIONS) or code not in inside]
    changes: list[tuple[str, Row, Row]] = []
    for code in pool:
        now, then = (_amount(amounts, code, day) for day in (end, before))
        if now and then and code not in ("AFRICA", "LATIN_AMERICA"):
            changes.append((area_name(code), then, now))
    first, last = _amount(world, "WORLD", before), _amount(world, "WORLD", end)
    assert first and last, "the month was chosen for them"
    others = last["value"] - first["value"] - sum(now["value"] - then["value"] for _, then, now in changes)
    title = f"Where exports went: from {wording.month(before)} to {wording.month(end)}, USD billion"
    bars = [svg.Bar(wording.month(before), first["value"] / 1e9, f"{first['value'] / 1e9:,.1f}", 3, whole=True)]
    running = first["value"] / 1e9
    cells: list[tuple[Part, ...]] = []
    for name, then, now in changes:
        change = (now["value"] - then["value"]) / 1e9
        bars.append(svg.Bar(name, change, wording.signed(change), 0 if change >= 0 else 1, running))
        running += change
        cells.append((name, money(then, "USD"), money(now, "USD"), wording.signed(change)))
    bars.append(
        svg.Bar("All other markets", others / 1e9, wording.signed(others / 1e9), 0 if others >= 0 else 1, running)
    )
    bars.append(svg.Bar(wording.month(end), last["value"] / 1e9, f"{last['value'] / 1e9:,.1f}", 3, whole=True))
    whole = wording.signed((last["value"] - first["value"]) / 1e9)
    cells += [("All other markets", "–", "–", wording.signed(others / 1e9)),
              ("All markets", money(first, "USD"), money(last, "USD"), whole)]  # fmt: skip
    note = (
        "All other markets: the change of all exports less that of the markets above. The axis does not begin at zero."
    )
    table = Table(title, ("Market", wording.month(before), wording.month(end), "Change, USD billion"), cells, note)
    told = [f"{bar.name} {bar.text}" for bar in bars[1:-1]]
    alt = f"Waterfall from {bars[0].text} to {bars[-1].text}: {wording.listed(told)}."
    return charts.chart("flows", title, alt, lambda width: svg.bars(bars, "USD billion", width), table, note)


def known_in(rows: pl.DataFrame, code: str) -> set[date]:
    return set(rows.filter(pl.col("counterpart_area") == code)["period_end"])


def _amount(rows: pl.DataFrame, code: str, end: date) -> Row | None:
    """What was public on the day goes before what was not."""
    found = rows.filter(pl.col("counterpart_area") == code, pl.col("period_end") == end).sort("later")
    return found.row(0, named=True) if found.height else None


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
    bars = [
        svg.Bar(name, row["value"], f"{wording.signed(row['value'])} %", 0 if row["value"] >= 0 else 1)
        for name, row in reversed(rows)
    ]
    return charts.chart("growth-by-market", title, alt, lambda width: svg.bars(bars, "percent", width), table)


def _excess(known: Known, row: Row) -> Part:
    """Growth to a partner over that of all exports, both as published."""
    choice = INDICATOR | {"measure": "export_excess_growth_published", "basis": "month", "flow": "export"}
    excess = known.row(choice | {"counterpart_area": row["counterpart_area"]}, row["period_end"])
    return fact(excess, wording.signed(excess["value"])) if excess else "–"


def over_time(known: Known, period: date, events: Events) -> Chart | None:
    start = shift_months(period, -12 * YEARS_SHOWN + 1)
    points: list[Row] = []
    for to, code in MARKETS_OVER_TIME:
        points += [{"month": r["period_end"], "growth": r["value"], "to": to, "fact": percent(r, sign=True)}
                   for r in comparable_after(known, code, start)]  # fmt: skip
    if len(points) < 4:
        return None
    title = "China's exports to the United States and in all, growth on a year earlier"
    note = "As published; January and February together, at February, and computed where no growth of both is printed."
    table = by_month(f"{title} (USD)", points, "to", note)
    last = {p["to"]: f"{p['to']} {wording.signed(p['growth'])} percent in {wording.month(p['month'])}" for p in points}
    alt = f"Line chart; the last values are {wording.listed(list(last.values()))}."
    marked = charts.events_after(events, start)
    shown = [charts.series(comparable_after(known, code, start), to, i, lambda v: f"{wording.signed(v)} %", months=2)
             for i, (to, code) in enumerate(MARKETS_OVER_TIME)]  # fmt: skip
    shown = [line for line in shown if line.points]
    note = f"January and February together, at February. {EVENTS_NOTE if marked else ''}".strip()

    def draw(width: int) -> str:
        return svg.lines(shown, "%", width, 200, marked, zero=True)

    return charts.chart("growth-over-time", title, alt, draw, table, note)


def comparable_after(known: Known, partner: str, start: date) -> list[Row]:
    return [row for row in comparable_growth(known, partner) if row["period_end"] >= start]


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
