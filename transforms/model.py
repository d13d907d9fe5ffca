"""The words every room shares: series dimensions, observations, readings and the error a reader raises.

An *observation frame* has the columns of OBSERVATION: the dimensions that identify a series, then the
observed period, the value in its base unit, and half of the last published place as `precision`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import polars as pl

NONE = "_"
"""Stands for "this dimension does not apply", so that a series key has no holes."""

DIMENSIONS = (
    "dataset",  # the wide table it belongs to: trade_total, household_loans, ...
    "ref_area",  # who reports: ISO 3166 alpha-3, ISO 3166-2, or a documented group code
    "counterpart_area",  # with whom: the same codes, WORLD for all partners
    "flow",  # export, import, total, balance
    "product_code",  # commodity, customs regime, loan product
    "measure",  # value, quantity, debt, overdue, growth_yoy, rate ...
    "basis",  # month, ytd, year, stock, rate, index
    "definition",  # whose definition: RAS_OVERDUE, DPD90, PROBLEM_IV_V ... part of the key, never mixed
    "currency",  # currency of the statistic (loans: of denomination; ALL = roubles and foreign together)
    "unit",  # base unit of `value`: USD, CNY, RUB, kg, percent, index, count, months ...
    "freq",  # D, M, Q, A, or I (irregular)
    "adjustment",  # N as published, SA seasonally adjusted ...
)

OBSERVATION: Mapping[str, pl.DataType] = {
    **{name: pl.String() for name in DIMENSIONS},
    "native_title": pl.String(),  # the label as the source prints it
    "period_end": pl.Date(),  # last day of the observed period, for flows and stocks alike
    "value": pl.Float64(),  # in the base unit
    "precision": pl.Float64(),  # half of the last published place, in the base unit; null if unknown
    "obs_status": pl.String(),  # SDMX: P preliminary, A normal, E estimated, U unreliable (its parts contradict it)
}

VINTAGE: Mapping[str, pl.DataType] = {
    "vintage_date": pl.Date(),  # the day the value became public
    "vintage_kind": pl.String(),  # observed or inferred (by the rule stated in the release)
    "release_id": pl.String(),
    "first_seen": pl.Datetime("us"),  # orders two vintages of one day (UTC)
}

CLAIM: Mapping[str, pl.DataType] = {**OBSERVATION, **VINTAGE}
"""One release's word on one observation. The store turns claims into vintages."""

PUBLISHED = "vintage_date"
"""Column that the observations of a reading may have beside OBSERVATION: the day on which the bytes themselves say a
value became public (ALFRED's header, Eurostat's update stamp); null where they do not. It outranks the day of fetch."""

DEFAULTS = dict.fromkeys(DIMENSIONS, NONE) | {"freq": "M", "adjustment": "N", "obs_status": "A"}


def series_id() -> pl.Expr:
    """Key of a series from its dimensions, e.g. `trade_by_partner:CHN.USA.export._.value.month._.USD.USD.M.N`."""
    rest = pl.concat_str([pl.col(name) for name in DIMENSIONS[1:]], separator=".")
    return pl.concat_str([pl.col("dataset"), rest], separator=":").alias("series_id")


def observations(frame: pl.DataFrame, **constants: str | None) -> pl.DataFrame:
    """Complete `frame` to the columns of OBSERVATION: constants first, then defaults, in order and typed.

    Rows without a value are dropped (a gap is a gap). Raises ValueError on a column that OBSERVATION lacks,
    on a missing period_end or value, and on a null dimension.
    """
    frame = frame.with_columns(**{name: pl.lit(value) for name, value in constants.items()})
    if extra := set(frame.columns) - set(OBSERVATION):
        raise ValueError(f"not observation columns: {sorted(extra)}")
    if missing := {"dataset", "ref_area", "measure", "basis", "unit", "period_end", "value"} - set(frame.columns):
        raise ValueError(f"observation columns missing: {sorted(missing)}")
    fill = {name: pl.lit(DEFAULTS.get(name)) for name in OBSERVATION if name not in frame.columns}
    frame = frame.with_columns(**fill).select(pl.col(n).cast(t) for n, t in OBSERVATION.items())
    frame = frame.filter(pl.col("value").is_not_null() & pl.col("value").is_not_nan())
    for name in (*DIMENSIONS, "period_end"):
        if frame[name].null_count():
            raise ValueError(f"null {name} in {frame.filter(pl.col(name).is_null()).head(3).to_dicts()}")
    return frame


@dataclass(frozen=True)
class Refusal:
    """Why bytes are not loaded.

    `code` is a short stable word for the reason (truncated, unit_mismatch, unknown_partner, shifted_row,
    challenge_page, unrecognised ...); the rest says what was expected, what came, where and what to do.
    """

    code: str
    expected: str = ""
    got: str = ""
    where: str = ""
    hint: str = ""

    def __str__(self) -> str:
        where = f" at {self.where}" if self.where else ""
        return f"{self.code}{where}: expected {self.expected}, got {self.got}{'. ' + self.hint if self.hint else ''}"


class ReadError(Exception):
    """The bytes cannot be read with certainty, for the reason that its `refusal` states."""

    product = ""  # whose reader raised it, where that is known

    def __init__(self, code: str, *, expected: str, got: str, where: str = "", hint: str = "") -> None:
        self.code, self.expected, self.got, self.where, self.hint = code, expected, got, where, hint
        super().__init__(str(self.refusal))

    @property
    def refusal(self) -> Refusal:
        return Refusal(self.code, self.expected, self.got, self.where, self.hint)

    def aside(self, row: str, where: str = "") -> SetAside:
        """The row of these words, set aside for this reason."""
        return SetAside(row, self.code, f"expected {self.expected}, got {self.got}", where or self.where)


@dataclass(frozen=True)
class Payload:
    """Published bytes and the little that is known about them before reading."""

    content: bytes
    name: str = ""  # file name or last part of the URL: for messages and extensions, never to recognise by
    url: str = ""
    options: Mapping[str, str] = field(default_factory=dict)  # what only the person ingesting knows (flow, columns)
    seen: datetime | None = None  # when these bytes were first seen, with its zone


@dataclass(frozen=True)
class Release:
    """What the bytes say about themselves."""

    product: str
    period: str  # 2026-03; 2025-02 for January-February combined; a day or a year where that is the period
    title: str = ""
    language: str = "en"  # en, zh, ru
    currency: str = ""
    page_stamp: str = ""  # the page's own date, ISO; not a vintage


@dataclass(frozen=True)
class Spooled:
    """Rows of a release that are too many for memory, in a Parquet file."""

    path: Path
    rows: int
    digest: str  # SHA-256 over the rows in their order, whatever the file's encoding
    sha256: str = ""  # of the file itself, once it is kept


@dataclass(frozen=True)
class SetAside:
    """A row that cannot be read with certainty while the rest of its release can."""

    row: str  # the row's own words
    code: str  # short stable word for the reason, as in ReadError
    reason: str  # what was expected and what came, as a sentence
    where: str = ""  # sheet, row, cell


@dataclass(frozen=True)
class Unread:
    """A number of a text that was not understood with certainty: kept for people to look at and to confirm."""

    sentence: str
    place: str  # paragraph, page, table and row
    surface: str  # the number as it is written
    value: float | None
    unit: str
    reading: str  # the best reading there is, "" if none
    missing: str  # what is missing or doubtful


TERM: Mapping[str, pl.DataType] = {
    "identity": pl.String(),  # the sum that is printed: "debt, RUB: RUS = its parts at 2025-01-31"
    "code": pl.String(),  # why a release or row is refused that breaks it: sum_mismatch, part_exceeds_whole ...
    "relation": pl.String(),  # "=" parts make the whole; "<=" they are no larger than it
    "sign": pl.Int8(),  # 1 for a part, -1 for the whole
    "value": pl.Float64(),  # all of a sum in one unit; null: a sign for nothing, NaN: one that says "not known"
    "half": pl.Float64(),  # by how much the figure may be off: half of its last published place
    "where": pl.String(),  # sheet and cell
}
"""One term of a sum that a release prints. Readers say which figures are its terms; gate 1 evaluates it."""


@dataclass(frozen=True)
class Reading:
    """A release read in full: its tidy table for the gate, and the observations and records it makes."""

    release: Release
    table: pl.DataFrame
    observations: pl.DataFrame
    records: Mapping[str, pl.DataFrame] = field(default_factory=dict)  # other tables by name, e.g. reported_figure
    notes: Sequence[str] = ()  # declared oddities met on the way, shown in the run report
    spooled: Mapping[str, Spooled] = field(default_factory=dict)  # tables by name, as records, but on disk
    set_aside: Sequence[SetAside] = ()  # rows left out; the release is partial
    unread: Sequence[Unread] = ()  # numbers of a text that no figure was made of
    identities: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=dict(TERM)))  # columns of TERM
