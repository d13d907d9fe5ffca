"""The real figures that ship with Portvault, as blocks: a CSV of published values beside a YAML that explains them.

`<topic>/<block>.csv` holds values exactly as published (text, published unit). `<topic>/<block>.yaml` states
title, publisher, source, vintage (with its rule), period convention, what every value column is, and the known
repairs and doubts. README.md in this folder gives the format.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from transforms import yaml_file
from transforms.model import CLAIM
from warehouse.history.claims import claims, in_base_units, release_ids

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class History:
    claims: pl.DataFrame  # columns of CLAIM
    releases: pl.DataFrame  # one row per release_id: title, publisher, source, vintage rule, notes, hash of the CSV
    records: Mapping[str, pl.DataFrame]  # other tables by name, text columns and release_id


def load(folder: Path = FOLDER) -> History:
    """Every block below `folder`. Raises ReadError naming file, row and column on the first bad cell."""
    found, releases, records = [], [], {}  # type: ignore[var-annotated]
    for path in sorted(folder.rglob("*.yaml")):
        block = yaml_file.load(path)
        content = path.with_suffix(".csv").read_bytes()
        frame = pl.read_csv(content, infer_schema=False)
        name = path.relative_to(folder).with_suffix("").as_posix()
        refs = frame["source_ref"].unique().sort().to_list() if "source_ref" in frame.columns else [None]
        sha256 = hashlib.sha256(content).hexdigest()
        releases += [_release(name, block, ref) | {"sha256": sha256} for ref in refs]
        if table := block.get("table"):
            frame = _with_source(block, frame.with_columns(release_ids(name, frame)))
            records.setdefault(table, []).append(in_base_units(name, frame, block.get("scale", [])))
        else:
            found.append(claims(name, block, frame))
    return History(
        claims=pl.concat(found) if found else pl.DataFrame(schema=dict(CLAIM)),
        releases=pl.DataFrame(releases, infer_schema_length=None),
        records={table: pl.concat(frames, how="diagonal") for table, frames in records.items()},
    )


@cache
def shipped() -> History:
    """What `load` gives, read once: the files do not change while a program runs."""
    return load()


def _product(block: Mapping[str, Any], ref: str | None) -> str | None:
    """The product whose tables a block holds; where it holds those of several, the first word of the ref tells."""
    product = block.get("product")
    return product[str(ref).partition("_")[0]] if isinstance(product, Mapping) else product


def _with_source(block: Mapping[str, Any], frame: pl.DataFrame) -> pl.DataFrame:
    """A record table with the column `source` written out, from `source_ref` or from the block."""
    if "source" in frame.columns:
        return frame
    if "source_ref" not in frame.columns:
        return frame.with_columns(source=pl.lit(block["source"]))
    return frame.with_columns(source=pl.col("source_ref").replace_strict(block["sources"])).drop("source_ref")


def _release(name: str, block: Mapping[str, Any], ref: str | None) -> dict[str, str | None]:
    vintage = block["vintage"]
    source = block["sources"][ref] if ref is not None else block["source"]
    return {
        "release_id": f"history/{name}" + (f"#{ref}" if ref is not None else ""),
        "product": f"history.{name}",
        "continues": _product(block, ref),
        "title": block["title"],
        "publisher": block["publisher"],
        "url": source,
        "language": block.get("language", "en"),
        "vintage_kind": vintage["kind"],
        "vintage_rule": " ".join(vintage["rule"].split()),
        "note": "\n".join(" ".join(note.split()) for note in block.get("notes", [])),
    }
