"""fredgraph.csv and alfredgraph.csv: one column a series, or one a series and vintage.

The header is `observation_date,ID` (`DATE,ID` before December 2024); ALFRED adds the vintage, `ID_20240415`. A
missing value is an empty cell, or a point in older answers. The vintage in the header is the day of the value; a
request for a day in the future is answered with the newest one, so a header without the day asked for is refused.
Source: FRED and ALFRED, Federal Reserve Bank of St. Louis.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

from transforms.context import answers, fred
from transforms.context.points import Points, reading_of
from transforms.model import Payload, ReadError, Reading

PRODUCT, SOURCE, EXTENSION = "alfred.fred_graph", "alfred", "csv"
OPTIONS = {"vintage": "the vintage that the file was asked for, several with commas: 2026-05-28"}
FIRST = ("observation_date", "DATE")
_VINTAGE = re.compile(r"(.+)_(\d{4})(\d{2})(\d{2})")


def recognise(payload: Payload) -> bool:
    """Does the header name a date and ids in capitals?"""
    names = answers.header(payload)
    return len(names) > 1 and names[0] in FIRST and all(re.fullmatch(r"[A-Z][A-Z0-9_]*", name) for name in names[1:])


def read(payload: Payload) -> Reading:
    """Every value of the answer. Raises ReadError `wrong_vintage`, `ragged_row`, `bad_period`."""
    names = answers.header(payload)
    columns = {name: _column(name, payload) for name in names[1:]}
    _refuse_other_vintages(payload, {day for _, day in columns.values() if day})
    cells: dict[str, list[tuple[date, Decimal, str]]] = {name: [] for name in columns}
    last, points = None, Points()
    for where, row in answers.rows(payload, points=points):
        day, _ = answers.period(row[names[0]], where)
        if last and day <= last:
            raise ReadError("bad_period", expected=f"a day after {last}", got=str(day), where=where)
        last = day
        for name in columns:
            value = answers.clear_number(row[name], f"{name} {day}", where, points)
            if value is not None:
                cells[name].append((day, value, where))
    for name, (identity, vintage) in columns.items():
        fred.add_series(points, identity, cells[name], payload, vintage)
    return reading_of(PRODUCT, points, title="FRED series", where=payload.name)


def _column(name: str, payload: Payload) -> tuple[str, date | None]:
    match = _VINTAGE.fullmatch(name)
    if not match:
        return name, None
    try:
        return match[1], date(int(match[2]), int(match[3]), int(match[4]))
    except ValueError:
        raise ReadError("bad_period", expected="a vintage ID_YYYYMMDD", got=name, where=payload.name) from None


def _refuse_other_vintages(payload: Payload, came: set[date]) -> None:
    """A vintage that was asked for, by the address or by the option `vintage`, must come back."""
    stated = payload.options.get("vintage") or ",".join(parse_qs(urlsplit(payload.url).query).get("vintage_date", []))
    asked = {answers.day_of(day, "vintage") for day in stated.split(",") if day}
    if asked and asked != came:
        raise ReadError(
            "wrong_vintage",
            expected=f"the vintages asked for: {', '.join(map(str, sorted(asked)))}",
            got=", ".join(map(str, sorted(came))) or "none in the header",
            where=payload.name,
            hint="fredgraph.csv has no vintages, and a day in the future gets the newest one: ask"
            " alfredgraph.csv for a day in the past.",
        )
