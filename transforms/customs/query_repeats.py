"""Rows of a download that came before: in files of which a part was joined twice."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import polars as pl

from transforms.customs.query_fields import Fields
from transforms.model import ReadError

if TYPE_CHECKING:
    import numpy as np

    Hashes = np.ndarray[tuple[int], np.dtype[np.uint64]]

KEY = ["period", "partner_code", "partner_name", "hs_code", "regime_code", "regime_name", "region_code", "region_name"]


class Repeats:
    """Which rows came before, in a file that may be longer than memory.

    A first reading keeps eight bytes a row, the hash of its key, and then tells those that came more than once, as a
    rule none. Where there are some, the file is read a second time with them as `known`, and only their rows are
    compared.
    """

    def __init__(self, known: Hashes | None = None) -> None:
        self.count = 0
        self._known = known
        self._keys: list[Hashes] = []
        self._twice: Hashes | None = None
        self._first = pl.DataFrame(schema={"key": pl.UInt64(), "row": pl.UInt64()})

    def suspects(self) -> Hashes | None:
        """After a first reading the hashes of keys that came more than once; None if none did."""
        import numpy as np  # short tables do without

        if self._keys:
            keys = np.concatenate(self._keys)
            self._keys.clear()
            keys.sort()
            twice = np.unique(keys[1:][keys[1:] == keys[:-1]])
            self._twice = twice if len(twice) else None
        return self._twice

    def without(self, fields: Fields, where: str) -> Fields:
        """The rows that did not come before. The chosen fields are a key, so that a row that comes again in full is
        the same record. ReadError `duplicate_row` for a key that comes again with other figures: nobody can tell which
        of the two is right. A first reading gives all rows."""
        import numpy as np

        keys = _hashes(fields, [name for name in KEY if name in fields])
        if self._known is None:
            self._keys.append(keys)
            return fields
        places = np.flatnonzero(np.isin(keys, self._known))
        if not len(places):
            return fields
        suspect = pl.DataFrame({"place": places, "key": keys[places], "row": _hashes(fields, fields)[places]})
        met = suspect.join(self._first, on="key", how="left", suffix="_first", maintain_order="left").with_columns(
            new=pl.col("row_first").is_null() & pl.col("key").is_first_distinct(),
            row_first=pl.coalesce("row_first", pl.col("row").first().over("key")),
        )
        other = met.filter(pl.col("row") != pl.col("row_first"))
        if len(other):
            shown = " ".join(cell for cell in fields.row(other["place"][0]) if cell)[:120]
            raise ReadError(
                "duplicate_row", expected="every combination of the fields once", where=where,
                got=f"{len(other)} rows again, with other figures: {shown}",
                hint="Downloads of different months, flows or days were joined, or a column that tells the rows apart "
                "was taken out. Ingest them one by one.",
            )  # fmt: skip
        self._first = pl.concat([self._first, met.filter("new").select("key", "row")])
        again = met.filter(~pl.col("new"))["place"]
        self.count += len(again)
        kept = np.ones(len(fields), dtype=bool)
        kept[again.to_numpy()] = False
        return fields.filter(pl.Series(kept))


def _hashes(fields: Fields, names: Iterable[str]) -> Hashes:
    """By row a hash of its texts in these columns: the sum of theirs, each times an odd number of the column's own."""
    import numpy as np

    total = np.zeros(len(fields), dtype=np.uint64)
    for number, name in enumerate(names):
        factor = np.uint64(0x9E3779B97F4A7C15 + 2 * number)  # any odd number does: it tells columns apart
        hashes = fields[name].texts.hash().to_numpy() * factor
        total += hashes if fields[name].places is None else hashes[fields[name].numbers.to_numpy()]
    return total
