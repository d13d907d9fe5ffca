"""Statistics of the BIS: effective exchange rates, policy rates, credit-to-GDP gaps, debt service ratios, total
credit.

API and bulk CSV (a bulk file also as the zip archive it comes in), SDMX-JSON and SDMX-ML, read by name. Values are
indices (2020 = 100, up is appreciation) or percent. The answer does not say when its figures became public (`prepared`
is the moment of the request): the day of fetch does, and every release estimates the whole history of effective rates
anew. Source: stats.bis.org and data.bis.org.
"""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import replace
from typing import Any

from transforms.context import answers, iso, sdmx
from transforms.context.points import Point, Points, layout, reading_of
from transforms.context.sdmx import Row
from transforms.model import Payload, ReadError, Reading

PRODUCT, SOURCE, EXTENSION = "bis.bis_statistics", "bis", "csv"
STATUS = {"A": "A", "": "A", "E": "E", "P": "P", "U": "U", "B": "A"}
"""OBS_STATUS of the BIS and of this warehouse; a break (B) is a normal value."""
BULK = {"CN", "RU"}
"""Whose series of a bulk archive are read, as the API is asked for these: it has all areas and all days."""
MOST_ROWS = 5_000_000
"""Rows of a bulk file; the longest, daily effective rates of all areas, has a million."""
NEVER = {"M", "H", "L", "NaN"}
"""Statuses of a value that does not exist: missing, holiday."""


def recognise(payload: Payload) -> bool:
    """Is it SDMX data of the BIS, or of one of its flows by the columns alone?"""
    if member := _member(payload):
        with member:
            return bool(_flow_of_columns(next(csv.reader(io.TextIOWrapper(member, "utf-8-sig", "replace")), [])))
    if not sdmx.form(payload):
        return False
    return sdmx.sender(payload) == "BIS" or bool(_flow_of_columns(answers.header(payload)))


@answers.known_shape
def read(payload: Payload) -> Reading:
    """Every value of the flows that bis.yaml names. Raises ReadError `unknown_dataflow`."""
    payload = _unpacked(payload)
    points, flows = Points(), layout("bis")["flows"]
    for row in sdmx.rows(payload, points):
        flow = row.flow if row.flow in flows else _flow_of_structure(row.flow) or _flow_of_columns(list(row.facts))
        if flow not in flows:
            raise ReadError(
                "unknown_dataflow",
                expected="one of " + ", ".join(flows),
                got=row.flow or "another one",
                where=row.where,
                hint="What it measures would be a guess: add it to bis.yaml.",
            )
        _add(row, flows[flow], points)
    return reading_of(PRODUCT, points, title="BIS statistics", where=payload.name)


def _member(payload: Payload) -> Any:
    """The one CSV of a zip archive, opened; None for anything else."""
    if not payload.content.startswith(b"PK\x03\x04"):
        return None
    try:
        archive = zipfile.ZipFile(io.BytesIO(payload.content))
        names = archive.namelist()
        return archive.open(names[0]) if len(names) == 1 and names[0].lower().endswith(".csv") else None
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError):
        return None  # damaged, or with a password


def _unpacked(payload: Payload) -> Payload:
    """Rows of the areas BULK of a bulk archive as CSV; other bytes as they are. ReadError `bomb`, `truncated`."""
    if (member := _member(payload)) is None:
        return payload
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    try:
        with member:
            rows = csv.reader(io.TextIOWrapper(member, "utf-8-sig"))
            header = next(rows)
            writer.writerow(header)
            names = [name.partition(":")[0] for name in header]
            place = names.index(layout("bis")["flows"][_flow_of_columns(header)]["area"])
            for number, row in enumerate(rows):
                if number > MOST_ROWS:
                    raise ReadError("bomb", expected=f"at most {MOST_ROWS:,} rows", got="more", where=payload.name)
                if len(row) > place and row[place].partition(":")[0].strip() in BULK:
                    writer.writerow(row)
    except (zipfile.BadZipFile, EOFError, UnicodeDecodeError, csv.Error) as error:
        raise ReadError("truncated", expected="a whole archive", got=str(error), where=payload.name) from error
    return replace(payload, content=out.getvalue().encode())


def _flow_of_structure(name: str) -> str:
    """WS_EER for the data structure BIS_EER."""
    return "WS_" + name.removeprefix("BIS_") if name.startswith("BIS_") else ""


def _flow_of_columns(columns: list[str]) -> str:
    """The flow whose key these columns have, for answers that do not name theirs (version 1 of the API)."""
    names = {column.partition(":")[0] for column in columns}
    fits = [name for name, flow in layout("bis")["flows"].items() if set(flow["key"]) <= names and len(flow["key"]) > 2]
    return max(fits, key=lambda name: len(layout("bis")["flows"][name]["key"]), default="")


def _add(row: Row, flow: dict[str, Any], points: Points) -> None:
    missing = [part for part in flow["key"] if not row.facts.get(part)]
    if missing:
        raise ReadError(
            "leftover_column",
            expected="the dimensions " + ", ".join(flow["key"]),
            got=f"none for {', '.join(missing)}",
            where=row.where,
        )
    sdmx.refuse_other_dimensions(row, flow["key"])
    key = ".".join(row.facts[part] for part in flow["key"])
    if row.number is None or row.facts.get("OBS_STATUS") in NEVER:
        return
    if flow.get("units") and (unit := row.facts.get("UNIT_MEASURE")) and unit.partition(":")[0] not in flow["units"]:
        points.leave(key, "unknown_unit", f"expected unit {' or '.join(flow['units'])}, got {unit}", row.where)
        return
    area = iso.area(row.facts[flow["area"]])
    meanings = {part: book.get(row.facts[part]) for part, book in flow.get("codes", {}).items()}
    if area is None or None in meanings.values():
        unknown = [part for part, meaning in meanings.items() if meaning is None] or [flow["area"]]
        points.leave(
            key,
            "unknown_code",
            f"expected codes that bis.yaml and iso.yaml name, got {unknown[0]} {row.facts[unknown[0]]}",
            row.where,
        )
        return
    status = STATUS.get(row.facts.get("OBS_STATUS", "A"))
    if status is None:
        points.leave(
            f"{key} {row.period}",
            "unknown_status",
            f"expected a known status, got {row.facts['OBS_STATUS']}",
            row.where,
        )
        return
    end, freq = answers.period(row.period, row.where)
    words = dict(row.facts) | meanings
    means = {name: of.format(**words) if isinstance(of, str) else of for name, of in flow["means"].items()}
    if "places" not in means and (decimals := row.facts.get("DECIMALS", "")).isdigit():
        means["places"] = int(decimals)  # -38.0 is served as -38
    title = row.facts.get("TITLE_TS") or row.facts.get("TITLE") or key
    points.found.append(Point(key, end, row.number, means | {"ref_area": area, "freq": freq}, title.strip(), status))
