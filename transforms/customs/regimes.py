"""Customs regimes (trade modes): stable codes for the labels of regimes.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml

from transforms.areas import key
from transforms.model import ReadError


@cache
def _labels() -> Mapping[str, str]:
    book = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text("utf-8"))
    return {key(label): code for code, row in book.items() for label in (*row["en"], *row["zh"])}


def resolve(label: str, where: str = "") -> str:
    """The code of a printed regime ("Duty-free Goods", "一般贸易"). ReadError `unknown_regime` if not known.

    The total of a regime table is no regime: it is the nation's trade (dataset trade_total).
    """
    if code := _labels().get(key(label)):
        return code
    raise ReadError(
        "unknown_regime",
        expected="a regime named in transforms/customs/regimes.yaml",
        got=repr(label),
        where=where,
        hint="If it is a new row of the table, add it there with a code of its own.",
    )
