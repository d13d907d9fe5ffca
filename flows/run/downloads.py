"""Downloads handed over without a day: which of two that differ is the newer one nobody can tell from their rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path

import duckdb
import polars as pl

from flows.run.read import Read
from transforms.model import Reading, Refusal, Spooled

KEY = ("period_start", "period_end", "flow", "hs8", "partner", "regime", "region", "currency")
FIGURES = ("quantity", "quantity2", "value")


def taken_back(own: Read, earlier: Sequence[Read]) -> Refusal | None:
    """Why a download is refused: one that was there before shows a row of it otherwise. None if none does.

    A query shows every month as revised by the day of the download, and the file does not say that day: loaded as
    today's, an old one would replace what a newer one shows.
    """
    assert own.reading
    for name, rows in own.reading.spooled.items():
        for other in earlier:
            held = other.reading.spooled.get(name) if other.reading else None
            if held is None or held.digest == rows.digest or not _overlap(rows, held):
                continue
            differ = _differing(pl.scan_parquet(rows.path), pl.scan_parquet(held.path))
            if differ:
                return _refusal(differ, other.release_id)
    return None


def taken_back_from(warehouse: Path, reading: Reading) -> Refusal | None:
    """The same of the downloads that a publication holds; None also where it holds this very download."""
    if not warehouse.exists():
        return None
    equal = " AND ".join(f"own.{name} IS NOT DISTINCT FROM held.{name}" for name in KEY)
    apart = " OR ".join(
        f"own.{name} IS DISTINCT FROM held.{name}"
        f" AND coalesce(abs(own.{name} - held.{name}) > 1e-9 * abs(own.{name}), true)"
        for name in FIGURES
    )
    with duckdb.connect(str(warehouse), read_only=True) as con:
        for name, rows in reading.spooled.items():
            if con.execute("SELECT count(*) FROM ops.download WHERE digest = ?", [rows.digest]).fetchall()[0][0]:
                continue
            query = f"""SELECT held.release_id, count(*) FROM read_parquet(?) AS own JOIN {name} AS held ON {equal}
                WHERE {apart} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 1"""
            for release_id, differ in con.execute(query, [str(rows.path)]).fetchall():
                return _refusal(differ, release_id)
    return None


def _refusal(differ: int, release_id: str) -> Refusal:
    return Refusal(
        "older_figures",
        expected="rows that no other download shows otherwise, or the day on which this one was made",
        got=f"{differ} rows with other figures than {release_id} has",
        hint="Which of the two is newer cannot be told from the file. Say when it was downloaded: "
        "`portvault ingest FILE --published YYYY-MM-DD`.",
    )


def _overlap(one: Spooled, other: Spooled) -> bool:
    """Do both speak of common months? Spares most downloads of a long series the comparison of their rows."""
    (start, end), (other_start, other_end) = (_span(rows.path, rows.digest) for rows in (one, other))
    return start <= other_end and other_start <= end


@cache
def _span(path: Path, digest: str) -> tuple[date, date]:
    """First and last day of the rows of a file, which has this digest."""
    bounds = pl.scan_parquet(path).select(pl.col("period_start").min(), pl.col("period_end").max()).collect()
    start, end = bounds.row(0)
    return start or date.max, end or date.min


def _differing(own: pl.LazyFrame, held: pl.LazyFrame) -> int:
    """Rows that both have with different figures."""
    both = own.select(*KEY, *FIGURES).join(
        held.select(*KEY, *FIGURES), on=list(KEY), how="inner", suffix="_held", nulls_equal=True
    )
    apart = [
        ~pl.col(name).eq_missing(pl.col(f"{name}_held"))
        & ((pl.col(name) - pl.col(f"{name}_held")).abs() > 1e-9 * pl.col(name).abs()).fill_null(value=True)
        for name in FIGURES
    ]
    counted = both.filter(pl.any_horizontal(apart)).select(pl.len()).collect()
    return int(counted.item())
