"""Downloads of the online query: trade by HS code, partner, regime and region, as `customs_microdata`.

`stream(path, options)` gives the rows in frames, of CHUNK bytes of the file each: period_end, flow, hs8, hs_name,
partner, regime, region, quantity, quantity_unit, quantity2, quantity2_unit, value (single units), currency. A
`Summary` that sees them pass makes the Reading: its table has one row per period, flow, partner and currency (rows,
value), its record `commodity` the names of the codes. `read(payload)` does both in memory.

Options: `flow` import or export (the file does not say), `columns` where it came without its header row: a
comma-separated list of field names of online_query.yaml, or of headings as served.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import BinaryIO

import polars as pl

from transforms.areas import from_customs_code, resolve
from transforms.customs import hs, query_form, regimes
from transforms.customs.grid import tight
from transforms.customs.table import layout
from transforms.model import OBSERVATION, Payload, ReadError, Reading, Release
from transforms.periods import month_end

PRODUCT = "gacc.online_query"
SOURCE = "gacc_query"
EXTENSION = "csv"
TABLE = "customs_microdata"
CAP = 10_000
"""Rows a download holds at most: a file of exactly so many may be cut."""
POSSIBLY_CUT = f"{CAP:,} rows, the cap of a download: possibly cut"
CUT_ADVICE = "Download it again in parts (by partner, then by regime) and ingest those."
CHUNK = 2 * 2**20
"""Bytes of a file that are read at a time."""
KEYS = ["period_end", "flow", "partner", "currency"]
KEY = ["period", "partner_code", "partner_name", "hs_code", "regime_code", "regime_name", "region_code", "region_name"]
_RESULTS_PAGE = b'class="th-line"'
_MONTH = re.compile(r"(19|20)\d{4}$")
_MONEY = r"^\d{1,3}(,\d{3})*$"  # "639,240,426": whole, with separators
_QUANTITY = r"^\d+(\.\d+)?$"  # "159525200": without
SCHEMA: Mapping[str, pl.DataType] = {
    "period_end": pl.Date(),
    **dict.fromkeys(("flow", "hs8", "hs_name", "partner", "regime", "region"), pl.String()),
    "quantity": pl.Float64(),
    "quantity_unit": pl.String(),
    "quantity2": pl.Float64(),
    "quantity2_unit": pl.String(),
    "value": pl.Float64(),
    "currency": pl.String(),
}


def recognise(payload: Payload) -> bool:
    """A header row of the query, or rows in its form: with a month first, or in any order where columns are given.
    Also its results page, to be refused with advice."""
    if _RESULTS_PAGE in payload.content[:4096]:
        return True
    first = payload.content[:4096].split(b"\n", 1)[0].strip()
    if not first.startswith(b'"'):
        return False
    try:
        text = query_form.decoder(first)[0]
    except ReadError:
        return False
    fields = query_form.split(text)
    if query_form.header(fields) is not None:
        return True
    return fields[0].isdigit() if payload.options.get("columns") else len(fields) > 2 and bool(_MONTH.match(fields[0]))


def read(payload: Payload) -> Reading:
    """All rows and their sums, in memory. ReadError as `stream`."""
    summary = Summary()
    frames = list(summary.watch(rows(io.BytesIO(payload.content), payload.options, payload.name or payload.url)))
    return summary.reading({TABLE: pl.concat(frames)})


class Summary:
    """What a stream of rows amounts to, kept while it passes: as long as there are months, partners and codes."""

    def __init__(self) -> None:
        self.rows = 0
        self._sums = pl.DataFrame(schema={**{k: SCHEMA[k] for k in KEYS}, "rows": pl.Int64(), "value": pl.Float64()})
        self._names = pl.DataFrame(schema=hs.NAMED)

    def watch(self, frames: Iterable[pl.DataFrame]) -> Iterator[pl.DataFrame]:
        """The same frames, each summed up as it passes."""
        for frame in frames:
            self.rows += len(frame)
            sums = frame.group_by(KEYS).agg(pl.len().cast(pl.Int64).alias("rows"), pl.col("value").sum())
            self._sums = pl.concat([self._sums, sums]).group_by(KEYS).sum()
            self._names = pl.concat([self._names, hs.named(frame)]).unique()
            yield frame

    def reading(self, records: Mapping[str, pl.DataFrame]) -> Reading:
        """The release and its sums with `records`; only after the last frame."""
        table = self._sums.sort(KEYS)
        names = hs.as_commodities(self._names)
        last = table.select(pl.col("period_end").max()).item()
        title = f"Online query, {table['flow'][0]}s, {self.rows} rows"
        language = "zh" if names["name_zh"].is_not_null().any() else "en"
        release = Release(PRODUCT, f"{last:%Y-%m}", title, language, table["currency"][0])
        notes = [f"{POSSIBLY_CUT}. {CUT_ADVICE}"] if self.rows == CAP else []
        records = {**records, "commodity": names}
        return Reading(release, table, pl.DataFrame(schema=dict(OBSERVATION)), records, notes)


def stream(path: Path, options: Mapping[str, str]) -> Iterator[pl.DataFrame]:
    """Rows of a file in frames of SCHEMA.

    Raises ReadError: results_page, flow_unknown, no_header, unknown_header, wrong_encoding, wrong_field_count,
    unknown_partner, partner_mismatch, unknown_regime, unknown_unit, quantity_without_unit, unknown_period,
    not_a_number, duplicate_row, no_rows; each names the line where the rows in question begin.
    """
    with path.open("rb") as file:
        yield from rows(file, options, path.name)


def rows(file: BinaryIO, options: Mapping[str, str], name: str) -> Iterator[pl.DataFrame]:
    if _RESULTS_PAGE in file.read(4096):
        raise ReadError(
            "results_page", expected="the download of a query", got="a page of its site", where=name,
            hint="A page shows part of the rows and shortens names: use the download button and ingest its file.",
        )  # fmt: skip
    file.seek(0)
    if options.get("flow") not in ("import", "export"):
        raise ReadError(
            "flow_unknown", expected="flow import or export", got=repr(options.get("flow")), where=name,
            hint="The file does not say whether it holds imports or exports: pass --flow import or --flow export.",
        )  # fmt: skip
    seen: list[pl.Series] = []
    for line, raw in query_form.records(file, options, name, CHUNK):
        seen.append(raw.select(pl.struct(key for key in KEY if key in raw.columns).hash()).to_series())
        yield _tidy(raw, options["flow"], f"{name} rows from line {line}")
    if not seen:
        raise ReadError("no_rows", expected="rows below the header", got="none", where=name)
    _refuse_duplicates(seen, name)


def _refuse_duplicates(seen: list[pl.Series], where: str) -> None:
    """The chosen fields are a key: a row that comes twice was appended twice. `seen` is 8 bytes a row."""
    keys = pl.concat(seen).sort()
    if twice := int((keys == keys.shift()).sum() or 0):
        raise ReadError(
            "duplicate_row", expected="every combination of the fields once", got=f"{twice} rows twice", where=where,
            hint="Two downloads were joined, or one was appended to itself. Ingest them one by one.",
        )  # fmt: skip


def _tidy(raw: pl.DataFrame, flow: str, where: str) -> pl.DataFrame:
    money = next(name for name in raw.columns if name.startswith("value_"))
    ends = _mapped(raw["period"], _month_end, where)
    out = {
        "period_end": ends.cast(pl.Date),
        "flow": pl.Series([flow] * len(raw)),
        "hs8": _hs(raw["hs_code"], where),
        "hs_name": raw["hs_name"] if "hs_name" in raw.columns else None,
        "partner": _partner(raw, where),
        "regime": _regime(raw, where),
        "region": next((raw[c] for c in ("region_code", "region_name") if c in raw.columns), None),
        "value": _numbers(raw[money], where, _MONEY),
        "currency": pl.Series([money[-3:].upper()] * len(raw)),
    }
    for stem in ("quantity", "quantity2"):
        unit = _mapped(raw[f"{stem}_unit"], _unit, where) if f"{stem}_unit" in raw.columns else None
        amount = _numbers(raw[stem], where, _QUANTITY) if stem in raw.columns else None
        if amount is not None and unit is not None:
            if (unit.is_null() & (amount > 0)).any():
                raise ReadError("quantity_without_unit", expected="0 beside no unit", got="a quantity", where=where)
            amount = pl.select(pl.when(unit.is_not_null()).then(amount)).to_series()
        out |= {stem: amount, f"{stem}_unit": unit}
    nothing = pl.Series([None] * len(raw), dtype=pl.String)
    return pl.DataFrame({k: nothing if out[k] is None else out[k] for k in SCHEMA}).cast(dict(SCHEMA))  # type: ignore[arg-type]


def _mapped(column: pl.Series, function: object, where: str) -> pl.Series:
    """Each distinct text once through `function(text, where)`."""
    known = {text: function(text, where) for text in column.unique()}  # type: ignore[operator]
    return column.replace_strict(known)


def _month_end(text: str, where: str) -> object:
    if len(text) == 6 and text.isdigit() and 1 <= int(text[4:]) <= 12 and text.startswith(("19", "20")):
        return month_end(int(text[:4]), int(text[4:]))
    raise ReadError("unknown_period", expected="a month such as 202401", got=repr(text), where=where)


def _hs(column: pl.Series, where: str) -> pl.Series:
    bad = column.filter(~column.str.contains(r"^(\d{2}|\d{4}|\d{6}|\d{8})$"))
    if len(bad):
        raise ReadError("unknown_commodity", expected="an HS code of 2 to 8 digits", got=repr(bad[0]), where=where)
    return column


def _partner(raw: pl.DataFrame, where: str) -> pl.Series | None:
    """By code if there is one; a name beside it that stands for another partner is a shifted row."""
    if "partner_code" not in raw.columns:
        return _mapped(raw["partner_name"], resolve, where) if "partner_name" in raw.columns else None
    codes = _mapped(raw["partner_code"], from_customs_code, where)
    if "partner_name" in raw.columns:
        pairs = raw.select(codes.alias("code"), "partner_name").unique().rows()
        known = [(code, name, _known(name)) for code, name in pairs]
        for code, name, other in known:
            if other and other != code:
                raise ReadError("partner_mismatch", expected=f"a name of {code}", got=repr(name), where=where)
        if not any(other for *_, other in known):
            raise ReadError("partner_mismatch", expected="names of partners", got=repr(pairs[0][1]), where=where)
    return codes


def _known(name: str) -> str | None:
    try:
        return resolve(name)
    except ReadError:
        return None  # the code says who it is


def _regime(raw: pl.DataFrame, where: str) -> pl.Series | None:
    if "regime_code" in raw.columns:
        return _mapped(raw["regime_code"], regimes.from_customs_code, where)
    return _mapped(raw["regime_name"], regimes.resolve, where) if "regime_name" in raw.columns else None


@cache
def _units() -> Mapping[str, str]:
    return {label: base for base, labels in layout(__file__)["units"].items() for label in labels}


def _unit(text: str, where: str) -> str | None:
    """The base unit; None where the query prints its sign for "no such quantity". ReadError `unknown_unit`."""
    if text.strip() in layout(__file__)["no_unit"]:
        return None
    if base := _units().get(tight(text)):
        return base
    raise ReadError(
        "unknown_unit", expected="a unit of online_query.yaml", got=repr(text), where=where,
        hint="If it is a unit, add it there; quantities are not scaled.",
    )  # fmt: skip


def _numbers(column: pl.Series, where: str, form: str) -> pl.Series:
    """Exact numbers of the form the query serves. A swapped column shows by its thousands separators."""
    bad = column.filter(~column.str.contains(form))
    if len(bad):
        raise ReadError("not_a_number", expected=f"a number like {form}", got=repr(bad[0]), where=where)
    return column.str.replace_all(",", "").cast(pl.Float64)
