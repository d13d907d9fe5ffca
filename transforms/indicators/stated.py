"""Figures that somebody stated, as rows of series: whose figure, of what, for which period, public since when.

A figure without a publication day has no vintage and is left out; so is one whose segment or unit stated.yaml leaves
out, and one of the press that does not say what it counts or of a second bureau: a series would be of two definitions.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from transforms import yaml_file
from transforms.indicators.declaration import Build, Record, step
from transforms.model import CLAIM, NONE, observations
from transforms.periods import before, span
from transforms.reports.measures import measures


@cache
def _book() -> dict[str, dict[str, Any]]:
    return dict(yaml_file.load(Path(__file__).with_suffix(".yaml")))


def last_day(stated: str, definition: str = NONE, measure: str = "") -> date | None:
    """Last day of a period as stated: 2025H1, 2025Q3, 2024, 2025-01/2025-09; the first of a month means its morning."""
    periods = _book()["periods"]
    if fixed := (periods.get(f"{definition}/{measure}") or periods.get(definition) or {}).get(stated):
        return fixed if isinstance(fixed, date) else date.fromisoformat(str(fixed))
    if re.fullmatch(r"\d{4}-\d\d-\d\d", stated):
        day = date.fromisoformat(stated)
        return before(day) if day.day == 1 else day
    if days := re.fullmatch(r"\d{4}-\d\d-\d\d/(\d{4}-\d\d-\d\d)", stated):
        return date.fromisoformat(days[1])
    period = span(stated)
    return period[1] if period else None


def base_unit(unit: str) -> tuple[str, float] | None:
    """Base unit of a unit as stated, and how many of it that is: RUB and 1e12 of trn RUB; None if it is not listed."""
    known = _book()["units"].get(unit)
    return (known[0], float(known[1])) if known else None


def in_base_units(row: dict[str, Any]) -> dict[str, Any]:
    """A stated figure with its value in the base unit, `as_of` as the last day it speaks of and `period` as stated.

    A signal with a composite has it as its value. Rows of other tables are left as they are.
    """
    if row.get("indicator_value") is not None:
        return row | {"value": row["indicator_value"]}
    unit = base_unit(row["unit"]) if {"indicator", "value", "unit", "as_of"} <= row.keys() else None
    if unit is None:
        return row
    stated = row["as_of"]
    end = (
        None
        if not stated or re.fullmatch(r"\d{4}-\d\d-\d\d", stated)
        else last_day(stated, row.get("definition") or NONE, row["indicator"])
    )
    value = float(Decimal(str(row["value"])) * Decimal(str(unit[1])))
    return row | {"value": value, "unit": unit[0], "as_of": end.isoformat() if end else stated, "period": stated}


@step(Record("reported_figure"))
def figures(build: Build) -> pl.DataFrame:
    """Stated figures as rows of CLAIM (measure = what is stated), with `as_of` as stated."""
    table = build.records.get("reported_figure")
    rows = []
    for row in [] if table is None else table.iter_rows(named=True):
        segment = _book()["segments"].get(row["segment"])
        unit = base_unit(row["unit"])
        day = re.fullmatch(r"\d{4}-\d\d-\d\d", str(row["published_date"] or ""))
        definition, originator = row["definition"] or NONE, row.get("originator")
        end = last_day(row["as_of"] or "", definition, row["indicator"])
        counted = not originator or re.search(_book()["originators"].get(definition, ""), originator)
        if segment and unit and day and end and row["value"] is not None and definition != "PRESS" and counted:
            seen = date.fromisoformat(day[0])
            rows.append({"product_code": segment, "measure": row["indicator"], "definition": definition,
                         "unit": unit[0], "period_end": end, "value": float(row["value"]) * unit[1],
                         "vintage_date": seen, "release_id": row["release_id"], "as_of": row["as_of"],
                         "half": unit[1] / 2 / 10 ** places(str(row["value"]))})  # fmt: skip
    if not rows:
        return pl.DataFrame(schema={**CLAIM, "as_of": pl.String})
    frame = _said_once(pl.DataFrame(rows, infer_schema_length=None))
    own = ["vintage_date", "release_id", "as_of"]
    tidy = observations(frame.drop(own), dataset="reported", ref_area="RUS", basis="stock")
    provenance = frame.select(own).with_columns(
        vintage_kind=pl.lit("observed"), first_seen=pl.col("vintage_date").cast(pl.Datetime("us"))
    )
    return pl.concat([tidy, provenance], how="horizontal").sort("vintage_date", "period_end", maintain_order=True)


def places(printed: str) -> int:
    """Decimal places of a value as printed."""
    return len(printed.partition(".")[2])


@cache
def _stocks() -> frozenset[str]:
    return frozenset(m["indicator"] for units in measures().values() for m in units.values() if m["kind"] == "stock")


def _said_once(frame: pl.DataFrame) -> pl.DataFrame:
    """Without what only repeats the last word on a figure: seen twice, retold, rounded or translated, it is one point.

    Its earliest publication dates it. A value that comes back after another one is news, and stays; so does one that is
    printed with more places. A stock of a day and one of the month that the day ends are the same figure; a flow told
    as of a day is of no period, and adds up with nothing.
    """
    words: dict[tuple[Any, ...], tuple[float, float]] = {}
    news = []
    ordered = frame.sort("vintage_date", maintain_order=True)
    for row in ordered.iter_rows(named=True):
        of_a_day = row["measure"] not in _stocks() and bool(re.fullmatch(r"\d{4}-\d\d-\d\d", row["as_of"]))
        key = (row["measure"], row["product_code"], row["definition"], row["unit"], row["period_end"], of_a_day)
        value, half = row["value"], row["half"]
        last, finer = words.get(key, (None, half))
        rounded = half if half > finer else 0.0
        repeats = last is not None and abs(value - last) <= max(1e-9 * abs(last), rounded)
        news.append(not repeats)
        if not repeats:
            words[key] = (value, half)
    return ordered.filter(pl.Series(news)).drop("half")
