"""Downloads of the online query: trade by HS code, partner, regime and region, as `customs_microdata`.

`stream(path, options, aside)` gives the rows in frames, of CHUNK bytes of the file each: period_start, period_end,
flow, hs8, hs_name, partner, regime, region, quantity, quantity_unit, quantity2, quantity2_unit, value (single units),
currency. A `Summary` that sees them pass makes the Reading: its table has one row per period, flow, partner and
currency (rows, value), its record `commodity` the names of the codes. `read(payload)` does both in memory. OPTIONS says
what a file cannot say itself.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

import polars as pl

from transforms.customs import hs, query_form, query_header, query_rows, query_sheets
from transforms.customs.query_aside import Aside
from transforms.customs.query_fields import CODED, SCHEMA
from transforms.customs.query_repeats import Repeats
from transforms.customs.sheet import is_workbook
from transforms.model import OBSERVATION, Payload, ReadError, Reading, Release
from transforms.periods import span

PRODUCT = "gacc.online_query"
SOURCE = "gacc_query"
EXTENSION = "csv"
TABLE = "customs_microdata"
OPTIONS: Mapping[str, str] = {
    "flow": "import or export: a download of the online query does not say which it holds.",
    "period": "Months of a download without a month column: 2026-01, or 2026-01/2026-03 for their sum.",
    "commodity": "HS code that a download without commodity codes adds up, or TOTAL.",
    "columns": "Columns of a download that came without its header row, in order, as their headings are served.",
}
CAP = 10_000
"""Rows a download holds at most: a file of exactly so many may be cut."""
POSSIBLY_CUT = f"{CAP:,} rows, the cap of a download: possibly cut"
CUT_ADVICE = "Download it again in parts (by partner, then by regime) and ingest those."
CHUNK = 12 * 2**20
"""Bytes of a file that are read at a time: some 150,000 rows, which pass memory as a hundred megabytes. Each of the
thousands of codes and names is understood once a block: a longer one saves little more."""
KEYS = ["period_end", "flow", "partner", "currency"]
_RESULTS_PAGE = b'class="th-line"'
_MONTH = re.compile(r"(19|20)\d{4}$")


def recognise(payload: Payload) -> bool:
    """A header row of the query in any of its forms, or rows as served: with a month first, or in any order where
    columns are given. Also its results page, to be refused with advice."""
    if _RESULTS_PAGE in payload.content[:4096]:
        return True
    try:
        fields = _first_row(payload)
        if not fields:
            return False
        if query_header.is_header(fields):
            return True
    except ReadError as error:
        return error.code == "joined_files"
    if not payload.content.lstrip(b"\xef\xbb\xbf").startswith(b'"'):
        return False
    return fields[0].isdigit() if payload.options.get("columns") else len(fields) > 2 and bool(_MONTH.match(fields[0]))


def _first_row(payload: Payload) -> list[str] | None:
    if is_workbook(payload.content) or query_sheets.is_page(payload.content[:4096]):
        return list(query_sheets.header_of(payload.content, payload.name) or ())
    return query_form.plausible(payload.content[:4096])


def read(payload: Payload) -> Reading:
    """All rows and their sums, in memory. ReadError as `stream`."""
    summary, name = Summary(), payload.name or payload.url
    frames = list(summary.watch(rows(io.BytesIO(payload.content), payload.options, name, summary.aside)))
    if again := summary.again():
        summary = again
        frames = list(summary.watch(rows(io.BytesIO(payload.content), payload.options, name, summary.aside)))
    as_text = {column: pl.String() for column in CODED}
    return summary.reading({TABLE: pl.concat(frames).cast(as_text)})  # type: ignore[arg-type]


class Summary:
    """What a stream of rows amounts to, kept while it passes: as long as there are months, partners and codes."""

    def __init__(self, aside: Aside | None = None) -> None:
        self.rows = 0
        self.aside = aside or Aside()
        self._sums = pl.DataFrame(schema={**{k: SCHEMA[k] for k in KEYS}, "rows": pl.Int64(), "value": pl.Float64()})
        self._names = hs.Named()

    def watch(self, frames: Iterable[pl.DataFrame]) -> Iterator[pl.DataFrame]:
        """The same frames, each summed up as it passes."""
        one = pl.col("flow", "currency").first()  # a file has one of each
        for frame in frames:
            self.rows += len(frame)
            sums = frame.group_by("period_end", "partner").agg(
                one, pl.len().cast(pl.Int64).alias("rows"), pl.sum("value")
            )
            self._sums = pl.concat([self._sums, sums.select(self._sums.columns)]).group_by(KEYS).sum()
            self._names.add(frame)
            yield frame

    def again(self) -> Summary | None:
        """What sums up a second reading, in which rows that came more than once are compared; None if none did."""
        suspects = self.aside.repeats.suspects()
        return None if suspects is None else Summary(Aside(Repeats(suspects)))

    def reading(self, records: Mapping[str, pl.DataFrame]) -> Reading:
        """The release and its sums with `records`; only after the last frame."""
        as_text = {key: pl.String() for key in KEYS if key in CODED}
        table = self._sums.cast(as_text).sort(KEYS)  # type: ignore[arg-type]
        names = hs.as_commodities(self._names.frame())
        last = table.select(pl.col("period_end").max()).item()
        title = f"Online query, {table['flow'][0]}s, {self.rows} rows"
        language = "zh" if names["name_zh"].is_not_null().any() else "en"
        release = Release(PRODUCT, f"{last:%Y-%m}", title, language, table["currency"][0])
        notes = [f"{POSSIBLY_CUT}. {CUT_ADVICE}"] if self.rows == CAP else []
        records = {**records, "commodity": names}
        nothing = pl.DataFrame(schema=dict(OBSERVATION))
        return Reading(
            release, table, nothing, records, [*notes, *self.aside.notes()], set_aside=tuple(self.aside.rows)
        )


def stream(path: Path, options: Mapping[str, str], aside: Aside, name: str = "") -> Iterator[pl.DataFrame]:
    """Rows of a file in frames of SCHEMA; `aside` takes what is left out, messages call the file `name`.

    Raises ReadError: results_page, flow_unknown, no_header, unknown_header, no_period, no_commodity, wrong_encoding,
    wrong_field_count, joined_files, resaved, partner_mismatch, duplicate_row, no_rows; and, where it is more than a few
    rows, unknown_partner, unknown_regime, unknown_province, unknown_period, unknown_commodity, not_a_number,
    quantity_without_unit. Each names the line where the rows in question begin.
    """
    with path.open("rb") as file:
        yield from rows(file, options, name or path.name, aside)


def rows(file: BinaryIO, options: Mapping[str, str], name: str, aside: Aside) -> Iterator[pl.DataFrame]:
    if _RESULTS_PAGE in file.read(4096):
        raise ReadError(
            "results_page", expected="the download of a query", got="a page of its site", where=name,
            hint="A page shows part of the rows and shortens names: use the download button and ingest its file.",
        )  # fmt: skip
    if options.get("flow") not in ("import", "export"):
        raise ReadError(
            "flow_unknown", expected="flow import or export", got=options.get("flow") or "no option flow", where=name,
            hint="The file does not say whether it holds imports or exports: pass --option flow=import or flow=export.",
        )  # fmt: skip
    if (stated := options.get("period")) and span(stated) is None:
        raise ReadError("unknown_period", expected="2026-01 or 2026-01/2026-03", got=stated, where="option period")
    count = 0
    for line, raw in query_form.records(file, options, name, CHUNK, aside):
        frame = query_rows.tidy(raw, options, f"{name} rows from line {line}", aside)
        count += len(frame)
        if len(frame):
            yield frame
    aside.close(count, name)
    if not count:
        raise aside.first or ReadError("no_rows", expected="rows below the header", got="none", where=name)
