"""China's exports to connector economies by good in downloads of the online query: few rows of a long table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from flows.run.editions import Event
from flows.run.read import Read
from transforms.indicators.product_rerouting import CONNECTORS
from transforms.indicators.query_rises import GOODS, TABLE
from warehouse.moments import naive

COUNTED = {"period_end": pl.Date(), "partner": pl.String(), "hs8": pl.String(), "value": pl.Float64()}


def of(reads: Sequence[Read], dated: Mapping[str, Event], known: pl.DataFrame | None) -> pl.DataFrame:
    """Exports in dollars by month, partner of CONNECTORS and eight digits of HS, with the day of the download (GOODS).

    Rows by regime or region are left out: whether all of them were asked for, a file does not say. `known` holds what
    was counted before, of files that are not read again; a file on disk is filtered as it is scanned.
    """
    found = [pl.DataFrame(schema=GOODS)]
    for read in reads:
        rows = read.reading.spooled.get(TABLE) if read.reading else None
        if rows is None:
            continue
        own = None if known is None else known.filter(release_id=read.release_id, digest=rows.digest)
        counted = own.select(*COUNTED) if own is not None and own.height else _counted(pl.scan_parquet(rows.path))
        event = dated[read.release_id]
        found.append(
            counted.with_columns(
                vintage_date=pl.lit(event.day), vintage_kind=pl.lit(event.kind), release_id=pl.lit(read.release_id),
                first_seen=pl.lit(naive(read.snapshot.first_seen)).cast(pl.Datetime("us")), digest=pl.lit(rows.digest),
            ).select(*GOODS)
        )  # fmt: skip
    return pl.concat(found)


def _counted(rows: pl.LazyFrame) -> pl.DataFrame:
    start, end = pl.col("period_start"), pl.col("period_end")
    chosen = rows.filter(
        pl.col("flow") == "export", pl.col("currency") == "USD", pl.col("partner").is_in(list(CONNECTORS)),
        pl.col("regime").is_null(), pl.col("region").is_null(), pl.col("hs8").str.contains(r"^\d{8}$"),
        start == end.dt.month_start(),
    )  # fmt: skip
    return chosen.select(pl.col(name).cast(kind) for name, kind in COUNTED.items()).collect()
