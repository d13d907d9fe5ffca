"""Price competitiveness in the bulletin: the real rate by vintage, prices as first printed, goods."""

from __future__ import annotations

from datetime import date

import polars as pl

from transforms.periods import shift_months
from warehouse.bulletin import charts, svg, wording
from warehouse.bulletin.facts import Fact, Known, Row, State, fact, percent, plain, stated
from warehouse.bulletin.model import Chart, Part, Section, Sentence, Table, by_month
from warehouse.bulletin.rerouting import EVENTS_NOTE, Events
from warehouse.bulletin.trade import period_label

GOODS = {"COMMODITY_STEEL": "Steel products", "COMMODITY_MOTOR_VEHICLES": "Motor vehicles",
         "COMMODITY_INTEGRATED_CIRCUITS": "Integrated circuits", "COMMODITY_RARE_EARTHS": "Rare earths",
         "COMMODITY_MOBILE_PHONES": "Mobile phones", "COMMODITY_SHIPS": "Ships", "COMMODITY_ALUMINIUM": "Aluminium",
         "COMMODITY_FERTILISERS": "Fertilisers"}  # fmt: skip
PRICES = {"ppi_yoy": "producer prices", "cpi_yoy": "consumer prices"}
OLDEST_MONTHS = 12
RATE = "The real effective exchange rate of the renminbi"


def section(known: Known, period: date, events: Events) -> Section:
    page = Section("competitiveness", "Prices and volumes", lead=1)
    page.sentences += real_rate(known, period) + exchange_rate(known, period) + prices(known)
    made = goods_chart(known, period), real_rate_chart(known, period, events)
    page.charts += [chart for chart in made if chart]
    table = goods(known)
    if table and not made[0]:
        page.tables.append(table)
    if not table:
        page.notes.append("Quantities and unit values of the main goods were not known for any month of the last year.")
    return page


def real_rate(known: Known, period: date) -> list[Sentence]:
    """When the real rate had its low and how far it stood above it, as known then or later."""
    age = known.row({"dataset": "indicator", "measure": "reer_months_since_low", "ref_area": "CHN"}, period, later=True)
    above = known.row({"dataset": "indicator", "measure": "reer_above_low", "ref_area": "CHN"}, period, later=True)
    if not age or not above:
        return []
    month = period_label(above)
    if age["value"] == 0:
        return [(f"{RATE} was in {month} ", fact(age, "not above"), " its lowest value of three years.")]
    low = wording.month(shift_months(age["period_end"], -int(age["value"])))
    sentence: list[Part] = [f"{RATE} stood in {month} ", fact(above, wording.percent(above["value"])),
                            " above its lowest value of three years, that of ",
                            fact(age, wording.count(int(age["value"]), "month")), f" before ({low})"]  # fmt: skip
    year = known.row(
        {"dataset": "indicator", "measure": "reer_change_12m", "ref_area": "CHN"}, above["period_end"], later=True
    )
    if year:
        words = wording.strength(year["value"], "higher than", "lower than", "away from")
        sentence += [" and ", fact(year, wording.percent(abs(year["value"]))), f" {words} a year earlier"]
    return [(*sentence, ".")]


def exchange_rate(known: Known, period: date) -> list[Sentence]:
    """The renminbi against the dollar on a year earlier; the rate is yuan for a dollar, so a fall is a dearer yuan."""
    choice = {"dataset": "indicator", "measure": "exchange_rate_change_12m", "product_code": "USD"}
    change = known.row(choice, period, later=True)
    level = known.row(
        {"dataset": "exchange_rate", "product_code": "USD", "unit": "CNY", "definition": "FED_MONTHLY_AVERAGE"},
        period,
        later=True,
    )
    if not change or not level:
        return []
    words = wording.strength(change["value"], "more than", "less than", "as much as")
    return [("A dollar cost ", plain(level, 2), f" yuan on average in {period_label(level)}, ",
             fact(change, wording.percent(abs(change["value"]))), f" {words} a year earlier.")]  # fmt: skip


def prices(known: Known) -> list[Sentence]:
    """Producer and consumer prices as the calendar first showed them."""
    sentences: list[Sentence] = []
    for indicator, words in PRICES.items():
        where = "indicator = $indicator AND actual IS NOT NULL AND release_date <= $day"
        parameters = {"indicator": indicator, "day": known.as_of}
        if prints := known.records("consensus_forecast", "release_date", where, parameters):
            last = prints[-1]
            month = wording.month(date.fromisoformat(f"{last['period']}-01"))
            text = wording.moved(last["actual"])
            printed = stated(last, "consensus_forecast", text, last["actual"], "percent")
            sentences.append((f"China's {words} ", printed,
                              f" on a year earlier in {month}, as first printed."))  # fmt: skip
    return sentences


def real_rate_chart(known: Known, period: date, events: Events) -> Chart | None:
    """Each vintage of the real rate is a line of its own: its whole history is estimated anew every time."""
    start = shift_months(period, -60)
    choice = {"dataset": "effective_exchange_rate", "product_code": "REER_BROAD", "ref_area": "CHN"}
    within = pl.col("period_end").is_between(start, period)
    points: list[Row] = []
    drawn: set[str] = set()
    states: tuple[State, ...] = ("values", "latest")
    for state in states:
        rows = known.of(state, choice).filter(within).sort("period_end").to_dicts()
        day = max((r["vintage_date"] for r in rows), default=None)
        if day is None or str(day) in drawn:
            continue
        drawn.add(str(day))
        later = day > known.as_of
        label = f"vintage of {day}" + (", not public then" if later else "")
        points += [{"month": r["period_end"], "index": r["value"], "vintage": label, "row": r | {"later": later}}
                   for r in rows]  # fmt: skip
    if len(points) < 3:
        return None
    title = "Real effective exchange rate of the renminbi (2020 = 100)"
    newest = [p for p in points if p["vintage"] == points[-1]["vintage"]]
    low, last = min(newest, key=lambda p: p["index"]), newest[-1]
    alt = (
        f"Line chart from {wording.month(points[0]['month'])} on, a line for each vintage. Newest vintage: lowest "
        f"{wording.number(low['index'], 1)} in {wording.month(low['month'])}, last "
        f"{wording.number(last['index'], 1)} in {wording.month(last['month'])}."
    )
    shown = [p | {"fact": plain(p["row"], 2)} for p in points if p["month"] >= shift_months(period, -24)]
    table = by_month(title, shown, "vintage", "The last two years; up is dearer for foreign buyers.")
    marked = charts.events_after(events, start)
    names = list(dict.fromkeys(p["vintage"] for p in points))
    drawn_lines = [
        charts.series([p["row"] for p in points if p["vintage"] == name], name.replace("vintage of ", ""), i,
                      lambda v: wording.number(v, 1)) for i, name in enumerate(names)
    ]  # fmt: skip

    def draw(width: int) -> str:
        return svg.lines(drawn_lines, "index", width, 190, marked)

    return charts.chart("real-rate", title, alt, draw, table, EVENTS_NOTE if marked else "")


def goods_chart(known: Known, period: date) -> Chart | None:
    """Quantity and unit value of the main goods, growth since January on a year earlier."""
    table = goods(known)
    if not table:
        return None
    shown: list[tuple[str, float, float, str, str]] = []
    for row in table.rows:
        volume, value = row[2], row[3]
        if (
            isinstance(volume, Fact)
            and isinstance(value, Fact)
            and volume.value is not None
            and value.value is not None
        ):
            shown.append((str(row[0]), volume.value, value.value, volume.text, value.text))
    if len(shown) < 2:
        return None
    alt = "Two marks a good: " + "; ".join(f"{name} quantity {a}, unit value {b}" for name, _, _, a, b in shown) + "."
    when = table.rows[0][1]
    title = f"Quantities and unit values of exports, {when}, growth on a year earlier"

    def draw(width: int) -> str:
        return svg.pairs(shown, ("Quantity", "Unit value (CNY)"), "percent", width)

    return charts.chart("goods", title, alt, draw, table, table.note)


def goods(known: Known) -> Table | None:
    """None where nothing of the last OLDEST_MONTHS was known."""
    table = Table(
        "Main goods: quantity and unit value since January, growth on a year earlier",
        ("Goods", "Period", "Quantity", "Unit value (CNY)"),
        [],
        "A unit value is a crude price: the mix of goods moves it.",
    )
    for good, label in GOODS.items():
        choice = {"dataset": "indicator", "product_code": good, "flow": "export", "basis": "ytd"}
        volume = known.row(choice | {"measure": "trade_volume_growth"})
        if volume and volume["period_end"] > shift_months(known.as_of, -OLDEST_MONTHS):
            price = known.row(choice | {"measure": "trade_unit_value_growth"}, volume["period_end"])
            value: Part = percent(price, sign=True) if price else "not known"
            table.rows.append((label, period_label(volume), percent(volume, sign=True), value))
    return table if table.rows else None
