"""Observations in the statistical offices' formats: SDMX-CSV 2.0 data and an SDMX-ML 2.1 structure that explains them.

observation.csv has a row an observation in its newest vintage; the day it became public and its rounding are
attributes. history.csv has every vintage, as a service answers to `includeHistory=true`: the day from which a value
held is a dimension, the day on which another took its place an attribute.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import partial
from io import BytesIO
from pathlib import Path
from xml.etree.ElementTree import Element, ElementTree, SubElement, indent

import polars as pl
from duckdb import DuckDBPyConnection

from transforms.model import DIMENSIONS
from warehouse.files import written_whole
from warehouse.parts import Prints, in_order, prints
from warehouse.publish import literal
from warehouse.query import inert_texts
from warehouse.splice import Kept, write_parts
from warehouse.tables import publication

AGENCY, CONCEPTS, VERSION = "PORTVAULT", "CONCEPTS", "1.0.0"
STRUCTURE, HISTORY = "OBSERVATION", "OBSERVATION_HISTORY"
ATTRIBUTES = {STRUCTURE: ("OBS_STATUS", "VINTAGE_DATE", "PRECISION", "TITLE"),
              HISTORY: ("OBS_STATUS", "VALID_TO", "PRECISION", "TITLE")}  # fmt: skip
NAMES = {STRUCTURE: "Observations in their newest vintage", HISTORY: "Observations in every vintage"}
FILES = ("observation.csv", "history.csv", "structure.xml")
SAME = {"STRUCTURE": "datastructure", "STRUCTURE_ID": f"{AGENCY}:{{}}({VERSION})", "ACTION": "I"}
"""The first columns, which say the same in every row."""
ROWS = 100_000
"""Rows of a file that are in memory at once, some 40 MB."""
STEPS = "PARTITION BY s.place, o.period_end ORDER BY o.vintage_date, o.first_seen"
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


def write_sdmx(con: DuckDBPyConnection, folder: Path, kept: Kept | None = None) -> list[Path]:
    """Write observation.csv, history.csv and structure.xml to `folder` from an open publication; gives their paths.

    What is `kept` of the files that are there spares the rows of datasets that did not change: their bytes are copied.
    """
    folder.mkdir(parents=True, exist_ok=True)
    meanings = dict(
        con.execute(
            """SELECT upper(column_name), comment FROM duckdb_columns()
               WHERE database_name = current_database() AND schema_name = 'main' AND table_name = 'series'"""
        ).fetchall()
    )
    with written_whole(folder / "structure.xml") as temporary:
        _structure(meanings | _OWN, publication(con)["published_at"]).write(temporary, "utf-8", xml_declaration=True)
    columns = ", ".join(("series_id", *DIMENSIONS, "title"))
    texts = con.sql(f"SELECT {columns} FROM series WHERE dataset <> 'indicator' ORDER BY series_id").pl()
    said = inert_texts(texts).rename(str.upper).with_columns(part=texts["dataset"])  # all other texts are ours
    told = _prints(con, prints(texts, "dataset"))
    con.register("place_", texts.select("series_id", "dataset", "freq").with_row_index("place").to_arrow())
    for structure in (STRUCTURE, HISTORY):
        rows = partial(_rows, con, said, structure)
        head = pl.DataFrame(schema=_columns(structure)).write_csv().encode()
        write_parts(folder / FILES[structure == HISTORY], head, told, rows, kept)
    con.unregister("place_")
    return [folder / name for name in FILES]


def _prints(con: DuckDBPyConnection, series: Prints) -> dict[str, str]:
    """By dataset what tells whether its rows are what they were, in their order: its values and its `series`."""
    held = "SELECT part, print FROM ops.part WHERE table_name = 'vintage.observation'"
    values = dict(con.execute(held).fetchall())
    return {part: f"{values[part]} {series.get(part)}" for part in in_order(values)}


def _columns(structure: str) -> list[str]:
    """The columns of a file."""
    since = ["VALID_FROM"] if structure == HISTORY else []
    dimensions = [name.upper() for name in DIMENSIONS]
    return [*SAME, *dimensions, *since, "TIME_PERIOD", "OBS_VALUE", *ATTRIBUTES[structure]]


def _rows(
    con: DuckDBPyConnection, said: pl.DataFrame, structure: str, parts: Collection[str]
) -> Iterator[tuple[str, bytes]]:
    """The rows of some datasets as CSV, so many at once that memory stays bounded.

    DuckDB sorts what differs by row, with the place of its series for the texts of `said` that each row of it repeats.
    """
    if not parts:
        return
    source = {STRUCTURE: "observation", HISTORY: "vintage.observation"}[structure]
    own = {
        STRUCTURE: "o.vintage_date AS VINTAGE_DATE",
        HISTORY: f"o.vintage_date AS VALID_FROM, lead(o.vintage_date) OVER ({STEPS}) AS VALID_TO",
    }[structure]
    answer = con.sql(
        f"""SELECT s.place, {TIME} AS TIME_PERIOD, o.value AS OBS_VALUE, o.obs_status AS OBS_STATUS, {own},
            o.precision AS PRECISION
        FROM {source} AS o JOIN place_ AS s USING (series_id)
        WHERE s.dataset IN ({", ".join(map(literal, parts))})
        ORDER BY s.place, o.period_end, o.vintage_date"""
    )
    said = said.with_columns(pl.lit(text.format(structure)).alias(name) for name, text in SAME.items())
    for batch in answer.to_arrow_reader(ROWS):
        values = pl.DataFrame(batch)
        whole = values.hstack(said[values["place"]])
        for (part,), rows in whole.group_by("part", maintain_order=True):
            text = BytesIO()
            rows.select(_columns(structure)).write_csv(text, include_header=False)
            yield str(part), text.getvalue()


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
