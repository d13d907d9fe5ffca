"""Key rate of the Bank of Russia: the page /hd_base/KeyRate/, the SOAP answer KeyRate, and the tab-separated export.

All three print one rate a working day. Table: one row a day, oldest first; `key_rate` in percent a year, `change` true
where it differs from the day before. Observations are the changes alone: a rate holds until the next. The first day of
an extract is no change, unless the published series starts there.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import polars as pl

from transforms.banking import html, xml
from transforms.model import Payload, ReadError, Reading, Release, observations
from transforms.units import parse_number

PRODUCT, SOURCE, EXTENSION = "cbr.key_rate", "cbr", "html"
SERIES_START = date(2013, 9, 17)
"""The published series starts here, though the rate dates from 13 September 2013."""
TITLES = ("Ключевая ставка Банка России", "Bank of Russia Key Rate", "Bank of Russia key rate")
HEADERS = (["Дата", "Ставка"], ["Date", "Rate"])
PLACES = Decimal("0.01")
STEP = Decimal("0.25")
"""Every rate since 2013 is a multiple of it; one that is not is taken for a misprint until it is known to be none."""
LONGEST_HOLIDAY = timedelta(days=14)
"""Working days are listed; the longest gap so far is the New Year's, ten or eleven days."""
HOLIDAYS = (*((1, day) for day in range(1, 9)), (2, 23), (3, 8), (5, 1), (5, 9), (6, 12), (11, 4))
"""Public holidays, by the Labour Code of Russia, article 112."""
SATURDAY = 5
_EXPORT = re.compile(r"\ufeff?(Дата|Date)\t(Ставка|Rate)\s*\n")
Row = tuple[str, str, str]  # printed date, printed rate, where


def recognise(payload: Payload) -> bool:
    """Is it the page, the SOAP answer or the export of the key rate?"""
    if b"<KR" in payload.content and b"<Rate>" in payload.content:
        return True
    text = _text(payload)
    return bool(_EXPORT.match(text)) or ("<table" in text.lower() and any(title in text for title in TITLES))


def read(payload: Payload) -> Reading:
    """Every day of the extract. Raises ReadError with the row."""
    if b"<KR" in payload.content:
        rows, comma = _soap(payload), False
    elif _EXPORT.match(_text(payload)):
        rows, comma = _export(payload), False
    else:
        rows, comma = _page(payload), True
    days: dict[date, Decimal] = {}
    for printed, rate, where in rows:
        day = xml.day(printed, where)
        value = parse_number(rate, where, decimal_comma=comma and "," in rate)
        whole = "." in rate or "," in rate  # all three forms print 16.00 or 16.0: 16 may be the rest of one
        if value is None or not whole or not Decimal("0.1") <= value <= 100 or value != value.quantize(PLACES):
            raise ReadError("not_a_number", expected="a rate in percent, two decimals", got=repr(rate), where=where)
        if day in days:
            raise ReadError("duplicate_row", expected="one rate a day", got=str(day), where=where)
        if value % STEP:
            raise ReadError("unlikely_rate", expected=f"a multiple of {STEP}, as all rates since 2013", got=rate,
                            where=where, hint="If the Bank of Russia did set it, STEP in key_rate.py is out of date."
                            )  # fmt: skip
        days[day] = value
    if not days:
        raise ReadError("empty", expected="at least one day", got="none", where=payload.name)
    for before, after in pairwise(sorted(days)):
        if after - before > LONGEST_HOLIDAY:
            raise ReadError("period_gap", expected=f"a day soon after {before}", got=str(after), where=payload.name,
                            hint="With days missing the day of a change is not certain.")  # fmt: skip
    _refuse_spikes(days, payload.name)
    _refuse_lost_days(days, payload.name)
    return _reading(days)


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


def _text(payload: Payload) -> str:
    try:
        return payload.content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return ""


def _page(payload: Payload) -> list[Row]:
    _, tables = html.open_tables(payload)
    found = [table for table in tables if table and table[0] in HEADERS]
    if len(found) != 1:
        heads = [table[0] for table in tables if table]
        raise ReadError("no_table", expected="one table Дата, Ставка", got=str(heads), where=payload.name)
    return [(row[0], row[1], f"{payload.name} row {i}") for i, row in enumerate(found[0][1:], start=2)]


def _export(payload: Payload) -> list[Row]:
    """Lines of date, tab and rate; the last one ends as the others do, or it may be cut within the rate."""
    if not _text(payload).endswith("\n"):
        raise ReadError("truncated", expected="a line end after the last line", got=repr(_text(payload)[-20:]),
                        where=payload.name)  # fmt: skip
    rows = []
    for number, line in enumerate(_text(payload).rstrip().splitlines()[1:], start=2):
        day, tab, rate = line.partition("\t")
        if not tab or "\t" in rate:
            raise ReadError("leftover_column", expected="date, tab, rate", got=repr(line),
                            where=f"{payload.name} line {number}")  # fmt: skip
        rows.append((day, rate.strip(), f"{payload.name} line {number}"))
    return rows


def _soap(payload: Payload) -> list[Row]:
    """KR elements in any order: DT an ISO timestamp, Rate with a decimal point."""
    root = xml.parse(payload.content, payload.name)
    rows = []
    for number, node in enumerate((n for n in root.iter() if n.tag.rpartition("}")[2] == "KR"), start=1):
        where = f"{payload.name} KR {number}"
        fields = {child.tag.rpartition("}")[2]: xml.text(child, where) for child in node}
        if set(fields) != {"DT", "Rate"}:
            raise ReadError("leftover_field", expected="DT and Rate", got=str(sorted(fields)), where=where)
        day = xml.day_of_time(fields["DT"], where)
        rows.append((f"{day:%d.%m.%Y}", fields["Rate"], where))
    return rows


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
