"""Key rate of the Bank of Russia: the page /hd_base/KeyRate/, the SOAP answer KeyRate, its exports.

All print one rate a working day. Table: one row a day, oldest first; `key_rate` in percent a year, `change` true
where it differs from the day before. Observations are the changes alone: a rate holds until the next. The first day of
an extract is no change, unless the published series starts there.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import polars as pl

from transforms.banking import days as dates
from transforms.banking import html
from transforms.banking.doubts import Doubts
from transforms.banking.grids import Grid, grids, refuse_cut
from transforms.banking.labels import unmarked
from transforms.banking.workbook import text
from transforms.model import Payload, ReadError, Reading, Release, observations
from transforms.units import parse_number

PRODUCT, SOURCE, EXTENSION = "cbr.key_rate", "cbr", "html"
SERIES_START = date(2013, 9, 17)
"""The published series starts here, though the rate dates from 13 September 2013."""
TITLES = ("Ключевая ставка Банка России", "Bank of Russia Key Rate", "Bank of Russia key rate")
DAYS, RATES = ("Дата", "Date", "DT"), ("Ставка", "Rate", "Ключевая ставка", "Key rate")
FORMS = {"soap": ["yyyy-mm-ddT00:00:00"], "html": ["dd.mm.yyyy"]}
"""How a form prints its days."""
PLACES = Decimal("0.01")
STEP = Decimal("0.25")
"""Every rate since 2013 is a multiple of it; one that is not is taken for a misprint until it is known to be none."""
LONGEST_HOLIDAY = timedelta(days=14)
"""Working days are listed; the longest gap so far is the New Year's, ten or eleven days."""
HOLIDAYS = (*((1, day) for day in range(1, 9)), (2, 23), (3, 8), (5, 1), (5, 9), (6, 12), (11, 4))
"""Public holidays, by the Labour Code of Russia, article 112."""
SATURDAY = 5
_PRINTED = re.compile(r"\d+[.,]\d+")


def recognise(payload: Payload) -> bool:
    """Is there a table of days and rates, and nothing that says that it is of another rate?"""
    try:
        return _found(payload) is not None
    except ReadError:  # a broken page or answer, which `read` tells
        text = payload.content.decode("utf-8", "replace")
        return ("<KR" in text and "<Rate>" in text) or ("<table" in text.lower() and any(t in text for t in TITLES))


def _found(payload: Payload) -> tuple[Grid, int, int] | None:
    """The one table of the key rate, and its columns of days and rates."""
    made = []
    for grid in grids(payload):
        heads = [unmarked(text(cell)) for cell in grid.rows[0]] if grid.rows else []
        days, rates = ([i for i, head in enumerate(heads) if head in names] for names in (DAYS, RATES))
        named = grid.kind == "text" or (grid.kind == "soap" and grid.name == "KR") or (
            grid.kind == "html" and any(title in html.page_text(payload) for title in TITLES)
        ) or (grid.kind == "xlsx" and len(heads) == 2)  # fmt: skip
        if named and len(days) == len(rates) == 1 and len(heads) == 2:
            made.append((grid, days[0], rates[0]))
    return made[0] if len(made) == 1 else None


def read(payload: Payload) -> Reading:
    """Every day of the extract. Raises ReadError with the row."""
    if (found := _found(payload)) is None:
        heads = [[text(cell) for cell in grid.rows[0]] for grid in grids(payload) if grid.rows]
        raise ReadError("no_table", expected="one table Дата, Ставка", got=str(heads), where=payload.name)
    grid, first, second = found
    refuse_cut(grid, payload)
    days: dict[date, Decimal] = {}
    lost = Doubts[date]()
    places = {bool(_PRINTED.fullmatch(str(row[second]))) for row in grid.rows[1:] if len(row) == 2 and row[second]}
    for index, row in enumerate(grid.rows[1:], start=1):
        where = grid.where(index)
        said = [cell for cell in row if cell != ""]
        if not said or (len(said) == 1 and dates.day(said[0]) is None):
            continue  # a blank line, a note
        if len(row) != 2:
            raise ReadError("leftover_column", expected="a day and a rate", got=str(list(row)), where=where)
        day = dates.stated_day(row[first], where, *FORMS.get(grid.kind, ()))
        if day in days or day in lost.errors:
            raise ReadError("duplicate_row", expected="one rate a day", got=str(day), where=where)
        with lost.about(day):
            # All forms print 16.00 or 16.0, and 16 may be the rest of one, unless a program has saved all without.
            whole = grid.kind != "xlsx" and len(places) == 2 and not _PRINTED.fullmatch(str(row[second]))
            days[day] = _rate(row[second], where, whole=whole)
    aside = lost.within(len(days) + len(lost.errors))
    if not days:
        raise ReadError("empty", expected="at least one day", got="none", where=payload.name)
    for before, after in pairwise(sorted(days)):
        if after - before > LONGEST_HOLIDAY:
            raise ReadError("period_gap", expected=f"a day soon after {before}", got=str(after), where=payload.name,
                            hint="With days missing the day of a change is not certain.")  # fmt: skip
    _refuse_spikes(days, payload.name)
    for day, error in lost.errors.items():  # of a day between two rates nobody knows which it had
        beside = [max((d for d in days if d < day), default=None), min((d for d in days if d > day), default=None)]
        if len({days[other] for other in beside if other}) > 1:
            raise error
    _refuse_lost_days(days, payload.name)
    return replace(_reading(days), set_aside=aside)


def _refuse_spikes(days: dict[date, Decimal], where: str) -> None:
    """A rate has never held for one day: the closest two changes are those of 12 and 16 December 2014, two listed days
    apart. A changed digit makes two changes on successive days."""
    listed = sorted(days)
    for before, day, after in zip(listed, listed[1:], listed[2:], strict=False):
        if days[before] != days[day] != days[after]:
            raise ReadError("unlikely_rate", expected=f"the rate of {day} to hold for another day",
                            got=f"{days[before]}, {days[day]}, {days[after]}", where=f"{where} {day}",
                            hint="A digit may have changed. Download it again.")  # fmt: skip


def _refuse_lost_days(days: dict[date, Decimal], where: str) -> None:
    """A change after a working day that is not listed may be of that day."""
    for before, day in pairwise(sorted(days)):
        between = [before + timedelta(days=n) for n in range(1, (day - before).days)]
        lost = [gap for gap in between if gap.weekday() < SATURDAY and not _day_off(gap)]
        if days[before] != days[day] and lost:
            raise ReadError("period_gap", expected=f"{lost[0]} before the change of {day}", got=f"{before}, {day}",
                            where=where, hint="With days missing the day of a change is not certain.")  # fmt: skip


def _day_off(day: date) -> bool:
    """Near a public holiday: days off are moved, by up to three days so far (4 May 2015)."""
    years = (day.year - 1, day.year, day.year + 1)
    return min(abs(day - date(year, *holiday)) for year in years for holiday in HOLIDAYS) <= timedelta(days=3)


def _rate(cell: object, where: str, *, whole: bool) -> Decimal:
    """A rate as printed, with a decimal comma or point, or as Excel keeps it."""
    said = text(cell).removesuffix("%").strip() if isinstance(cell, str) else cell
    value = parse_number(said, where, decimal_comma=isinstance(said, str) and "," in said)
    if value is None or not Decimal("0.1") <= value <= 100 or value != value.quantize(PLACES):
        raise ReadError("not_a_number", expected="a rate in percent, two decimals", got=repr(cell), where=where)
    if whole:
        raise ReadError("not_a_number", expected="decimals, as in the other rows", got=repr(cell), where=where)
    if value % STEP:
        raise ReadError("unlikely_rate", expected=f"a multiple of {STEP}, as all rates since 2013", got=str(value),
                        where=where, hint="If the Bank of Russia did set it, STEP in key_rate.py is out of date."
                        )  # fmt: skip
    return value


def _reading(days: dict[date, Decimal]) -> Reading:
    table = pl.DataFrame(
        {"period_end": sorted(days), "key_rate": [float(days[day]) for day in sorted(days)]}
    ).with_columns(
        change=(pl.col("key_rate") != pl.col("key_rate").shift(1)).fill_null(pl.col("period_end") == SERIES_START),
        precision=pl.lit(float(PLACES / 2)),
    )
    frame = table.filter("change").select("period_end", "precision", value="key_rate")
    made = observations(frame, dataset="key_rate", ref_area="RUS", measure="key_rate", basis="rate", unit="percent",
                        freq="D", native_title="Ключевая ставка")  # fmt: skip
    first, last = min(days), max(days)
    notes = [] if first == SERIES_START else [f"{first} is the first day here, not a change of the rate"]
    return Reading(Release(PRODUCT, f"{last:%Y-%m-%d}", title="Key rate", language="ru"), table, made, notes=notes)
