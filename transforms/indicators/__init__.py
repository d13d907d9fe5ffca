"""Derived series: every indicator, declared once, computed for every vintage of its inputs.

A full derivation is `derive(vintages, records)`. With the rows of the last one and what changed since it gives the same
rows for the cost of the news:

    change = Change.between(old_vintages, vintages, old_records, records)
    rows = derive(vintages, records, previous=old_rows, change=change)

An indicator of which no input changed keeps its rows; another one keeps those of the vintage days before the first
change and is derived from that day on.
"""

from __future__ import annotations

import importlib
import pkgutil
from concurrent.futures import ThreadPoolExecutor

import polars as pl

from transforms.indicators.change import Change
from transforms.indicators.declaration import Build, Indicator, Records, Undeclared, described
from transforms.indicators.engine import DefinitionMix
from transforms.indicators.fits import Fits
from transforms.model import CLAIM

__all__ = ["CATALOG", "Build", "Change", "DefinitionMix", "Fits", "Indicator", "Undeclared", "derive",
           "derive_news", "described"]  # fmt: skip


THREADS = 2
"""Indicators under way at once: while polars works for one, the Python of another runs. A third finds nothing to do."""


def _catalog() -> list[Indicator]:
    """All indicators that the modules of this package declare, by module."""
    found: list[Indicator] = []
    for module in pkgutil.iter_modules(__path__, f"{__name__}."):
        for value in vars(importlib.import_module(module.name)).values():
            given = value if isinstance(value, list) else [value]
            found += [one for one in given if isinstance(one, Indicator) and one not in found]
    return found


CATALOG: list[Indicator] = _catalog()


def derive(
    vintages: pl.DataFrame,
    records: Records,
    *,
    previous: pl.DataFrame | None = None,
    change: Change | None = None,
    fits: Fits | None = None,
) -> pl.DataFrame:
    """All indicators for every vintage of their inputs, with the columns of CLAIM.

    `vintages` has the columns of CLAIM and series_id (all resolved vintages), `records` the record tables by name.
    `previous` holds the rows that an earlier call of the same code made, `change` what differs from the inputs of that
    call; `fits` keeps seasonals between calls. Raises DefinitionMix when an indicator would join two definitions,
    Undeclared when one reads or makes what its declaration does not name, ValueError when one names a cell twice.
    """
    return _made(Build(vintages, records, previous=previous, change=change, fits=fits), CATALOG)


def derive_news(
    vintages: pl.DataFrame, records: Records, *, previous: pl.DataFrame, change: Change, fits: Fits | None = None
) -> tuple[list[str], pl.DataFrame]:
    """The ids of the indicators of which an input changed, and their rows; those of the others are what they were.
    Otherwise as `derive`.
    """
    build = Build(vintages, records, previous=previous, change=change, fits=fits)
    stale = [indicator for indicator in CATALOG if not build.stands(indicator)]
    return [indicator.id for indicator in stale], _made(build, stale)


def _made(build: Build, wanted: list[Indicator]) -> pl.DataFrame:
    with ThreadPoolExecutor(THREADS, "indicators") as pool:
        made = list(pool.map(build.indicator, wanted))
    titles = (pl.coalesce("native_title", pl.lit(indicator.title)).alias("native_title") for indicator in wanted)
    titled = (rows.with_columns(title) for rows, title in zip(made, titles, strict=True))
    return pl.concat([pl.DataFrame(schema=dict(CLAIM)), *titled])
