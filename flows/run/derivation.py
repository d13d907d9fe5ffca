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
from warehouse.files import write_atomic
from warehouse.store import Settled


@dataclass(frozen=True)
class Derivation:
    """Inputs and result of a derivation. `indicators` has the columns of CLAIM, series_id and change."""

    settled: Settled
    records: Mapping[str, pl.DataFrame]
    indicators: pl.DataFrame
    fits: Fits
    made: Made


SETTLED = ("vintages", "confirmations", "replaced")


def load(folder: Path) -> Derivation | None:
    """The last derivation by the present code; None if there is none or it is not whole."""
    try:
        state = json.loads((folder / "state.json").read_bytes())
        if state["code"] != code_hash(DERIVING):
            return None
        records = {name: pl.read_parquet(folder / f"record.{name}.parquet") for name in state["records"]}
        frames = {name: pl.read_parquet(folder / f"{name}.parquet") for name in (*SETTLED, "indicators", "series")}
        vintages, confirmations, replaced = (frames[name] for name in SETTLED)
        settled = Settled(vintages, confirmations, replaced, state["claimed"])
        made = Made(state["prints"], state["digests"], frames["series"])
        return Derivation(settled, records, frames["indicators"], Fits(state["fits"]), made)
    except (OSError, ValueError, KeyError, pl.exceptions.PolarsError):
        return None


def keep(folder: Path, done: Derivation) -> None:
    """Keep a derivation in place of the one before."""
    shutil.rmtree(folder, ignore_errors=True)
    frames = {name: getattr(done.settled, name) for name in SETTLED}
    frames |= {"indicators": done.indicators, "series": done.made.series}
    frames |= {f"record.{name}": frame for name, frame in done.records.items()}
    for name, frame in frames.items():
        buffer = io.BytesIO()
        frame.write_parquet(buffer, compression="lz4")
        write_atomic(folder / f"{name}.parquet", buffer.getvalue())
    state = {
        "code": code_hash(DERIVING),
        "records": sorted(done.records),
        "fits": done.fits.known,
        "claimed": done.settled.claimed,
        "prints": done.made.prints,
        "digests": done.made.digests,
    }
    write_atomic(folder / "state.json", json.dumps(state).encode())
