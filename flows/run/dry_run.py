"""What an ingest would do with files, without writing anything: what each is, loads, sets aside, and why not."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from flows.run import downloads
from flows.run.editions import RULES, likely, taken_back, unsaid
from flows.run.ingest import identify
from flows.run.judging import gate
from flows.run.reading import faults_as_refusals, read_payload
from flows.settings import Settings
from transforms import asof
from transforms.indicators.stated import in_base_units
from transforms.model import Payload, ReadError, Reading, Refusal, series_id
from transforms.products import Product
from warehouse import calendar
from warehouse.store import agree

SHOWN = ("series_id", "period_end", "value", "unit", "precision")
SHOWN_WHOLE = 16 * 2**20
"""Bytes of a long table whose rows are shown: a download of the query has 10,000 rows at most, some 2 MB. Of longer
ones, such as joined downloads, the number of rows alone."""


def dry_run(
    settings: Settings,
    files: Sequence[Path],
    *,
    product: str | None = None,
    published: date | None = None,
    options: Mapping[str, str] | None = None,
) -> list[dict[str, Any]]:
    """One entry a file: file, product, state (loads, partial, refused), release, refusal, observations, records,
    set_aside, unread, notes, and `changes`: how many figures the publication does not have (adds), has as they are
    (repeats) or has otherwise (revises). Long tables are read through a temporary folder that is gone afterwards."""
    stated = {"published": published.isoformat()} if published else {}
    said = []
    for path in files:
        with tempfile.TemporaryDirectory() as folder:
            said.append(_say(settings, path, product, {**(options or {}), **stated}, Path(folder)))
    return said


def _say(
    settings: Settings, path: Path, product: str | None, options: Mapping[str, str], folder: Path
) -> dict[str, Any]:
    nothing: dict[str, Any] = {"observations": [], "records": {}, "set_aside": [], "unread": [], "notes": []}
    nothing["changes"] = {"adds": 0, "repeats": 0, "revises": 0}
    said = {"file": str(path), "product": None, "state": "refused", "release": None, "refusal": None} | nothing
    try:
        with faults_as_refusals(path.name):
            found, reading = identify(path, product, options, folder)
            shown = reading
            if reading.spooled and path.stat().st_size <= SHOWN_WHOLE:
                shown = read_payload(found, Payload(path.read_bytes(), path.name, options=options))[0]
    except ReadError as error:
        return said | {"product": error.product or None, "refusal": asdict(error.refusal)}
    said |= {"product": found.PRODUCT, "release": asdict(reading.release)}
    _, refusal = gate(found.PRODUCT, reading, path.name)
    if refusal:
        return said | {"refusal": asdict(refusal)}
    own = reading.observations.with_columns(series_id())
    known = _known(settings, own)
    day = calendar.release_date(found.PRODUCT, reading.release.period)
    older = None if day or "published" in options else _older(found, reading, own, known)
    older = older or (None if "published" in options else downloads.taken_back_from(settings.warehouse, reading))
    if older:
        return said | {"refusal": asdict(replace(older, where=path.name))}
    return (
        said
        | _content(shown)
        | {"changes": _changes(own, known)}
        | {"state": "partial" if shown.set_aside else "loads"}
    )


def _known(settings: Settings, own: pl.DataFrame) -> pl.DataFrame:
    """Every vintage that the publication holds of these figures; none where there is no publication."""
    schema = {"series_id": pl.String(), "period_end": pl.Date(), "value": pl.Float64(), "precision": pl.Float64(),
              "vintage_date": pl.Date(), "first_seen": pl.Datetime("us"), "release_id": pl.String(),
              "public": pl.Date()}  # fmt: skip
    if own.is_empty() or not settings.warehouse.exists():
        return pl.DataFrame(schema=schema)
    with duckdb.connect(str(settings.warehouse), read_only=True) as con:
        con.register("asked", own.select("series_id").unique().to_arrow())
        columns = ", ".join(f"o.{name}" for name in schema if name != "public")
        query = f"""SELECT {columns}, r.product, r.period, coalesce(r.url, '') = '' AND r.vintage_rule = ? AS undated
            FROM vintage.observation AS o SEMI JOIN asked USING (series_id)
            LEFT JOIN ops.release AS r USING (release_id)"""
        found = pl.from_arrow(con.sql(query, params=[RULES["seen"]]).to_arrow_table())
    assert isinstance(found, pl.DataFrame)
    guessed = {key: likely(*key) for key in found.filter("undated").select("product", "period").unique().rows()}
    public = [
        guessed[p, t] if u else day
        for p, t, u, day in found.select("product", "period", "undated", "vintage_date").rows()
    ]
    found = found.with_columns(public=pl.Series(public, dtype=pl.Date)).select(schema.keys())
    return found.cast(schema)  # type: ignore[arg-type]


def _older(found: Product, reading: Reading, own: pl.DataFrame, known: pl.DataFrame) -> Refusal | None:
    """Why the run would refuse a file without a day: it would take newer figures back."""
    period = reading.release.period
    prefix = f"{found.PRODUCT}/{period}/"
    same = set(known.filter(pl.col("release_id").str.starts_with(prefix))["release_id"])
    new = unsaid(own, known.filter(pl.col("release_id").is_in(list(same))))
    return taken_back(new, known, likely(found.PRODUCT, period), same)


def _changes(own: pl.DataFrame, known: pl.DataFrame) -> dict[str, int]:
    met = own.join(asof.newest(known), on=["series_id", "period_end"], suffix="_now")
    repeats = met.filter(agree("value", "precision", "value_now", "precision_now")).height
    return {"adds": own.height - met.height, "repeats": repeats, "revises": met.height - repeats}


def _content(reading: Reading) -> dict[str, Any]:
    return {
        "observations": reading.observations.with_columns(series_id()).select(SHOWN).to_dicts(),
        "records": {name: [in_base_units(row) for row in frame.to_dicts()] for name, frame in reading.records.items()}
        | {name: [{"rows": rows.rows}] for name, rows in reading.spooled.items()},
        "set_aside": [asdict(row) for row in reading.set_aside],
        "unread": [asdict(figure) for figure in reading.unread],
        "notes": list(reading.notes),
    }
