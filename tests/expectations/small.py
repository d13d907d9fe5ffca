"""A small publication of real figures, built by the project's own writer: for tests of gates, exports and readers."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import duckdb
import polars as pl

from transforms.banking.definitions import definitions
from transforms.model import CLAIM, observations
from warehouse.candidate import Base, write_candidate
from warehouse.content import Content
from warehouse.publish import new_manifest
from warehouse.store import settle

NOVEMBER, DECEMBER = date(2025, 11, 30), date(2025, 12, 31)
FIRST, BULLETIN = date(2026, 1, 14), date(2026, 8, 11)
PRINTED = {"export": 357.78e9, "import": 243.64e9, "total": 601.42e9, "balance": 114.14e9}  # December 2025, USD
Claim = tuple[str, date, date, float]  # flow, period_end, vintage_date, value


def claims(*rows: Claim, release: str = "first", **dimensions: str) -> pl.DataFrame:
    frame = pl.DataFrame(rows, schema=["flow", "period_end", "vintage_date", "value"], orient="row")
    constants = {"dataset": "trade_total", "ref_area": "CHN", "counterpart_area": "WORLD", "product_code": "TOTAL",
                 "measure": "value", "basis": "month", "currency": "USD", "unit": "USD"} | dimensions  # fmt: skip
    made = observations(frame.drop("vintage_date").with_columns(precision=pl.lit(5e6)), **constants)
    return made.with_columns(
        vintage_date=frame["vintage_date"], vintage_kind=pl.lit("observed"), release_id=pl.lit(release),
        first_seen=frame["vintage_date"].cast(pl.Datetime("us")),
    ).select(CLAIM.keys())  # fmt: skip


def printed(**changed: float) -> pl.DataFrame:
    return claims(*[(flow, DECEMBER, FIRST, value) for flow, value in (PRINTED | changed).items()])


def warehouse(path: Path, *frames: pl.DataFrame) -> duckdb.DuckDBPyConnection:
    """A publication of some claims, built on an empty one as a run builds on the last: a fifth of the cost of the schema."""
    _write(path, pl.concat(frames), _empty())
    return duckdb.connect(str(path), read_only=True)


@cache
def _empty() -> Path:
    """A publication without claims, made once a process."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    _write(folder / "empty.duckdb", printed().clear(), None)
    return folder / "empty.duckdb"


def _write(path: Path, everything: pl.DataFrame, base: Path | None) -> None:
    settled = settle(everything)
    releases = everything.select("release_id").unique().with_columns(
        product=pl.lit("gacc.test"), publisher=pl.lit("GACC"), state=pl.lit("loaded")
    )  # fmt: skip
    nothing = settled.vintages.head(0)
    content = Content(settled, nothing, releases, tables={"definition": definitions()})
    begun = Base(base, path.with_suffix(".base")) if base else None
    write_candidate(path, content, new_manifest("test", content, "none", datetime(2026, 11, 23, tzinfo=UTC)), begun)
