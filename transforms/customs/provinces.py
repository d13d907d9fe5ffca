"""China's provinces: one code of ISO 3166-2 for the customs code and every printed name (provinces.yaml)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from transforms import labels, yaml_file
from transforms.model import ReadError

FILE = "transforms/customs/provinces.yaml"
_KIND = re.compile(
    r"\s*(?:province|municipality|city|(?:zhuang |hui |uygur |uighur |uyghur )?autonomous region|\bA\.?R\.?)\s*$", re.I
)


@cache
def _book() -> Mapping[str, Mapping[str, Any]]:
    book: dict[str, dict[str, Any]] = yaml_file.load(Path(__file__).with_suffix(".yaml"))
    return book


@cache
def _labels() -> Mapping[str, str]:
    return labels.codes(((code, name) for code, row in _book().items() for name in (*row["en"], *row["zh"])), FILE)


def resolve(label: str, where: str = "") -> str:
    """The code of a printed province ("Guangdong Province", "广东省"). ReadError `unknown_province` if not known."""
    return labels.resolve(_KIND.sub("", label), _labels(), "province", FILE, where)


def from_customs_code(code: str, where: str = "") -> str:
    """The province of a 2-digit customs code: "44" is CN-GD. ReadError `unknown_province` otherwise."""
    for province, row in _book().items():
        if row["customs"] == code:
            return province
    raise ReadError("unknown_province", expected="a 2-digit code of a province", got=repr(code), where=where)


def names() -> pl.DataFrame:
    """One row per province, as in table area: code, name_en, name_zh, kind, customs_code."""
    return pl.DataFrame(
        [
            {"code": code, "name_en": row["en"][0], "name_zh": row["zh"][0], "kind": "province"}
            | {"customs_code": row["customs"]}
            for code, row in _book().items()
        ]
    )
