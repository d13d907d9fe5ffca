"""Observations in the statistical offices' formats: SDMX-CSV 2.0 data and an SDMX-ML 2.1 structure that explains them.

observation.csv has a row an observation in its newest vintage; the day it became public and its rounding are
attributes. history.csv has every vintage, as a service answers to `includeHistory=true`: the day from which a value
held is a dimension, the day on which another took its place an attribute.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from xml.etree.ElementTree import Element, ElementTree, SubElement, indent

from duckdb import DuckDBPyConnection

from transforms.model import DIMENSIONS
from warehouse.files import written_whole
from warehouse.query import inert_texts
from warehouse.tables import publication

AGENCY, CONCEPTS, VERSION = "PORTVAULT", "CONCEPTS", "1.0.0"
STRUCTURE, HISTORY = "OBSERVATION", "OBSERVATION_HISTORY"
ATTRIBUTES = {STRUCTURE: ("OBS_STATUS", "VINTAGE_DATE", "PRECISION", "TITLE"),
              HISTORY: ("OBS_STATUS", "VALID_TO", "PRECISION", "TITLE")}  # fmt: skip
NAMES = {STRUCTURE: "Observations in their newest vintage", HISTORY: "Observations in every vintage"}
FILES = ("observation.csv", "history.csv", "structure.xml")
STEPS = "PARTITION BY o.series_id, o.period_end ORDER BY o.vintage_date, o.first_seen"
TIME = """CASE s.freq WHEN 'A' THEN strftime(o.period_end, '%Y') WHEN 'M' THEN strftime(o.period_end, '%Y-%m')
    WHEN 'Q' THEN concat(year(o.period_end), '-Q', quarter(o.period_end)) ELSE strftime(o.period_end, '%Y-%m-%d') END"""
_NAMESPACE = "http://www.sdmx.org/resources/sdmxml/schemas/v2_1/"
_OWN = {  # meanings of what is no column of table series
    "TIME_PERIOD": "Observed period: year, quarter, month or day",
    "OBS_VALUE": "The value in the base unit of the series",
    "OBS_STATUS": "SDMX status: P preliminary, A normal, E estimated",
    "VINTAGE_DATE": "Day this value became public",
    "VALID_FROM": "Day from which this value was the public one",
    "VALID_TO": "Day on which another value took its place; empty if none did",
    "PRECISION": "Half of the last published place, in the unit of the series; empty if unknown",
    "TITLE": "What the series is, in English",
}


def write_sdmx(con: DuckDBPyConnection, folder: Path) -> list[Path]:
    """Write observation.csv, history.csv and structure.xml to `folder` from an open publication; gives their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    meanings = dict(
        con.execute(
            """SELECT upper(column_name), comment FROM duckdb_columns()
               WHERE database_name = current_database() AND schema_name = 'main' AND table_name = 'series'"""
        ).fetchall()
    )
    with written_whole(folder / "structure.xml") as temporary:
        _structure(meanings | _OWN, publication(con)["published_at"]).write(temporary, "utf-8", xml_declaration=True)
    dimensions = ", ".join(f"s.{name} AS {name.upper()}" for name in DIMENSIONS)
    texts = con.sql(f"SELECT series_id AS id, title, {', '.join(DIMENSIONS)} FROM series").pl()
    con.register("series_", inert_texts(texts).to_arrow())  # once a series: all other texts are codes and days of ours
    for structure, columns, source in (
        (STRUCTURE, "o.obs_status AS OBS_STATUS, o.vintage_date AS VINTAGE_DATE", "observation"),
        (
            HISTORY,
            f"o.obs_status AS OBS_STATUS, lead(o.vintage_date) OVER ({STEPS}) AS VALID_TO",
            "vintage.observation",
        ),
    ):
        since = "o.vintage_date AS VALID_FROM, " if structure == HISTORY else ""
        frame = con.sql(
            f"""SELECT 'datastructure' AS STRUCTURE, '{AGENCY}:{structure}({VERSION})' AS STRUCTURE_ID, 'I' AS ACTION,
                {dimensions}, {since}{TIME} AS TIME_PERIOD, o.value AS OBS_VALUE, {columns}, o.precision AS PRECISION,
                s.title AS TITLE
            FROM {source} AS o JOIN series_ AS s ON s.id = o.series_id
            ORDER BY o.series_id, o.period_end, o.vintage_date"""
        ).pl()
        with written_whole(folder / FILES[structure == HISTORY]) as temporary:
            frame.write_csv(temporary)
    con.unregister("series_")
    return [folder / name for name in FILES]


def _structure(meanings: dict[str, str], prepared: str) -> ElementTree:
    """A structure message: one concept scheme and two data structures; all representations are text."""
    names = [name.upper() for name in DIMENSIONS]
    root = Element("mes:Structure", {f"xmlns:{short}": _NAMESPACE + long for short, long in
                                     (("mes", "message"), ("str", "structure"), ("com", "common"))})  # fmt: skip
    header = SubElement(root, "mes:Header")
    SubElement(header, "mes:ID").text = STRUCTURE
    SubElement(header, "mes:Test").text = "false"
    SubElement(header, "mes:Prepared").text = prepared.replace(" ", "T")[:19]
    SubElement(header, "mes:Sender", id=AGENCY)
    structures = SubElement(root, "mes:Structures")
    scheme = _maintained(SubElement(structures, "str:Concepts"), "str:ConceptScheme", CONCEPTS, "Concepts of Portvault")
    attributes = dict.fromkeys(name for own in ATTRIBUTES.values() for name in own)
    for name in (*names, "VALID_FROM", "TIME_PERIOD", "OBS_VALUE", *attributes):
        concept = SubElement(scheme, "str:Concept", id=name)
        SubElement(concept, "com:Name", {"xml:lang": "en"}).text = name.replace("_", " ").capitalize()
        SubElement(concept, "com:Description", {"xml:lang": "en"}).text = meanings[name]
    described = SubElement(structures, "str:DataStructures")
    for structure, more in ((STRUCTURE, []), (HISTORY, ["VALID_FROM"])):
        made = _maintained(described, "str:DataStructure", structure, NAMES[structure])
        _components(SubElement(made, "str:DataStructureComponents"), [*names, *more], ATTRIBUTES[structure])
    indent(root)
    return ElementTree(root)


def _components(parts: Element, names: Sequence[str], own: Sequence[str]) -> None:
    """The dimensions, time, attributes `own` and the measure of a structure."""
    dimensions = SubElement(parts, "str:DimensionList", id="DimensionDescriptor")
    for position, name in enumerate(names, start=1):
        _component(dimensions, "str:Dimension", name, position=str(position))
    _component(dimensions, "str:TimeDimension", "TIME_PERIOD", position=str(len(names) + 1))
    attributes = SubElement(parts, "str:AttributeList", id="AttributeDescriptor")
    for name in own:
        attribute = _component(attributes, "str:Attribute", name, assignmentStatus="Conditional")
        related = SubElement(attribute, "str:AttributeRelationship")
        SubElement(SubElement(related, "str:PrimaryMeasure"), "Ref", id="OBS_VALUE")
    measures = SubElement(parts, "str:MeasureList", id="MeasureDescriptor")
    _component(measures, "str:PrimaryMeasure", "OBS_VALUE")


def _maintained(parent: Element, tag: str, id: str, name: str) -> Element:
    made = SubElement(parent, tag, id=id, agencyID=AGENCY, version=VERSION, isFinal="true")
    SubElement(made, "com:Name", {"xml:lang": "en"}).text = name
    return made


def _component(parent: Element, tag: str, id: str, **attributes: str) -> Element:
    made = SubElement(parent, tag, {"id": id, **attributes})
    identity = SubElement(made, "str:ConceptIdentity")
    SubElement(identity, "Ref", {"id": id, "maintainableParentID": CONCEPTS, "maintainableParentVersion": VERSION,
                                 "agencyID": AGENCY, "package": "conceptscheme", "class": "Concept"})  # fmt: skip
    return made
