"""The real figures that ship with Portvault, as blocks: a CSV of published values beside a YAML that explains them.

`<topic>/<block>.csv` holds values exactly as published (text, published unit). `<topic>/<block>.yaml` states
title, publisher, source, vintage (with its rule), period convention, what every value column is, and the known
repairs and doubts. README.md in this folder gives the format.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from transforms.model import CLAIM, DIMENSIONS, NONE, ReadError, observations
from transforms.periods import before, period_end
from transforms.units import Unit, half_last_place, parse_number, to_base

FOLDER = Path(__file__).parent
PERIODS = {"period": period_end, "reporting_date": lambda text: before(date.fromisoformat(text))}


@dataclass(frozen=True)
class History:
    claims: pl.DataFrame  # columns of CLAIM
    releases: pl.DataFrame  # one row per release_id: title, publisher, source, vintage rule, notes
    records: Mapping[str, pl.DataFrame]  # other tables by name, text columns and release_id


def load(folder: Path = FOLDER) -> History:
    """Every block below `folder`. Raises ReadError naming file, row and column on the first bad cell."""
    claims, releases, records = [], [], {}  # type: ignore[var-annotated]
    for path in sorted(folder.rglob("*.yaml")):
        block = yaml.safe_load(path.read_text("utf-8"))
        frame = pl.read_csv(path.with_suffix(".csv"), infer_schema=False)
        name = str(path.relative_to(folder).with_suffix("")).replace("\\", "/")
        refs = frame["source_ref"].unique().sort().to_list() if "source_ref" in frame.columns else [None]
        releases += [_release(name, block, ref) for ref in refs]
        if table := block.get("table"):
            records.setdefault(table, []).append(
                frame.with_columns(_release_id(name, frame)).drop("source_ref", strict=False)
            )
        else:
            claims.append(_claims(name, block, frame))
    return History(
        claims=pl.concat(claims) if claims else pl.DataFrame(schema=dict(CLAIM)),
        releases=pl.DataFrame(releases, infer_schema_length=None),
        records={table: pl.concat(frames, how="diagonal") for table, frames in records.items()},
    )


def _release_id(name: str, frame: pl.DataFrame) -> pl.Expr:
    base = pl.lit(f"history/{name}")
    whole = pl.concat_str([base, pl.col("source_ref")], separator="#") if "source_ref" in frame.columns else base
    return whole.alias("release_id")


def _release(name: str, block: Mapping[str, Any], ref: str | None) -> dict[str, str | None]:
    vintage = block["vintage"]
    source = block["sources"][ref] if ref is not None else block["source"]
    return {
        "release_id": f"history/{name}" + (f"#{ref}" if ref is not None else ""),
        "product": f"history.{name}",
        "title": block["title"],
        "publisher": block["publisher"],
        "url": source,
        "language": block.get("language", "en"),
        "vintage_kind": vintage["kind"],
        "vintage_rule": " ".join(vintage["rule"].split()),
        "note": "\n".join(" ".join(note.split()) for note in block.get("notes", [])),
    }


def _claims(name: str, block: Mapping[str, Any], frame: pl.DataFrame) -> pl.DataFrame:
    """Melt a block's value columns into claims; the sidecar says what each column is."""
    where = f"history/{name}.csv"
    known = {*DIMENSIONS, "native_title", "obs_status", "period", "vintage_date", "source_ref", "remark"}
    if unexplained := set(frame.columns) - known - set(block["values"]):
        raise ReadError(
            "leftover_column",
            expected="columns the .yaml explains",
            got=str(sorted(unexplained)),
            where=where,
        )
    to_end = cache(PERIODS[block.get("period", "period")])
    vintage = block["vintage"]
    dates = frame["vintage_date"] if "vintage_date" in frame.columns else pl.Series([str(vintage["date"])] * len(frame))
    base = frame.select(pl.col("period").map_elements(to_end, return_dtype=pl.Date).alias("period_end"),
                        *[pl.col(c) for c in frame.columns if c in {*DIMENSIONS, "native_title", "obs_status"}])  # fmt: skip
    parts = []
    for column, meaning in block["values"].items():
        meaning = dict(block.get("constants", {})) | dict(meaning)
        unit = Unit(meaning["unit"], Decimal(str(meaning.pop("factor", 1))))
        numbers = [parse_number(cell, f"{where} row {i + 2} {column}") for i, cell in enumerate(frame[column])]
        part = base.with_columns(
            value=pl.Series([to_base(n, unit) for n in numbers], dtype=pl.Float64),
            precision=pl.Series([half_last_place(n, unit) for n in numbers], dtype=pl.Float64),
        )
        keep = part["value"].is_not_null()
        tidy = observations(part.filter(keep), **{k: str(v) for k, v in meaning.items()})
        when = dates.filter(keep).str.to_date()
        parts.append(
            tidy.with_columns(
                vintage_date=when,
                vintage_kind=pl.lit(vintage["kind"]),
                release_id=frame.filter(keep).select(_release_id(name, frame)).to_series()
                if "source_ref" in frame.columns
                else pl.lit(f"history/{name}"),
                first_seen=when.cast(pl.Datetime("us")),
            )
        )
    result = pl.concat(parts).select(pl.col(n).cast(t) for n, t in CLAIM.items())
    assert NONE not in result["unit"].unique(), f"{where}: a value column lacks a unit"
    return result
