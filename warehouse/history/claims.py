"""From a block's cells to claims and records: what a value column means comes from the .yaml beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import polars as pl

from transforms.model import CLAIM, DIMENSIONS, NONE, ReadError, observations
from transforms.periods import before, period_end
from transforms.units import Unit, half_last_place, parse_number, parse_unit, to_base

PERIODS: Mapping[str, Callable[[str], date]] = {
    "period": period_end,
    "reporting_date": cache(lambda text: before(date.fromisoformat(text))),
}
IDENTITY = (*DIMENSIONS, "native_title", "obs_status")
OTHER = ("period", "vintage_date", "vintage_kind", "source_ref", "remark")


def release_ids(name: str, frame: pl.DataFrame) -> pl.Series:
    """`history/<block>` for each row, with `#ref` where the rows name their sources."""
    base = pl.Series("release_id", [f"history/{name}"] * frame.height, dtype=pl.String)
    return base + "#" + frame["source_ref"] if "source_ref" in frame.columns else base


def claims(name: str, block: Mapping[str, Any], frame: pl.DataFrame) -> pl.DataFrame:
    """Melt a block's value columns into the columns of CLAIM. ReadError names file, row and column of a bad cell."""
    where = f"history/{name}.csv"
    units = {meaning["unit_from"] for meaning in block["values"].values() if "unit_from" in meaning}
    if unexplained := set(frame.columns) - {*IDENTITY, *OTHER} - units - set(block["values"]):
        raise ReadError("leftover_column", expected="columns the .yaml explains", got=str(sorted(unexplained)),
                        where=where)  # fmt: skip
    to_end = PERIODS[block.get("period", "period")]
    base = frame.select(
        pl.col("period").map_elements(to_end, return_dtype=pl.Date).alias("period_end"),
        *[name for name in frame.columns if name in IDENTITY],
    )
    public = _vintages(name, block, frame)
    parts = []
    for column, meaning in block["values"].items():
        meaning = dict(block.get("constants", {})) | dict(meaning)
        doubted = [to_end(str(period)) for period in meaning.pop("unreliable", [])]
        cells, constants = _cells(column, meaning, block.get("units", {}), frame, where)
        keep = cells["value"].is_not_null()
        tidy = pl.concat([base.drop(cells.columns, strict=False), cells], how="horizontal").filter(keep)
        tidy = observations(tidy, **constants)
        if doubted:
            unreliable = pl.when(pl.col("period_end").is_in(doubted)).then(pl.lit("U"))
            tidy = tidy.with_columns(obs_status=unreliable.otherwise("obs_status"))
        parts.append(pl.concat([tidy, public.filter(keep)], how="horizontal"))
    return pl.concat(parts).select(pl.col(n).cast(t) for n, t in CLAIM.items())


def _vintages(name: str, block: Mapping[str, Any], frame: pl.DataFrame) -> pl.DataFrame:
    """When each row became public, how certain that is, and which release said it."""
    vintage = block["vintage"]
    given = {"vintage_date": str(vintage.get("date")), "vintage_kind": vintage["kind"]}
    said = {c: frame[c] if c in frame.columns else pl.Series([v] * frame.height) for c, v in given.items()}
    return pl.DataFrame({**said, "release_id": release_ids(name, frame)}).with_columns(
        vintage_date=pl.col("vintage_date").str.to_date(),
        first_seen=pl.col("vintage_date").str.to_date().cast(pl.Datetime("us")),
    )


def _cells(
    column: str, meaning: dict[str, Any], units: Mapping[str, Mapping[str, Any]], frame: pl.DataFrame, where: str
) -> tuple[pl.DataFrame, dict[str, str]]:
    """A value column as `value`, `precision` and the dimensions its unit sets, and what is the same in every row."""
    places = meaning.pop("places", None)
    if "unit_from" in meaning:
        printed = frame[meaning.pop("unit_from")].to_list()
    else:
        printed = [None] * frame.height
        fixed: dict[str, Any] = {name: meaning.pop(name) for name in ("unit", "factor") if name in meaning}
        units = {None: fixed} if "unit" in fixed else {}  # type: ignore[dict-item]
        if fixed.get("unit") and (plain := _plain(frame[column], fixed, places)) is not None:
            return plain, {k: str(v) for k, v in (meaning | {"unit": fixed["unit"]}).items()}
    understood = {text: _unit(units.get(text, {"unit": NONE}), places) for text in set(printed)}
    rows = []
    for i, (cell, text) in enumerate(zip(frame[column], printed, strict=True)):
        spot = f"{where} row {i + 2} {column}"
        number = parse_number(cell, spot)
        if number is not None and text not in units:
            raise ReadError("unknown_unit", expected=f"one of {list(units)}", got=repr(text), where=spot)
        unit, printed_to, sets = understood[text]
        number = _with_places(number, printed_to)
        rows.append({"value": to_base(number, unit), "precision": half_last_place(number, unit)} | sets)
    schema = {"value": pl.Float64, "precision": pl.Float64}
    return pl.DataFrame(rows, schema_overrides=schema, infer_schema_length=None), {
        k: str(v) for k, v in meaning.items()
    }


def _unit(sets: Mapping[str, Any], places: int | None) -> tuple[Unit, int | None, dict[str, Any]]:
    """A unit, the places that figures in it are printed to, and the dimensions that it sets."""
    rest = {name: value for name, value in sets.items() if name not in ("factor", "places")}
    return Unit(sets["unit"], Decimal(str(sets.get("factor", 1)))), sets.get("places", places), rest


def _plain(cells: pl.Series, fixed: Mapping[str, Any], places: int | None) -> pl.DataFrame | None:
    """`value` and `precision` of a column in one unit, all cells at once; None where that would not be exact.

    For plain digits that no factor changes, and for whole numbers below 2**53 in base units: a column of thousands
    of regions is not read cell by cell.
    """
    factor, fraction = Decimal(str(fixed.get("factor", 1))), cells.str.extract(r"\.(\d+)$").fill_null("")
    exact = factor == 1 or (factor == factor.to_integral_value() and not cells.str.contains(".", literal=True).any())
    if not exact or not cells.str.contains(r"^-?\d{1,15}(\.\d+)?$").all() or (places or 0) < 0:
        return None
    value = cells.cast(pl.Float64) * float(factor)
    if factor != 1 and float(value.abs().max() or 0) >= 2**53:  # type: ignore[arg-type]
        return None
    printed = fraction.str.len_chars().cast(pl.Int64)
    if places is not None:
        needed = fraction.str.strip_chars_end("0").str.len_chars()
        printed = pl.select(pl.when(needed <= places).then(pl.lit(places, pl.Int64)).otherwise(printed)).to_series()
    halves = {n: float(Decimal(5).scaleb(-n - 1) * factor) for n in printed.unique()}
    precision = printed.replace_strict(halves, return_dtype=pl.Float64)
    return pl.DataFrame({"value": value, "precision": precision}).with_columns(
        precision=pl.when(value.is_not_null()).then("precision")
    )


def _with_places(number: Decimal | None, places: int | None) -> Decimal | None:
    """The number with the places its source prints; never with fewer digits than it has.

    A copy may drop trailing zeros (8 was published as 8.0: `places: 1`) or add them (412,387,100 thousand was
    published as 412,387.1 million: `places: -2`).
    """
    if number is None or places is None:
        return number
    printed = number.quantize(Decimal(1).scaleb(-places))
    return printed if printed == number else number


def in_base_units(name: str, frame: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    """A record table with `columns` (published in `unit`, e.g. USD billion) turned into base units, exactly."""
    if not columns:
        return frame
    where = f"history/{name}.csv"
    units = [Unit("percent") if text == "percent" else parse_unit(text, where) for text in frame["unit"]]
    scaled = {column: [_scale(cell, unit, where) for cell, unit in zip(frame[column], units, strict=True)]
              for column in columns}  # fmt: skip
    return frame.with_columns(
        *[pl.Series(column, cells, dtype=pl.String) for column, cells in scaled.items()],
        pl.Series("unit", [unit.base for unit in units]),
    )


def _scale(cell: str | None, unit: Unit, where: str) -> str | None:
    number = parse_number(cell, where)
    return None if number is None else f"{number * unit.factor:f}"
