"""EU trade by partner and product from Eurostat's Comext (dataset DS-045409): JSON-stat 2.0, SDMX-CSV or TSV, euros.

JSON-stat keeps values in a sparse object by flat position; it says to the second when the data were updated, and so
does SDMX-CSV (`15/09/26 11:00:00`): that is the vintage. TSV says nothing of it. A request for too many rows is
answered with 413 in two dialects, an unknown dataset with 404, an unknown code with no values at all: none of them is
data. Source: Eurostat, ec.europa.eu/eurostat.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from transforms.context import answers, iso
from transforms.context.points import Point, Points, layout, reading_of
from transforms.model import Payload, ReadError, Reading

PRODUCT, SOURCE, EXTENSION = "comext.comext_trade", "comext", "json"
DIMENSIONS = ["freq", "reporter", "partner", "product", "flow", "indicators"]
TSV = ",".join(DIMENSIONS) + "\\TIME_PERIOD"
CSV = {*DIMENSIONS, "DATAFLOW", "LAST UPDATE", "TIME_PERIOD", "OBS_VALUE"}
CSV_MORE = {"OBS_FLAG", "CONF_STATUS"}
_FLOW = re.compile(r"ESTAT:([^(]+)\(")
_FAULT = re.compile(
    rb"<faultcode>(\w+)</faultcode>\s*<faultstring>([^<]*)<|<footer:Message[^>]*code=\"(\d+)\"[^>]*>(.{0,2000}?)</footer:",
    re.S,
)
"""Faults of the services: of SOAP, and of the old SDMX host, which answered 200 with a footer."""
LUXEMBOURG = ZoneInfo("Europe/Luxembourg")
_ERRORS = {"413": "too_big", "404": "no_dataset", "100": "no_dataset"}
Cell = tuple[dict[str, str], str, Decimal | None, str, str]  # codes, period, number, flag, where


def recognise(payload: Payload) -> bool:
    """Is it JSON-stat, SDMX-CSV or TSV of Eurostat, or an error of its services?"""
    if answers.header(payload, "\t")[:1] == [TSV] or _is_csv(payload) or _fault(payload):
        return True
    if b"EXTRACTION_TOO_BIG" in payload.content[:2000]:
        return True
    said = answers.json_of(payload)
    if not isinstance(said, dict):
        return False
    return said.get("source") == "ESTAT" or (isinstance(said.get("error"), list) and "label" in said["error"][0])


@answers.known_shape
def read(payload: Payload) -> Reading:
    """Every value. Raises ReadError `too_big`, `no_dataset`, `unknown_dataset`, `no_value`, `truncated`."""
    _refuse_errors(payload)
    said = answers.json_of(payload)
    published = None
    if said is not None:
        name = str(said.get("extension", {}).get("id", "")).upper()
        if not said.get("value"):
            raise ReadError(
                "no_value",
                expected="values",
                got="none: the service answers so to a code it does not know",
                where=payload.name,
            )
        _refuse_other_dataset(name, payload.name)
        published = _updated(said, payload)
    points = Points()
    if _is_csv(payload):
        for cell, day in _csv(payload, points):
            _add(*cell, points, day)
    else:
        for cell in _json(said, payload, points) if said is not None else _tsv(payload, points):
            _add(*cell, points, published)
    return reading_of(PRODUCT, points, title="EU trade by partner and product", where=payload.name)


def _refuse_other_dataset(name: str, where: str) -> None:
    if name not in layout("comext")["datasets"]:
        known = ", ".join(layout("comext")["datasets"])
        raise ReadError(
            "unknown_dataset", expected=f"a dataset that comext.yaml names ({known})", got=repr(name), where=where
        )


def _fault(payload: Payload) -> tuple[str, str] | None:
    """Code and words of a fault of Eurostat's services."""
    match = _FAULT.search(payload.content[:20_000])
    if not match or not re.search(rb"DATA_SET|EXTRACTION|ESTAT|europa", payload.content[:20_000]):
        return None
    code, label = (match[1], match[2]) if match[1] else (match[3], re.sub(rb"<[^>]*>|\s+", b" ", match[4]))
    return code.decode(), label.decode("utf-8", "replace").strip()


def _refuse_errors(payload: Payload) -> None:
    code, label = "", ""
    if fault := _fault(payload):
        code, label = fault
    elif isinstance(said := answers.json_of(payload), dict) and said.get("error"):
        code, label = str(said["error"][0].get("status", "")), str(said["error"][0].get("label", ""))
    if code:
        hint = "Ask for fewer partners, products or years." if code == "413" else ""
        raise ReadError(
            _ERRORS.get(code, "service_error"),
            expected="data",
            got=f"error {code}: {label}",
            where=payload.name,
            hint=hint,
        )


def _updated(said: Mapping[str, Any], payload: Payload) -> date | None:
    """Day of the update, in Luxembourg's time."""
    notes = {note.get("type"): note.get("date") for note in said.get("extension", {}).get("annotation", [])}
    stamp = notes.get("UPDATE_DATA") or said.get("updated")
    return answers.day_of(stamp, payload.name, LUXEMBOURG) if stamp else None


def _by_place(found: Any) -> dict[str, Any]:
    """Values or flags by flat position: JSON-stat serves them sparse as an object, or all of them as a list."""
    return dict(found) if isinstance(found, dict) else {str(place): of for place, of in enumerate(found or [])}


def _json(said: Mapping[str, Any], payload: Payload, points: Points) -> Iterator[Cell]:
    names, sizes = list(said["id"]), [int(size) for size in said["size"]]
    if set(names) != {*DIMENSIONS, "time"}:
        raise ReadError(
            "leftover_column",
            expected=", ".join((*DIMENSIONS, "time")),
            got=", ".join(map(str, names)) or "none",
            where=payload.name,
            hint="Values by another dimension may be parts of a total.",
        )
    codes = []
    for name, size in zip(names, sizes, strict=True):
        index = said["dimension"][name]["category"]["index"]
        listed = sorted(index, key=lambda code: int(index[code])) if isinstance(index, dict) else list(index)
        if len(listed) != size:
            raise ReadError("truncated", expected=f"{size} codes of {name}", got=str(len(listed)), where=payload.name)
        codes.append(listed)
    flags = _by_place(said.get("status"))
    for place, value in _by_place(said["value"]).items():
        rest, facts = int(place), {}
        where = f"{payload.name} position {place}"
        for name, listed in reversed(list(zip(names, codes, strict=True))):
            rest, position = divmod(rest, len(listed))
            facts[name] = str(listed[position])
        if rest:
            raise ReadError("truncated", expected=f"positions within the sizes {sizes}", got=place, where=where)
        period = facts.pop("time")
        number = answers.clear_number(value, f"{_key(facts)} {period}", where, points)
        yield facts, period, number, str(flags.get(place) or ""), where


def _is_csv(payload: Payload) -> bool:
    return set(answers.header(payload)) >= {"DATAFLOW", "LAST UPDATE", "TIME_PERIOD", "OBS_VALUE"}


def _csv(payload: Payload, points: Points) -> Iterator[tuple[Cell, date]]:
    """Cells with the day of their update. Raises ReadError `leftover_column`, `bad_period`."""
    columns = set(answers.header(payload))
    if columns - CSV_MORE != CSV:
        raise ReadError("leftover_column", expected=", ".join(sorted(CSV | CSV_MORE)), got=", ".join(sorted(columns)),
                        where=payload.name, hint="Values by another dimension may be parts of a total.")  # fmt: skip
    for where, cells in answers.rows(payload, points=points):
        match = _FLOW.match(cells["DATAFLOW"])
        _refuse_other_dataset(match[1] if match else cells["DATAFLOW"], where)
        try:
            day = datetime.strptime(cells["LAST UPDATE"].strip(), "%d/%m/%y %H:%M:%S").date()
        except ValueError:
            raise ReadError("bad_period", expected="an update such as 15/09/26 11:00:00", got=cells["LAST UPDATE"],
                            where=where) from None  # fmt: skip
        facts, period = {name: cells[name] for name in DIMENSIONS}, cells["TIME_PERIOD"]
        value = answers.clear_number(cells["OBS_VALUE"], f"{_key(facts)} {period}", where, points)
        yield (facts, period, value, cells.get("OBS_FLAG", "").strip(), where), day


def _tsv(payload: Payload, points: Points) -> Iterator[Cell]:
    for where, cells in answers.rows(payload, "\t", points=points):
        codes = cells[TSV].split(",")
        if len(codes) != len(DIMENSIONS):
            raise ReadError("ragged_row", expected=TSV, got=repr(cells[TSV]), where=where)
        for period, cell in list(cells.items())[1:]:
            number, _, flag = cell.strip().partition(" ")
            facts = dict(zip(DIMENSIONS, codes, strict=True))
            value = answers.clear_number(number, f"{_key(facts)} {period}", where, points)
            yield facts, period, value, flag, where


def _key(facts: Mapping[str, str]) -> str:
    return ".".join(facts[name] for name in DIMENSIONS)


def _add(
    facts: dict[str, str],
    period: str,
    number: Decimal | None,
    flag: str,
    where: str,
    points: Points,
    published: date | None,
) -> None:
    book = layout("comext")
    status = book["flags"].get(flag)
    if number is None or status == "":
        return
    key = _key(facts)
    reporter, partner = iso.area(facts["reporter"]), iso.area(facts["partner"])
    flow, means = book["flows"].get(facts["flow"]), book["indicators"].get(facts["indicators"])
    code = facts["product"]
    product = code if re.fullmatch(r"TOTAL|\d{2,8}", code) else None
    unknown = {"reporter": reporter, "partner": partner, "flow": flow, "indicators": means, "flag": status,
               "product": product}  # fmt: skip
    if missing := [name for name, of in unknown.items() if of is None]:
        points.leave(
            key,
            "unknown_code",
            f"expected a {missing[0]} that comext.yaml and iso.yaml name, got {facts.get(missing[0], flag)}",
            where,
        )
        return
    end, freq = answers.period(period, where)
    if freq != facts["freq"]:
        raise ReadError("bad_period", expected=f"periods of frequency {facts['freq']}", got=period, where=where)
    dimensions = {
        "dataset": "mirror_trade",
        "ref_area": reporter,
        "counterpart_area": partner,
        "flow": flow,
        "product_code": code if code == "TOTAL" else f"HS_{code}",
        "definition": "COMEXT",
        "freq": freq,
        "basis": "month" if freq == "M" else "year",
        **(means or {}),
    }
    points.found.append(Point(key, end, number, dimensions, code, status or "A", published))
