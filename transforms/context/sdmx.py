"""SDMX answers in every form that is served: CSV of the API and of bulk files, SDMX-JSON 1.0, SDMX-ML 2.1.

Each becomes rows: the flow, the dimensions and attributes by name, the period and the number as printed. Columns are
read by name, since order and number differ from flow to flow; cells of bulk files ("CN: China") are cut at the colon.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any
from xml.etree.ElementTree import Element

from defusedxml import ElementTree

from transforms.context import answers
from transforms.context.points import Points
from transforms.model import Payload, ReadError

NAMESPACE = b"http://www.sdmx.org/resources/sdmxml/schemas/v2_1/message"
HEADS = {"DATAFLOW", "STRUCTURE", "STRUCTURE_ID", "ACTION", "STRUCTURE_NAME"}
"""Columns before the dimensions of an SDMX-CSV; in a CSV without any, attributes stand among the dimensions."""
_FLOW = re.compile(r"(?:Dataflow=|DataStructure=|^)\w[\w.]*:(\w+)\(")
_HREF = re.compile(r"/dataflow/\w+/(\w+)(?:/|$)")


@dataclass(frozen=True)
class Row:
    """One observation: `facts` has its dimensions and attributes, `flow` the dataflow it is of ('' if not told)."""

    flow: str
    facts: Mapping[str, str]
    period: str
    number: Decimal | None
    where: str
    dimensions: frozenset[str] | None = None  # what its series go by, where the form tells that from attributes


def form(payload: Payload) -> str:
    """csv, json, xml, or '' for bytes that are no SDMX data."""
    if NAMESPACE in payload.content[:2000]:
        return "xml" if b"DataSet" in payload.content else ""
    names = [name.partition(":")[0] for name in answers.header(payload)]
    if {"TIME_PERIOD", "OBS_VALUE"} <= set(names):
        return "csv"
    said = answers.json_of(payload)
    if isinstance(said, dict):
        body = said.get("data", said)
        if isinstance(body, dict) and "dataSets" in body and ("structure" in body or "structures" in body):
            return "json"
    return ""


def sender(payload: Payload) -> str:
    """The agency whose flow it is, where the bytes say so: BIS, ECB; else ''."""
    found = re.search(
        rb"(?:Dataflow=|DataStructure=|dataflow/|[\n,\"])(BIS|ECB|ESTAT|IMF)(?::|/)", payload.content[:200_000]
    )
    if found:
        return found[1].decode()
    named = re.search(
        rb"Ref agencyID=\"(\w+)\"|Sender id=\"(\w+)\"|\"sender\":\s*\{\"id\":\s*\"(\w+)\"", payload.content[:5000]
    )
    return next((part.decode() for part in named.groups() if part), "") if named else ""


def refuse_other_dimensions(row: Row, key: Iterable[str]) -> None:
    """Raise ReadError `leftover_column` for a dimension that is not of the key: a value by it may be a part."""
    if row.dimensions is not None and (others := row.dimensions - {*key, "TIME_PERIOD"}):
        raise ReadError(
            "leftover_column",
            expected="series by " + ", ".join(key),
            got=f"by {', '.join(sorted(others))} too",
            where=row.where,
            hint="The flow has a new version: its layout has to learn what the new dimension means.",
        )


def rows(payload: Payload, points: Points) -> list[Row]:
    """Every observation of the answer, in its order. Raises ReadError `truncated`, `no_table`.

    Values with a power of ten of their own (UNIT_MULT other than 0) are set aside in `points`: none of the flows that
    are read has one.
    """
    shape = form(payload)
    read = {"csv": _csv, "json": _json, "xml": _xml}[shape]
    made = []
    for row in read(payload, points):
        if (power := row.facts.get("UNIT_MULT", "0").partition(":")[0]) not in ("", "0"):
            points.leave(
                row.where, "unknown_unit", f"expected values in units (UNIT_MULT 0), got 10^{power}", row.where
            )
            continue
        made.append(row)
    return made


def _csv(payload: Payload, points: Points) -> Iterable[Row]:
    """API: plain codes, perhaps DATAFLOW. Bulk: `FREQ:Frequency` and `M: Monthly`, STRUCTURE_ID first.

    Bulk files have a row without period and value for each series: its attributes (the unit) hold for the rows of that
    series, which leave them empty.
    """
    of_series: list[tuple[dict[str, str], dict[str, str]]] = []  # dimensions, attributes
    held: dict[tuple[str, ...], dict[str, str]] = {}  # attributes by dimensions, looked up once a series
    bulk = any(":" in name for name in answers.header(payload))
    for where, cells in answers.rows(payload, points=points):
        facts = {}
        for name, cell in cells.items():
            facts[name.partition(":")[0]] = _code(cell) if bulk and ":" in name else cell.strip()
        named = facts.get("DATAFLOW") or facts.get("STRUCTURE_ID") or ""
        match = _FLOW.search(named)
        filled = {name: cell for name, cell in facts.items() if cell}
        dimensions = dict(list(facts.items())[: list(facts).index("TIME_PERIOD")])
        told = frozenset(dimensions) - HEADS if HEADS & set(dimensions) else None
        if not facts["TIME_PERIOD"] and not facts["OBS_VALUE"]:
            of_series.append(({name: cell for name, cell in dimensions.items() if cell}, filled))
            held.clear()
        else:
            key = tuple(dimensions.values())
            if key not in held:
                fit = [attributes for those, attributes in of_series if those.items() <= dimensions.items()]
                held[key] = {name: cell for attributes in fit for name, cell in attributes.items()}
            facts |= {name: cell for name, cell in held[key].items() if not facts[name]}
            period = facts["TIME_PERIOD"]
            number = answers.clear_number(facts["OBS_VALUE"], f"{'.'.join(key)} {period}", where, points)
            yield Row(match[1] if match else "", facts, period, number, where, told)


def _code(cell: str) -> str:
    """ "CN: China" is CN; a text with a colon further on is whole."""
    code, colon, _ = cell.strip().partition(":")
    return code if colon and re.fullmatch(r"[A-Za-z0-9_+.-]{1,20}", code) else cell.strip()


def _json(payload: Payload, points: Points) -> Iterable[Row]:
    said = answers.json_of(payload)
    body = said.get("data", said)
    structure = body["structure"] if "structure" in body else body["structures"][0]
    flow = _flow_of_links(structure)
    dimensions, attributes = structure["dimensions"], structure.get("attributes", {})
    if len(body["dataSets"]) != 1 or len(dimensions["observation"]) != 1:
        raise ReadError(
            "no_table", expected="one data set whose observations go by time", got="another shape", where=payload.name
        )
    held = body["dataSets"][0]
    shared = _labelled(attributes.get("dataSet") or attributes.get("dataset") or [], held.get("attributes") or [])
    times = dimensions["observation"][0]["values"]
    named_by = frozenset(str(part["id"]) for part in dimensions["series"])
    for key, series in held.get("series", {}).items():
        places = [int(part) for part in key.split(":")]
        facts = shared | _labelled(attributes.get("series", []), series.get("attributes") or [])
        facts |= _labelled(dimensions["series"], places)
        for index, cells in series["observations"].items():
            where = f"{payload.name} series {key} observation {index}"
            named = attributes.get("observation", [])
            if len(cells) != 1 + len(named):
                raise ReadError(
                    "ragged_row", expected=f"a value and {len(named)} attributes", got=str(cells), where=where
                )
            own = facts | _labelled(named, cells[1:])
            period = str(times[int(index)]["id"])
            number = answers.clear_number(cells[0], f"series {key} {period}", where, points)
            yield Row(flow, own, period, number, where, named_by)


def _labelled(parts: list[Any], places: Iterable[Any]) -> dict[str, str]:
    """Dimensions or attributes by id from positions in their value lists; those without a value are left out."""
    found = {}
    for part, place in zip(parts, places, strict=False):
        if place is not None and 0 <= int(place) < len(part["values"]):
            value = part["values"][int(place)]
            found[part["id"]] = str(value.get("id", value.get("name", "")))
    return found


def _flow_of_links(structure: Mapping[str, Any]) -> str:
    for link in structure.get("links", []):
        if link.get("rel") == "dataflow":
            match = _FLOW.search(link.get("urn", "")) or _HREF.search(link.get("href", ""))
            if match:
                return match[1]
    return ""


@lru_cache(maxsize=2)
def _root(content: bytes) -> Element | None:
    try:
        made: Element | None = ElementTree.fromstring(content.lstrip())
        return made
    except (ElementTree.ParseError, ValueError):
        return None


def _xml(payload: Payload, points: Points) -> Iterable[Row]:
    """Generic (values as elements) and structure-specific (values as attributes)."""
    root = _root(payload.content)
    if root is None:
        raise ReadError(
            "truncated",
            expected="a whole XML document",
            got="one that ends early or is broken",
            where=payload.name,
            hint="Download it again.",
        )
    for dataset in (node for node in root.iter() if _tag(node) == "DataSet"):
        shared = {name.rpartition("}")[2]: value for name, value in dataset.attrib.items()}
        flow = _xml_flow(root)
        for series in (node for node in dataset.iter() if _tag(node) == "Series"):
            facts = shared | dict(series.attrib) | _values(series)
            keys = next((child for child in series if _tag(child) == "SeriesKey"), None)
            named_by = None if keys is None else frozenset(str(value.get("id")) for value in keys)
            for count, node in enumerate((n for n in series if _tag(n) == "Obs"), start=1):
                where = f"{payload.name} series {'.'.join(list(facts.values())[-5:])[:40]} observation {count}"
                own, period, value = _observation(node)
                number = answers.clear_number(value, where, where, points)
                yield Row(flow, facts | own, period, number, where, named_by)


def _tag(node: Element) -> str:
    return str(node.tag).rpartition("}")[2]


def _values(node: Element) -> dict[str, str]:
    """<generic:SeriesKey> and <generic:Attributes> of a series or an observation."""
    holders = (child for child in node if _tag(child) in ("SeriesKey", "Attributes", "ObsKey"))
    return {str(value.get("id")): str(value.get("value")) for holder in holders for value in holder}


def _observation(node: Element) -> tuple[dict[str, str], str, str]:
    if node.get("TIME_PERIOD"):
        own = dict(node.attrib)
        return own, own.pop("TIME_PERIOD"), own.pop("OBS_VALUE", "")
    found = {_tag(child): child.get("value", "") for child in node}
    return _values(node), found.get("ObsDimension", ""), found.get("ObsValue", "")


def _xml_flow(root: Element) -> str:
    for node in root.iter():
        if _tag(node) == "Ref" and node.get("agencyID"):
            return str(node.get("id"))
        if _tag(node) == "URN" and node.text and (match := _FLOW.search(node.text)):
            return match[1]
    return ""
