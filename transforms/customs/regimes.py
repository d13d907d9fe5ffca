"""Customs regimes: one code for every label of the bulletin, the preliminary tables and the online query.

The names live in regimes.yaml beside this file. `TOTAL` stands for the total row of a table by regime.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from transforms.areas import key
from transforms.model import ReadError

TOTAL = "TOTAL"
TOTALS = {key(label) for label in ("TOTAL", "Total Value", "总值", "合计", "总计")}


@cache
def _book() -> Mapping[str, Mapping[str, Any]]:
    return yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text("utf-8"))


@cache
def _labels() -> Mapping[str, str]:
    """Code by key of every label. ValueError if a label stands for two regimes."""
    found: dict[str, str] = {}
    for code, row in _book().items():
        for label in (*row["en"], *row["zh"]):
            if found.setdefault(key(label), code) != code:
                raise ValueError(f"regimes.yaml: {label!r} stands for both {found[key(label)]} and {code}")
    return found


def resolve(label: str, where: str = "") -> str:
    """The code of a printed regime, TOTAL for the total row. ReadError `unknown_regime` if not known."""
    if key(label) in TOTALS:
        return TOTAL
    if code := _labels().get(key(label)):
        return code
    raise ReadError(
        "unknown_regime",
        expected="a regime named in transforms/customs/regimes.yaml",
        got=repr(label),
        where=where,
        hint="If the name is right, add it to the labels of its regime there.",
    )


def names() -> pl.DataFrame:
    """One row per regime: code, customs_code, name_en, name_zh."""
    rows = [
        {"code": code, "customs_code": row.get("customs"), "name_en": row["en"][0], "name_zh": row["zh"][0]}
        for code, row in _book().items()
    ]
    return pl.DataFrame(rows, schema_overrides={"customs_code": pl.String}, infer_schema_length=None)
