"""FRED's keyed API, series/observations as JSON: values as text, a point for none, each with its real-time span.

The answer does not name its series: the address does, or the option `series`. `realtime_start` is the vintage where a
single one was asked for; the default answer carries the day of the request there, which is no vintage. Source: FRED.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

from transforms.context import answers, fred
from transforms.context.points import Points, reading_of
from transforms.model import Payload, ReadError, Reading

PRODUCT, SOURCE, EXTENSION = "alfred.fred_observations", "alfred", "json"
SUITE = "fred_graph"
OPTIONS = {"series": "the FRED id of the series, which the answer does not carry: UNRATE"}


def recognise(payload: Payload) -> bool:
    said = answers.json_of(payload)
    return isinstance(said, dict) and {"realtime_start", "observation_start", "observations", "units"} <= said.keys()


@answers.known_shape
def read(payload: Payload) -> Reading:
    """Every value. Raises ReadError `truncated`, `option_needed`, `transformed`."""
    said: dict[str, Any] = answers.json_of(payload)
    identity = payload.options.get("series") or "".join(parse_qs(urlsplit(payload.url).query).get("series_id", []))
    if not identity:
        raise ReadError(
            "option_needed",
            expected="the id of the series, which the answer does not carry",
            got="none",
            where=payload.name,
            hint="Pass --option series=ID.",
        )
    if said["units"] != "lin":
        raise ReadError("transformed", expected="levels (units lin)", got=repr(said["units"]), where=payload.name)
    listed = said["observations"]
    if len(listed) != said.get("count", len(listed)) - said.get("offset", 0):
        raise ReadError(
            "truncated",
            expected=f"{said['count']} observations",
            got=str(len(listed)),
            where=payload.name,
            hint="Ask for fewer, or with offset.",
        )
    requested = answers.day_of(said["realtime_end"], payload.name)
    points = Points()
    vintages: dict[date | None, list[tuple[date, Decimal, str]]] = {}
    for number, entry in enumerate(listed, start=1):
        where = f"{payload.name} observation {number}"
        day, _ = answers.period(entry["date"], where)
        value = answers.clear_number(entry["value"], f"{identity} {day}", where, points)
        since, until = (answers.day_of(entry[name], where) for name in ("realtime_start", "realtime_end"))
        vintage = None if since == until == requested else since
        if value is not None:
            vintages.setdefault(vintage, []).append((day, value, where))
    for vintage, cells in vintages.items():
        fred.add_series(points, identity, cells, payload, vintage)
    return reading_of(PRODUCT, points, title=f"FRED series {identity}", where=payload.name)
