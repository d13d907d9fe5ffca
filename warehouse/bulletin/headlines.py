"""Headline figures of China's trade: the number, how it changed, first crossings and records."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import polars as pl

from transforms.periods import shift_months
from warehouse.bulletin import plot, records, svg, wording
from warehouse.bulletin.facts import Known, Row, money, percent
from warehouse.bulletin.model import Card, Part, Sentence
from warehouse.bulletin.trade import AMERICA, FLOWS, INDICATOR, LEVEL_AND_GROWTH, MONTH, YTD

Choice = dict[str, str]
SINCE_JANUARY = INDICATOR | {"measure": "trade_balance", "basis": "ytd", "counterpart_area": "WORLD"}
SINGLE = SINCE_JANUARY | {"basis": "month"}
PRINTED_BALANCE = {"flow": "balance", "measure": "value"}
YEARS, SPARK_MONTHS = 8, 36
TWELVE_MONTHS = INDICATOR | {"measure": "trade_balance_12m"}


def cards(known: Known, period: date) -> list[Card]:
    return [*balances(known, period), *flows(known, period), *america(known, period)]


def balances(known: Known, period: date) -> list[Card]:
    """Balance since January, of twelve months and of the month, each with the one a year before and its marks."""
    month = wording.month(period)
    wanted = [
        (f"Trade balance, {wording.since_january(period)}", [YTD | PRINTED_BALANCE, SINCE_JANUARY], since_january),
        (f"Trade balance, twelve months to {month}", [TWELVE_MONTHS], twelve_months),
        (f"Trade balance, {month}", [MONTH | PRINTED_BALANCE, SINGLE], single_month),
    ]
    found: list[Card] = []
    for label, choices, marks in wanted:
        now, then = (first_of(known, choices, end) for end in (period, shift_months(period, -12)))
        if now is None:
            continue
        change: Sentence = (money(then, "USD"), " a year earlier") if then else ()
        joined = [part for mark in marks(known, period) if mark for part in ("; ", mark)][1:]
        card = Card(label, money(now, "USD"), change=change, mark=tuple(joined))
        found.append(card if found else with_spark(card, *balance_points(known, period, now["basis"])))
    return found


def balance_points(known: Known, period: date, basis: str) -> tuple[list[plot.Point], str]:
    """What the small drawing of the balance shows: the same months of earlier years, or the last months."""
    if basis == "ytd":
        sample = {
            end: v for end, v in records.since_january(known).items() if end.month == period.month and end <= period
        }
        years = sorted(sample)[-YEARS:]
        return _points(sample, years), "the same months of each year known"
    sample = records.twelve_months(known) if basis == "year" else records.months(known)
    shown = [end for end in sorted(sample) if shift_months(period, -SPARK_MONTHS) < end <= period]
    return _points(sample, shown), "months known of the last three years"


def _points(sample: dict[date, float], ends: list[date]) -> list[plot.Point]:
    return [plot.Point(end, sample[end], f"{wording.month(end)}: {wording.money(sample[end], 'USD')}") for end in ends]


def with_spark(card: Card, points: list[plot.Point], over: str) -> Card:
    """The card with a small drawing: columns of years, a line of months; none of a single figure, which is said."""
    if len(points) < 2:
        return replace(card, over="one figure known")
    yearly = all(point.day.month == points[0].day.month for point in points)
    return replace(card, spark=svg.spark(points, columns=yearly), over=over)


def months_of(known: Known, choice: dict[str, str], period: date) -> list[plot.Point]:
    """The last SPARK_MONTHS months of a series as points."""
    rows = known.rows(choice).filter(pl.col("period_end").is_between(shift_months(period, -SPARK_MONTHS), period))
    rows = rows.unique(["period_end"], keep="last", maintain_order=True)
    return [plot.Point(r["period_end"], r["value"], wording.month(r["period_end"])) for r in rows.to_dicts()]


def since_january(known: Known, period: date) -> list[Part | None]:
    above = records.first_above(known, period, "trade_balance_ytd_first_above_1trn", records.full_years(known, period))
    return [above, records.record(known, period, "trade_balance_ytd_record", "ytd", records.since_january(known), 12)]


def twelve_months(known: Known, period: date) -> list[Part | None]:
    sums = records.twelve_months(known)
    above = records.first_above(known, period, "trade_balance_12m_first_above_1trn", records.all_before(sums, period))
    return [above, records.record(known, period, "trade_balance_record", "year", sums)]


def single_month(known: Known, period: date) -> list[Part | None]:
    return [records.record(known, period, "trade_balance_record", "month", records.months(known))]


def first_of(known: Known, choices: list[Choice], period: date) -> Row | None:
    return next((row for choice in choices if (row := known.row(choice, period))), None)


def flows(known: Known, period: date) -> list[Card]:
    """Exports and imports as level with growth, or as growth alone where no level was known."""
    found = []
    for flow in ("export", "import"):
        basis = basis_of(known, flow, period)
        change = on_a_year(known, basis | {"flow": flow}, period)
        label = wording.since_january(period) if basis == YTD else wording.month(period)
        level = known.row(basis | {"flow": flow, "measure": "value"}, period)
        over = "months known of the last three years"
        points = months_of(known, MONTH | {"flow": flow, "measure": "value" if level else "growth_yoy"}, period)
        if level:
            card = Card(f"{FLOWS[flow]}, {label}", money(level), change=change)
            found.append(with_spark(card, points, over))
        elif change:
            growth = known.row(basis | {"flow": flow, "measure": "growth_yoy"}, period)
            assert growth, "the change is made of it"
            label = f"{FLOWS[flow]} on a year earlier, {label}"
            card = Card(label, percent(growth, sign=True), change=month_before(change))
            found.append(with_spark(card, points, over))
    return found


def basis_of(known: Known, flow: str, period: date) -> Choice:
    """The single month where it is known, else the months since January."""
    rows = known.rows({**MONTH, "flow": flow, "measure": LEVEL_AND_GROWTH})
    return MONTH if rows.filter(pl.col("period_end") == period).height else YTD


def on_a_year(known: Known, choice: Choice, period: date) -> Sentence:
    """+5.9 % on a year earlier (−1.1 % the month before)."""
    choice = choice | {"measure": "growth_yoy"}
    growth, before = known.row(choice, period), known.row(choice, shift_months(period, -1))
    if growth is None:
        return ()
    sentence: Sentence = (percent(growth, sign=True), " on a year earlier")
    if before is None or choice["basis"] == "ytd":
        return sentence
    return (*sentence, " (", percent(before, sign=True), " the month before)")


def month_before(change: Sentence) -> Sentence:
    """The month before out of "+5.9 % on a year earlier (−1.1 % the month before)", for a card of the growth itself."""
    return (change[3], " the month before") if len(change) > 3 else ()


def america(known: Known, period: date) -> list[Card]:
    """The newest month of the last year that is known."""
    level = known.row(AMERICA | {"measure": "value"})
    if level is None or level["period_end"] <= shift_months(period, -12):
        return []
    growth = known.row(AMERICA | {"measure": "growth_yoy"}, level["period_end"])
    change: Sentence = (percent(growth, sign=True), " on a year earlier") if growth else ()
    card = Card(f"Exports to the United States, {wording.month(level['period_end'])}", money(level), change=change)
    points = months_of(known, AMERICA | {"measure": "value"}, period)
    return [with_spark(card, points, "months known of the last three years")]
