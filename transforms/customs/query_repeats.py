"""Rows of a download that came before: in files of which a part was joined twice."""

from __future__ import annotations

import polars as pl

from transforms.model import ReadError

KEY = ["period", "partner_code", "partner_name", "hs_code", "regime_code", "regime_name", "region_code", "region_name"]


class Repeats:
    """Which rows came before, by 16 bytes a row: a download may be longer than memory."""

    def __init__(self) -> None:
        self.count = 0
        self._rows: list[pl.Series] = []
        self._keys: list[pl.Series] = []

    def without(self, frame: pl.DataFrame, where: str) -> pl.DataFrame:
        """The rows that did not come before. The chosen fields are a key, so that a row that comes again in full is
        the same record. ReadError `duplicate_row` for a key that comes again with other figures: nobody can tell which
        of the two is right."""
        rows = _hashes(frame, frame.columns)
        again = ~rows.is_first_distinct() | _among(rows, self._rows)
        frame, rows = frame.filter(~again), rows.filter(~again)
        keys = _hashes(frame, [name for name in KEY if name in frame.columns])
        other = ~keys.is_first_distinct() | _among(keys, self._keys)
        if other.any():
            shown = " ".join(cell for cell in frame.row(int(other.arg_max() or 0)) if cell)[:120]
            raise ReadError(
                "duplicate_row", expected="every combination of the fields once", where=where,
                got=f"{other.sum()} rows again, with other figures: {shown}",
                hint="Downloads of different months, flows or days were joined, or a column that tells the rows apart "
                "was taken out. Ingest them one by one.",
            )  # fmt: skip
        self.count += int(again.sum() or 0)
        _remember(rows, self._rows)
        _remember(keys, self._keys)
        return frame


def _hashes(frame: pl.DataFrame, columns: list[str]) -> pl.Series:
    return frame.select(pl.struct(columns).hash()).to_series()


def _among(hashes: pl.Series, runs: list[pl.Series]) -> pl.Series:
    found = pl.Series([False]).new_from_index(0, len(hashes))
    for run in runs:
        places = run.search_sorted(hashes).clip(upper_bound=len(run) - 1)
        found |= run.gather(places) == hashes
    return found


def _remember(hashes: pl.Series, runs: list[pl.Series]) -> None:
    """Keep them in sorted runs, each more than twice as long as the next: there are few to look through."""
    runs.append(hashes.sort())
    while len(runs) > 1 and len(runs[-2]) <= 2 * len(runs[-1]):
        runs[-2:] = [pl.concat(runs[-2:]).sort()]
