"""What the Parquet files are, in the words of two standards: Data Package (version 2) and Croissant (1.0).

Data Package: https://datapackage.org/standard/data-package/. Croissant: https://docs.mlcommons.org/croissant/.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from warehouse.schema import tables
from warehouse.tables import Relation

Held = Sequence[tuple[Relation, Sequence[dict[str, Any]]]]
"""Each relation with the files that hold it: path, rows, bytes, sha256."""
PROFILES = "https://datapackage.org/profiles/2.0/"
TITLE = "Portvault: customs and banking figures with the day each became public"
ABOUT = "Comments of fields give meaning and unit. Rights are those of the publishers in ops.release."
KEYWORDS = ["customs", "foreign trade", "banking", "China", "Russia", "vintages"]
RIGHTS = "Public statistics under the terms of their publishers, who are named in table ops.release"
FRICTIONLESS = {"VARCHAR": "string", "DOUBLE": "number", "FLOAT": "number", "DATE": "date", "BOOLEAN": "boolean",
                "TIMESTAMP": "datetime"}  # fmt: skip
SCHEMA_ORG = {"string": "sc:Text", "number": "sc:Float", "date": "sc:Date", "boolean": "sc:Boolean",
              "datetime": "sc:DateTime", "integer": "sc:Integer", "any": "sc:Text"}  # fmt: skip
MEDIA = "application/vnd.apache.parquet"
CONTEXT = {
    "@language": "en", "@vocab": "https://schema.org/", "sc": "https://schema.org/", "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/", "dct": "http://purl.org/dc/terms/",
    "citeAs": "cr:citeAs", "column": "cr:column", "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"}, "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"}, "extract": "cr:extract", "field": "cr:field",
    "fileObject": "cr:fileObject", "fileProperty": "cr:fileProperty", "fileSet": "cr:fileSet", "format": "cr:format",
    "includes": "cr:includes", "isLiveDataset": "cr:isLiveDataset", "jsonPath": "cr:jsonPath", "key": "cr:key",
    "md5": "cr:md5", "parentField": "cr:parentField", "path": "cr:path", "recordSet": "cr:recordSet",
    "references": "cr:references", "regex": "cr:regex", "repeated": "cr:repeated", "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "separator": "cr:separator", "source": "cr:source", "subField": "cr:subField", "transform": "cr:transform",
}  # fmt: skip


def datapackage(facts: dict[str, str], held: Held) -> dict[str, Any]:
    """A descriptor of Data Package: every file with its fields, types, meanings and key.

    Sizes and checksums are in the manifest: Frictionless cannot measure Parquet and would call a stated size wrong.
    """
    return {
        "$schema": f"{PROFILES}datapackage.json",
        "name": "portvault-warehouse",
        "title": TITLE,
        "description": ABOUT,
        "keywords": KEYWORDS,
        "created": facts["published_at"].replace(" ", "T") + "Z",
        "version": facts["run_id"],
        "resources": [_resource(relation, [file["path"] for file in files]) for relation, files in held],
    }


def _resource(relation: Relation, paths: list[str]) -> dict[str, Any]:
    fields = [{"name": c.name, "type": _type(c.kind), "description": c.comment} for c in relation.columns]
    schema: dict[str, Any] = {"$schema": f"{PROFILES}tableschema.json", "fields": fields}
    if key := _key(relation):
        schema["primaryKey"] = list(key)
    return {
        "$schema": f"{PROFILES}dataresource.json",
        "type": "table",
        "name": relation.qualified.replace(".", "-"),
        "title": relation.comment.split(".")[0],
        "description": relation.comment,
        "path": paths[0] if len(paths) == 1 else paths,
        "format": "parquet",
        "mediatype": MEDIA,
        "schema": schema,
    }


def croissant(facts: dict[str, str], held: Held) -> dict[str, Any]:
    """The same as JSON-LD of Croissant: files with size and hash, and a record set a table.

    A table without rows has no record set: there is nothing to read from it.
    """
    filled = [(relation, files) for relation, files in held if any(file["rows"] for file in files)]
    return {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": "portvault-warehouse",
        "description": f"{TITLE}. {ABOUT}",
        "keywords": KEYWORDS,
        "license": RIGHTS,
        "url": "urn:portvault:warehouse",
        "creator": {"@type": "sc:Organization", "name": "Portvault"},
        "datePublished": facts["published_at"].replace(" ", "T"),
        "version": "1.0.0",
        "citeAs": f"Portvault, run {facts['run_id']}, digest {facts['content_digest']}",
        "isLiveDataset": True,
        "distribution": [
            {
                "@type": "cr:FileObject",
                "@id": file["path"],
                "name": file["path"],
                "contentUrl": file["path"],
                "contentSize": f"{file['bytes']} B",
                "encodingFormat": "application/x-parquet",
                "sha256": file["sha256"],
            }
            for _, files in filled
            for file in files
        ],
        "recordSet": [_record_set(relation, str(files[0]["path"])) for relation, files in filled if len(files) == 1],
    }


def _record_set(relation: Relation, path: str) -> dict[str, Any]:
    name = relation.qualified
    made: dict[str, Any] = {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": relation.comment,
        "field": [
            {
                "@type": "cr:Field",
                "@id": f"{name}/{column.name}",
                "name": column.name,
                "description": column.comment,
                "dataType": SCHEMA_ORG[_type(column.kind)],
                "source": {"fileObject": {"@id": path}, "extract": {"column": column.name}},
            }
            for column in relation.columns
        ],
    }
    if key := _key(relation):
        made["key"] = [{"@id": f"{name}/{column}"} for column in key]
    return made


def _key(relation: Relation) -> tuple[str, ...]:
    return next((table.key for table in tables() if table.name == relation.qualified), ())


def _type(kind: str) -> str:
    return FRICTIONLESS.get(kind, "integer" if "INT" in kind else "any")
