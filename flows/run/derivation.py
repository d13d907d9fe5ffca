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
from warehouse.files import write_atomic


@dataclass(frozen=True)
class Derivation:
    """Inputs and result of a derivation. `indicators` has the columns of CLAIM, series_id and change."""

    words: pl.DataFrame
    records: Mapping[str, pl.DataFrame]
    indicators: pl.DataFrame
    fits: Fits


def load(folder: Path) -> Derivation | None:
    """The last derivation by the present code; None if there is none or it is not whole."""
    try:
        state = json.loads((folder / "state.json").read_bytes())
        if state["code"] != code_hash(DERIVING):
            return None
        records = {name: pl.read_parquet(folder / f"record.{name}.parquet") for name in state["records"]}
        frames = [pl.read_parquet(folder / f"{name}.parquet") for name in ("words", "indicators")]
        return Derivation(frames[0], records, frames[1], Fits(state["fits"]))
    except (OSError, ValueError, KeyError, pl.exceptions.PolarsError):
        return None


def keep(folder: Path, done: Derivation) -> None:
    """Keep a derivation in place of the one before."""
    shutil.rmtree(folder, ignore_errors=True)
    frames = {"words": done.words, "indicators": done.indicators}
    frames |= {f"record.{name}": frame for name, frame in done.records.items()}
    for name, frame in frames.items():
        buffer = io.BytesIO()
        frame.write_parquet(buffer, compression="lz4")
        write_atomic(folder / f"{name}.parquet", buffer.getvalue())
    state = {"code": code_hash(DERIVING), "records": sorted(done.records), "fits": done.fits.used or done.fits.known}
    write_atomic(folder / "state.json", json.dumps(state).encode())
