"""Diversion as an event study: did a supplier's deliveries grow more after a tariff than they used to, against others?

Growth is in logs on a year earlier, less that of the market's imports from all suppliers but China and the one in
question. What is usual is measured in the two years before the event; what comes after is held against it.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from pathlib import Path

import polars as pl
import yaml

from transforms.indicators.declaration import Build, indicator, step
from transforms.indicators.engine import Part, align, each_vintage, emit, pick
from transforms.indicators.mirror import mirror_imports
from transforms.indicators.trade import KEYS, PARTNERLESS

BEFORE = 24
"""Months before an event in which usual growth is measured: two full years, so that each season counts twice."""
AFTER = 12
"""Months after which growth on a year earlier compares with months that are themselves after the event."""
LEAST = 3
"""Fewest months after an event of which a mean is taken: a quarter, over the hurry before and the lull after."""
BY = ("ref_area", "counterpart_area", "currency", "definition")
_REFERENCE = (
    "MacKinlay (1997), Event Studies in Economics and Finance, Journal of Economic Literature 35(1); Fajgelbaum, "
    "Goldberg, Kennedy, Khandelwal and Taglioni (2024), The US-China Trade War and Global Reallocations, American "
    "Economic Review: Insights 6(2)"
)
_CAVEAT = (
    "Totals of goods, so the mix of a supplier counts; prices and exchange rates are in it; a hurry before the event "
    "lowers it, and the two years before may hold an earlier event. The event and the measure of imports are the "
    "definition; events: tariff_events.yaml. "
)


@cache
def events() -> Mapping[str, date]:
    """Days of the events by name."""
    told = yaml.safe_load(Path(__file__).with_name("tariff_events.yaml").read_text("utf-8"))["events"]
    return {name: event["day"] for name, event in told.items()}


@step(mirror_imports)
def excess(build: Build) -> pl.DataFrame:
    """Growth of US imports from a supplier over those from others but China, 100 * log points, by month."""
    months = pick(mirror_imports(build), basis="month", ref_area="USA")
    suppliers = months.filter(~pl.col("counterpart_area").is_in(["WORLD", "EXTRA_EU", "CHN"]))
    parts: dict[str, Part] = {}
    for name, frame, on in (
        ("own", suppliers, None),
        ("world", pick(months, counterpart_area="WORLD"), PARTNERLESS),
        ("china", pick(months, counterpart_area="CHN"), PARTNERLESS),
    ):
        parts |= {name: Part(frame, on=on), f"{name}_then": Part(frame, lag=12, on=on)}
    rest = pl.col("world") - pl.col("china") - pl.col("own")
    rest_then = pl.col("world_then") - pl.col("china_then") - pl.col("own_then")
    growth = (pl.col("own") / pl.col("own_then")).log() - (rest / rest_then).log()
    dealt = pl.all_horizontal(pl.col("own") > 0, pl.col("own_then") > 0, rest > 0, rest_then > 0)
    table = align(KEYS, **parts).with_columns(
        value=pl.when(dealt).then(growth * 100), precision=pl.lit(None, pl.Float64)
    )
    return table.drop(list(parts))


def month_number(day: date) -> int:
    return day.year * 12 + day.month - 1


def study(panel: pl.DataFrame, event: date, judge: Callable[[list[float], list[float]], float | None]) -> pl.DataFrame:
    """`judge` of the months before and after the event, for each month after it; one supplier's panel."""
    known = {month_number(end): value for end, value in panel.select("period_end", "value").iter_rows()}
    start = month_number(event) + (event.day > 15)  # an event late in a month shows from the next one on
    before = [known[month] for month in range(start - BEFORE, start) if month in known]
    found: dict[int, float] = {}
    for last in range(start + LEAST - 1, start + AFTER):
        after = [known[month] for month in range(start, last + 1) if month in known]
        if len(before) == BEFORE and len(after) == last + 1 - start:
            value = judge(before, after)
            if value is not None:
                found[last] = value
    month = pl.col("period_end").dt.year() * 12 + pl.col("period_end").dt.month() - 1
    rows = panel.filter(month.is_in(list(found)))
    return rows.with_columns(value=month.replace_strict(found, default=None, return_dtype=pl.Float64))


def _studies(
    build: Build, name: str, unit: str, judge: Callable[[list[float], list[float]], float | None]
) -> pl.DataFrame:
    rows = excess(build)
    results = [emit(rows.clear(), name, unit)]
    for event, day in events().items():

        def of_suppliers(panel: pl.DataFrame, day: date = day) -> pl.DataFrame:
            return pl.concat([panel.clear(), *(study(own, day, judge) for own in panel.partition_by(KEYS))])

        table = each_vintage(rows, KEYS, of_suppliers)
        label = pl.concat_str(pl.lit(event), pl.col("definition"), separator="_")
        results.append(emit(table.with_columns(definition=label), name, unit))
    return pl.concat(results)


def usual(before: list[float], after: list[float]) -> float:
    """Mean after less mean before."""
    return statistics.fmean(after) - statistics.fmean(before)


def over_error(before: list[float], after: list[float]) -> float | None:
    """The same over its standard error, the spread taken from before."""
    spread = statistics.stdev(before)
    return usual(before, after) / (spread * math.sqrt(1 / len(after) + 1 / len(before))) if spread else None


@indicator(
    id="diversion_event",
    title="Growth of imports from a supplier after tariffs on China, over what was usual against other suppliers",
    unit="log_points",
    by=BY,
    inputs=(excess,),
    formula="mean since the event of g - mean of the 24 months before; g: 100 * (ln growth on a year earlier of "
    "imports from the supplier - the same of all others but China); third to twelfth month after",
    reference=_REFERENCE,
    caveat=_CAVEAT + "Read it with diversion_event_ratio.",
)
def abnormal_growth(build: Build) -> pl.DataFrame:
    return _studies(build, "diversion_event", "log_points", usual)


@indicator(
    id="diversion_event_ratio",
    title="The same over its standard error",
    unit="ratio",
    by=BY,
    inputs=(excess,),
    formula="diversion_event / (standard deviation of g before * sqrt(1 / months after + 1 / 24))",
    reference=_REFERENCE,
    caveat=_CAVEAT + "Beyond two the change is more than chance; months overlap, so take three.",
)
def abnormal_growth_ratio(build: Build) -> pl.DataFrame:
    return _studies(build, "diversion_event_ratio", "ratio", over_error)
