"""`observation` in the statistical offices' formats: SDMX-CSV 2.0 data and an SDMX-ML 2.1 structure that explains it.

One row an observation in its newest vintage; the day it became public and its rounding are attributes.
"""

from __future__ import annotations

from pathlib import Path
from xml.etree.ElementTree import Element, ElementTree, SubElement, indent

from duckdb import DuckDBPyConnection

from transforms.model import DIMENSIONS
from warehouse.files import written_whole
from warehouse.query import inert_texts
from warehouse.tables import publication

AGENCY, STRUCTURE, CONCEPTS, VERSION = "PORTVAULT", "OBSERVATION", "CONCEPTS", "1.0.0"
ATTRIBUTES = ("OBS_STATUS", "VINTAGE_DATE", "PRECISION", "TITLE")
TIME = """CASE s.freq WHEN 'A' THEN strftime(o.period_end, '%Y') WHEN 'M' THEN strftime(o.period_end, '%Y-%m')
    WHEN 'Q' THEN concat(year(o.period_end), '-Q', quarter(o.period_end)) ELSE strftime(o.period_end, '%Y-%m-%d') END"""
_NAMESPACE = "http://www.sdmx.org/resources/sdmxml/schemas/v2_1/"
_OWN = {  # meanings of what is no column of table series
    "TIME_PERIOD": "Observed period: year, quarter, month or day",
    "OBS_VALUE": "The value in the base unit of the series",
    "OBS_STATUS": "SDMX status: P preliminary, A normal, E estimated",
    "VINTAGE_DATE": "Day this value became public",
    "PRECISION": "Half of the last published place, in the unit of the series; empty if unknown",
    "TITLE": "What the series is, in English",
}


def write_sdmx(con: DuckDBPyConnection, folder: Path) -> list[Path]:
    """Write observation.csv and structure.xml below `folder` from an opened publication; returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    dimensions = ", ".join(f"s.{name} AS {name.upper()}" for name in DIMENSIONS)
    frame = con.sql(
        f"""SELECT 'datastructure' AS STRUCTURE, '{AGENCY}:{STRUCTURE}({VERSION})' AS STRUCTURE_ID, 'I' AS ACTION,
            {dimensions}, {TIME} AS TIME_PERIOD, o.value AS OBS_VALUE, o.obs_status AS OBS_STATUS,
            o.vintage_date AS VINTAGE_DATE, o.precision AS PRECISION, s.title AS TITLE
        FROM observation AS o JOIN series AS s USING (series_id) ORDER BY o.series_id, o.period_end"""
    ).pl()
    data, structure = folder / "observation.csv", folder / "structure.xml"
    meanings = dict(
        con.execute(
            """SELECT upper(column_name), comment FROM duckdb_columns()
               WHERE database_name = current_database() AND schema_name = 'main' AND table_name = 'series'"""
        ).fetchall()
    )
    with written_whole(structure) as temporary:
        _structure(meanings | _OWN, publication(con)["published_at"]).write(temporary, "utf-8", xml_declaration=True)
    with written_whole(data) as temporary:
        inert_texts(frame).write_csv(temporary)
    return [data, structure]


def _structure(meanings: dict[str, str], prepared: str) -> ElementTree:
    """A structure message: one concept scheme and one data structure; all representations are text."""
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
    for name in (*names, "TIME_PERIOD", "OBS_VALUE", *ATTRIBUTES):
        concept = SubElement(scheme, "str:Concept", id=name)
        SubElement(concept, "com:Name", {"xml:lang": "en"}).text = name.replace("_", " ").capitalize()
        SubElement(concept, "com:Description", {"xml:lang": "en"}).text = meanings[name]
    parts = SubElement(_maintained(SubElement(structures, "str:DataStructures"), "str:DataStructure", STRUCTURE,
                                   "Observations in their newest vintage"), "str:DataStructureComponents")  # fmt: skip
    dimensions = SubElement(parts, "str:DimensionList", id="DimensionDescriptor")
    for position, name in enumerate(names, start=1):
        _component(dimensions, "str:Dimension", name, position=str(position))
    _component(dimensions, "str:TimeDimension", "TIME_PERIOD", position=str(len(names) + 1))
    attributes = SubElement(parts, "str:AttributeList", id="AttributeDescriptor")
    for name in ATTRIBUTES:
        attribute = _component(attributes, "str:Attribute", name, assignmentStatus="Conditional")
        related = SubElement(attribute, "str:AttributeRelationship")
        SubElement(SubElement(related, "str:PrimaryMeasure"), "Ref", id="OBS_VALUE")
    measures = SubElement(parts, "str:MeasureList", id="MeasureDescriptor")
    _component(measures, "str:PrimaryMeasure", "OBS_VALUE")
    indent(root)
    return ElementTree(root)


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
