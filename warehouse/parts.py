"""Parts of the long frames: the words on a dataset, the values of an indicator.

Most releases touch few of them. What is made of a part alone (its vintages, its digest, its rows of table series) is
kept, and made again where the part is another one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

import polars as pl

PARTS = {"vintage.observation": "dataset", "vintage.indicator": "measure"}
"""The long tables, and the column of their frames that names the part of a row."""
PART_OF = {"vintage.observation": "split_part(series_id, ':', 1)", "vintage.indicator": "indicator_id"}
"""The same as SQL over the table in a publication."""
PART = "CASE WHEN s.dataset = 'indicator' THEN s.measure ELSE s.dataset END"
"""The part that a series, a row s of table series, belongs to."""
SHOWN = {"observation": "vintage.observation", "indicator": "vintage.indicator"}
"""Tables that show the newest state of each part of a long one, and nothing that depends on other parts."""
Prints = Mapping[str, str]
"""By part what tells whether it is what it was."""


def prints(frame: pl.DataFrame, by: str) -> dict[str, str]:
    """The count, sum and exclusive or of the hashes of the rows of each part: the same whatever their order.

    Hashes are those of the version of polars at hand, which the result names.
    """
    if frame.is_empty():
        return {}
    told = (
        frame.select(pl.col(by), hashed=frame.hash_rows())
        .group_by(by)
        .agg(pl.len(), pl.col("hashed").sum(), either=pl.col("hashed").bitwise_xor())
    )
    return {part: f"{pl.__version__} {n} {total:x} {either:x}" for part, n, total, either in told.iter_rows()}


def same(now: Prints, before: Prints) -> set[str]:
    """Parts that are what they were."""
    return {part for part, told in now.items() if before.get(part) == told}


def apart(now: Prints, before: Prints) -> list[str]:
    """Parts that came, went or are others than they were, in order."""
    return sorted({*now, *before} - same(now, before))


def slices(frame: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """The rows of each dataset, of a frame that is sorted by series."""
    runs = frame["dataset"].rle().struct.unnest()
    ends = runs["len"].cum_sum()
    return {
        part: frame.slice(end - length, length)
        for part, length, end in zip(runs["value"], runs["len"], ends, strict=True)
    }


def joined(schema: pl.DataFrame, *pieces: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Rows of datasets as one frame, sorted by series as each of them is; `schema` is a frame of its columns."""
    every = {part: frame for some in pieces for part, frame in some.items()}
    return pl.concat([schema.clear(), *(every[part] for part in in_order(every))])


def in_order(datasets: Iterable[str]) -> list[str]:
    """As rows that are sorted by series have them: the name and a colon begin the ids of series."""
    return sorted(datasets, key=lambda dataset: f"{dataset}:")


def only(pieces: Mapping[str, pl.DataFrame], parts: Collection[str]) -> dict[str, pl.DataFrame]:
    return {part: frame for part, frame in pieces.items() if part in parts}
