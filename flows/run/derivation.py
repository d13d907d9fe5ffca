"""The last derivation, kept in the cache: what was derived from what, so that the next one derives the news alone.

`state.json` goes last and names the code; without it, or by other code, nothing is kept and everything is derived.
"""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from flows.run.code_version import DERIVING, code_hash
from transforms.indicators import Fits
from warehouse.content import Made
from warehouse.files import name_again, write_atomic
from warehouse.parts import PARTS, joined, same, slices
from warehouse.store import Settled


@dataclass(frozen=True)
class Derivation:
    """Inputs and result of a derivation. `indicators` has the columns of CLAIM, series_id and change."""

    settled: Settled
    records: Mapping[str, pl.DataFrame]
    indicators: pl.DataFrame
    fits: Fits
    made: Made
    folder: Path | None = None  # where it is kept, if it comes from there


SHORT = ("confirmations", "replaced", "series")
LONG = {"vintages": "vintage.observation", "indicators": "vintage.indicator"}
"""Frames of which large parts have files of their own, and the tables whose parts they are."""
LARGE = 100_000
"""Rows from which a part is large: it takes a tenth of a second to write, a moment to name again."""


def load(folder: Path) -> Derivation | None:
    """The last derivation by the present code; None if there is none or it is not whole."""
    try:
        state = json.loads((folder / "state.json").read_bytes())
        if state["code"] != code_hash(DERIVING):
            return None
        records = {name: pl.read_parquet(folder / f"record.{name}.parquet") for name in state["records"]}
        frames = {name: pl.read_parquet(folder / f"{name}.parquet") for name in (*SHORT, *LONG)}
        large = {
            name: {part: pl.read_parquet(folder / _file(name, part)) for part in state["large"][name]} for name in LONG
        }
        vintages = joined(frames["vintages"], slices(frames["vintages"]), large["vintages"])
        indicators = pl.concat([frames["indicators"], *large["indicators"].values()])
        settled = Settled(vintages, frames["confirmations"], frames["replaced"], state["claimed"])
        made = Made(state["prints"], state["digests"], frames["series"])
        return Derivation(settled, records, indicators, Fits(state["fits"]), made, folder)
    except (OSError, ValueError, KeyError, pl.exceptions.PolarsError):
        return None


def keep(folder: Path, done: Derivation, last: Derivation | None) -> None:
    """Keep a derivation in place of the one before. Large parts that are those of the `last` one are not written."""
    fresh = folder.with_name(f"{folder.name}-fresh")
    shutil.rmtree(fresh, ignore_errors=True)
    frames = {
        "confirmations": done.settled.confirmations,
        "replaced": done.settled.replaced,
        "series": done.made.series,
    }
    frames |= {f"record.{name}": frame for name, frame in done.records.items()}
    large: dict[str, list[str]] = {}
    for name, frame in {"vintages": done.settled.vintages, "indicators": done.indicators}.items():
        table, by = LONG[name], PARTS[LONG[name]]
        counts = frame.group_by(by).len().filter(pl.col("len") >= LARGE)
        large[name] = counts[by].sort().to_list()
        stands = same(done.made.prints[table], last.made.prints[table]) if last else set()
        for part in large[name]:
            before = last.folder / _file(name, part) if last and last.folder and part in stands else None
            if before and before.exists():
                name_again(before, fresh / _file(name, part))
            else:
                _write(frame.filter(pl.col(by) == part), fresh / _file(name, part))
        frames[name] = frame.filter(~pl.col(by).is_in(large[name])) if large[name] else frame
    for name, frame in frames.items():
        _write(frame, fresh / f"{name}.parquet")
    state = {
        "code": code_hash(DERIVING),
        "records": sorted(done.records),
        "large": large,
        "fits": done.fits.known,
        "claimed": done.settled.claimed,
        "prints": done.made.prints,
        "digests": done.made.digests,
    }
    write_atomic(fresh / "state.json", json.dumps(state).encode())
    shutil.rmtree(folder, ignore_errors=True)
    fresh.rename(folder)


def _file(name: str, part: str) -> str:
    return f"{name}.{part}.parquet"


def _write(frame: pl.DataFrame, path: Path) -> None:
    buffer = io.BytesIO()
    frame.write_parquet(buffer, compression="lz4")
    write_atomic(path, buffer.getvalue())
