"""The tables of schema ops that tell of readings: sightings, rows set aside, numbers that nobody was certain of."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import polars as pl

from flows.run.read import Read
from transforms.model import Unread


def sightings(reads: Sequence[Read]) -> pl.DataFrame:
    """Rows of ops.sighting."""
    rows = [
        (read.release_id, read.snapshot.sha256, one.address or None, one.naive, one.published)
        for read in reads
        for one in read.snapshot.sightings
    ]
    names = ("release_id", "sha256", "address", "seen_at", "published")
    frame = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String()) | {"seen_at": pl.Datetime("us")}, orient="row")
    return frame.with_columns(pl.col("published").str.to_date()).sort("seen_at", "release_id")


def set_aside(reads: Sequence[Read]) -> pl.DataFrame:
    """Rows of ops.row_set_aside."""
    rows = [
        {"release_id": read.release_id, "row": row.row, "code": row.code, "reason": row.reason, "place": row.where}
        for read in reads
        for row in (read.reading.set_aside if read.reading else ())
    ]
    return pl.DataFrame(rows, schema=dict.fromkeys(("release_id", "row", "code", "reason", "place"), pl.String()))


def unread(reads: Sequence[Read]) -> pl.DataFrame:
    """Rows of ops.unread_figure; the key is made of what identifies the number, so it is the same in every build.

    A number that somebody confirmed is a figure and stands here no more.
    """
    confirmed = {
        read.reading.release.title.rpartition(" ")[2]
        for read in reads
        if read.reading and read.snapshot.product == "reports.confirmed"
    }
    rows = [
        {"figure_id": unread_id(read.snapshot.sha256, figure), "release_id": read.release_id, **asdict(figure)}
        for read in reads
        for figure in (read.reading.unread if read.reading else ())
        if unread_id(read.snapshot.sha256, figure) not in confirmed
    ]
    schema = {"figure_id": pl.String(), "release_id": pl.String()} | dict.fromkeys(
        ("sentence", "place", "surface", "value", "unit", "reading", "missing"), pl.String()
    )
    return pl.DataFrame(rows, schema=schema | {"value": pl.Float64()}).unique("figure_id", maintain_order=True)


def aside_by_product(reads: Sequence[Read]) -> dict[str, int]:
    """Rows set aside in the newest period of each product."""
    newest: dict[str, tuple[str, int]] = {}
    for read in reads:
        if read.reading:
            found = (read.reading.release.period, len(read.reading.set_aside))
            newest[read.snapshot.product] = max(newest.get(read.snapshot.product, ("", 0)), found)
    return {product: count for product, (_, count) in newest.items() if count}


def unread_id(sha256: str, figure: Unread) -> str:
    """Key of an unread number: of the document's bytes, the sentence, the place and the number as written."""
    said = "\n".join((sha256, figure.place, figure.sentence, figure.surface))
    return hashlib.sha256(said.encode()).hexdigest()[:12]


def check_row(check: Mapping[str, Any], subject: str) -> dict[str, Any]:
    """A result as a row of ops.check_result."""
    return {**check, "subject": subject, "column_name": check["column"]}
