"""China's trade over time in the bulletin: exports, imports and the balance, and growth against forecasts."""

from __future__ import annotations

from datetime import date

from transforms.periods import month_end, shift_months
from warehouse.bulletin import charts, plot, svg, wording
from warehouse.bulletin.facts import Fact, Known, Row, money, stated
from warehouse.bulletin.model import Chart, Part, Section, Table
from warehouse.bulletin.trade import FLOWS, INDICATOR, MONTH

YEARS = 10
FORECAST_MONTHS = 36
FORECASTS = {"export": "exports_yoy", "import": "imports_yoy"}


def section(known: Known, period: date) -> Section:
    page = Section("trade", "China's trade")
    page.charts += [made for made in (levels(known, period), against_forecasts(known, period)) if made]
    return page


def levels(known: Known, period: date) -> Chart | None:
    """Months of exports and imports as lines and their balance as columns, USD; later prints as rings."""
    start = shift_months(period, -12 * YEARS)
    names = {"export": "Exports", "import": "Imports", "balance": "Balance"}
    rows = {flow: _months(known, flow, start, period) for flow in names}
    if any(sum(not row["later"] for row in rows[flow]) < 3 for flow in ("export", "import")):
        return None

    def billions(value: float) -> str:
        return wording.number(value / 1e9, 0) + " bn"

    shown = [charts.series(_scaled(rows[flow], later=False), names[flow], i, lambda v: f"{wording.number(v, 0)} bn")
             for i, flow in enumerate(("export", "import"))]  # fmt: skip
    rings = [_rings(names[flow], _scaled(rows[flow], later=True), i) for i, flow in enumerate(("export", "import"))]
    balance = charts.series(_scaled(rows["balance"], later=False), "Balance", 2, lambda v: f"{wording.number(v, 0)} bn")
    rings = [ring for ring in rings if ring.points]
    title = "Exports, imports and the balance by month, USD billion"
    months = sorted({r["period_end"] for found in rows.values() for r in found})
    cells: list[tuple[Part, ...]] = []
    for month in reversed(months):
        found = [next((r for r in rows[flow] if r["period_end"] == month), None) for flow in names]
        cells.append((wording.month(month), *(money(r, "USD") if r else "–" for r in found)))
    table = Table(title, ("Month", *names.values()), cells, "As published; a balance that nobody printed is computed.")
    last = [
        f"{names[f]} {billions(rows[f][-1]['value'])} in {wording.month(rows[f][-1]['period_end'])}"
        for f in names
        if rows[f]
    ]
    since = wording.month(months[0])
    alt = f"Lines of exports and imports, columns of the balance, from {since} on: {wording.listed(last)}."
    note = f"{charts.LATER} Gaps: months not published singly or not known." if rings else ""

    def draw(width: int) -> str:
        return svg.lines([*shown, *rings], "USD bn", width, 250, columns=balance)

    return charts.chart("ten-years", title, alt, draw, table, note)


def _rings(name: str, rows: list[Row], colour: int) -> plot.Series:
    points = [
        plot.Point(r["period_end"], r["value"], charts.tip(name, r, lambda v: f"{v:.0f} bn, later")) for r in rows
    ]
    return plot.Series("", points, "", colour, loose=True)


def _months(known: Known, flow: str, start: date, period: date) -> list[Row]:
    """One row a month: as public on the day, else as known later; a balance printed, by the press, or computed."""
    found: dict[date, Row] = {}
    choices = [MONTH | {"flow": flow, "measure": "value"}]
    if flow == "balance":
        choices.append(INDICATOR | {"measure": "trade_balance", "basis": "month", "counterpart_area": "WORLD"})
    for choice in choices:
        for row in known.rows(choice, later=flow != "balance").to_dicts():
            if start < row["period_end"] <= period and row["period_end"] not in found:
                found[row["period_end"]] = row
    return [found[end] for end in sorted(found)]


def _scaled(rows: list[Row], *, later: bool) -> list[Row]:
    return [row | {"value": row["value"] / 1e9} for row in rows if row["later"] == later]


def against_forecasts(known: Known, period: date) -> Chart | None:
    """Growth as first printed by the press calendar or customs, and what surveyors expected of it before."""
    start = shift_months(period, -FORECAST_MONTHS)
    panels, cells = [], []
    for i, (flow, indicator) in enumerate(FORECASTS.items()):
        prints, said = _prints(known, indicator, start)
        if len(prints) < 3 or not said:
            return None
        what = FLOWS[flow]
        tips = {end: f"{what}, {wording.month(end)}: {row['actual']} % first printed" for end, row in prints.items()}
        points = [plot.Point(end, row["actual"], tips[end]) for end, row in prints.items()]
        expected = [
            plot.Point(end, row["forecast"], f"{row['surveyor']}, {wording.month(end)}: {row['forecast']} % expected")
            for end, row in said
        ]
        name = f"{FLOWS[flow]}, first print"
        panels.append((plot.Series(name, points, f"{wording.signed(points[-1].value)} %", i, months=2),
                       plot.Series("Forecast", expected, "", 3, loose=True)))  # fmt: skip
        for end, row in said:
            if end in prints:
                cells.append(
                    (
                        wording.month(end),
                        FLOWS[flow],
                        row["surveyor"],
                        _stated(row, "forecast"),
                        _stated(prints[end], "actual"),
                    )
                )
    title = "Growth on a year earlier against what was expected, percent, USD"
    table = Table(title, ("Month", "Figure", "Surveyor", "Forecast", "First print"), list(reversed(cells)))
    ends = [f"{panel[0].name} {panel[0].last} in {wording.month(panel[0].points[-1].day)}" for panel in panels]
    alt = f"Two lines of growth as first printed with forecasts as rings; {wording.listed(ends)}."

    def draw(width: int) -> str:
        return svg.multiples(panels, "Rings: forecasts", width, 2 if width > plot.NARROW else 1, 160)

    return charts.chart(
        "against-forecasts", title, alt, draw, table, "First prints as the calendar of the surveyor shows them."
    )


def _prints(known: Known, indicator: str, start: date) -> tuple[dict[date, Row], list[tuple[date, Row]]]:
    """First prints by month, and forecasts with their month, of what was out on the day."""
    where = "indicator = $indicator AND currency = 'USD' AND release_date <= $day"
    rows = known.records("consensus_forecast", "period, surveyor", where, {"indicator": indicator, "day": known.as_of})
    dated = [(month_end(*map(int, row["period"].split("-"))), row) for row in rows]
    dated = [(end, row) for end, row in dated if end > start]
    prints = {end: row for end, row in dated if row["actual"] is not None}
    return prints, [(end, row) for end, row in dated if row["forecast"] is not None]


def _stated(row: Row, column: str) -> Fact:
    return stated(row, "consensus_forecast", wording.shortest(row[column]) + "\u00a0%", row[column], "percent")
