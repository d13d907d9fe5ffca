"""Everything a publication holds, as frames, and its digest."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import polars as pl

from transforms.model import CLAIM, Spooled
from transforms.periods import period_end
from warehouse.parts import PARTS, Prints, prints, same
from warehouse.series import series_table
from warehouse.store import Settled

PUBLISHED = {"early_warning_signal": "published", "reported_figure": "published_date"}
"""Record tables, and what their readers call the day of publication, as printed."""
DAY = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-[0-3]\d)?)?")
STAMPED = ("first_seen", "release_id")
"""Columns that name a run's moment rather than a figure; they stay out of the digest."""


@dataclass(frozen=True)
class Made:
    """What was made of the parts of a content, by the name of their table, so that it need not be made again."""

    prints: Mapping[str, Prints]
    digests: Mapping[str, Mapping[str, str]]
    series: pl.DataFrame  # rows of series_table


@dataclass(frozen=True)
class Content:
    """Frames of a candidate; `indicators` has the columns of CLAIM, series_id and change."""

    settled: Settled
    indicators: pl.DataFrame
    releases: pl.DataFrame
    tables: Mapping[str, pl.DataFrame] = field(default_factory=dict)  # records and catalogues by table name
    operations: Mapping[str, pl.DataFrame] = field(default_factory=dict)  # of runs, not of figures: not in the digest
    spooled: Sequence[tuple[str, str, Spooled]] = ()  # table, release_id, rows on disk: too many for memory
    last: Made | None = field(default=None, compare=False, repr=False)

    @property
    def vintages(self) -> pl.DataFrame:
        return self.settled.vintages

    def digest(self) -> str:
        """SHA-256 over every figure with its vintage, every indicator and every record.

        The same history, archive and corrections give the same digest whatever the machine, the day or the
        number of runs it took to get there.
        """
        parts = sorted((name, part, said) for name, parts in self.made.digests.items() for part, said in parts.items())
        others = digest([("confirmations", self.settled.confirmations), *sorted(self.tables.items())])
        spooled = sorted((name, rows.digest) for name, _, rows in self.spooled)
        return hashlib.sha256(json.dumps([parts, others, spooled]).encode()).hexdigest()

    @cached_property
    def made(self) -> Made:
        """Prints, digests and series of the parts of the long tables; those that stand are taken from the last time."""
        last = self.last or Made({}, {}, series_table(self.vintages.clear()))
        long = {"vintage.observation": self.vintages, "vintage.indicator": self.indicators}
        told, digests, stale = {}, {}, []
        for name, by in PARTS.items():
            told[name] = prints(long[name], by)
            kept = same(told[name], last.prints.get(name, {}))
            changed = long[name].filter(~pl.col(by).is_in(kept))
            digests[name] = {part: said for part, said in last.digests.get(name, {}).items() if part in kept}
            digests[name] |= {str(part): digest([(name, rows)]) for (part,), rows in changed.group_by(by)}
            stale.append((kept, changed))
        (datasets, vintages), (indicators, values) = stale
        derived = pl.col("dataset") == "indicator"
        stands = pl.when(derived).then(pl.col("measure").is_in(indicators)).otherwise(pl.col("dataset").is_in(datasets))
        anew = series_table(pl.concat([vintages, values], how="diagonal"))
        series = pl.concat([last.series.filter(stands), anew]).sort("series_id")
        return Made(told, digests, series)

    @cached_property
    def frames(self) -> dict[str, pl.DataFrame]:
        """Frame by name of the stored table it fills."""
        stored = self.vintages.select("series_id", *CLAIM, "change")
        derived = self.indicators.with_columns(indicator_id=pl.col("measure"))
        publishers = self.releases.select("release_id", source=pl.col("publisher"))
        return {
            "vintage.observation": stored,
            "vintage.confirmation": self._confirmations(),
            "vintage.indicator": derived,
            "series": self.made.series.join(publishers, on="release_id", how="left", maintain_order="left"),
            "ops.part": self._parts(),
            "ops.release": self.releases,
            "ops.claim_replaced": self.settled.replaced,
            **self.tables,
            **{name: _dated(self.tables[name], column) for name, column in PUBLISHED.items() if name in self.tables},
            **self.operations,
        }

    def _parts(self) -> pl.DataFrame:
        """Rows of ops.part."""
        rows = [(name, part, print_) for name, parts in self.made.prints.items() for part, print_ in parts.items()]
        schema = dict.fromkeys(("table_name", "part", "print"), pl.String)
        return pl.DataFrame(sorted(rows), schema=schema, orient="row")

    def _confirmations(self) -> pl.DataFrame:
        days = {"vintage_date": "confirmed_on", "confirms": "vintage_date"}
        return self.settled.confirmations.rename(days)


def _dated(records: pl.DataFrame, column: str) -> pl.DataFrame:
    """Records with the day by which they were public as `published`, and how their source writes it as text.

    A month or a year is over on its last day; what names no year has no day.
    """
    days = [_known_by(text) for text in records[column]]
    return records.with_columns(
        pl.Series("published", days, pl.Date), pl.Series("published_text", records[column], pl.String)
    )


def _known_by(text: str | None) -> date | None:
    found = DAY.match(text or "")
    return period_end(found[0]) if found else None


def digest(frames: Iterable[tuple[str, pl.DataFrame]], drop: Collection[str] = STAMPED) -> str:
    """SHA-256 over named frames, independent of the order of their rows and columns."""
    total = hashlib.sha256()
    for name, frame in frames:
        plain = frame.drop(drop, strict=False)
        plain = plain.select(sorted(plain.columns)).sort(pl.all(), nulls_last=True)
        total.update(name.encode())
        total.update(plain.write_csv().encode())
    return total.hexdigest()
