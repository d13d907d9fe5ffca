"""Trade partners and groups: one code for every label that English, Chinese and Russian sources print.

The names live in areas.yaml beside this file. Codes are ISO 3166 alpha-3, or a documented group code (EU, ASEAN,
WORLD ...). Groups have members by month, because membership moves: growth across such a
change is not growth.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from transforms import labels, yaml_file
from transforms.model import ReadError

FILE = "transforms/areas.yaml"
KINDS = {"countries": "country", "other": "other", "groups": "group"}


@cache
def _book() -> Mapping[str, Mapping[str, Any]]:
    """Every area by code, in file order: kind, customs, continent, en, zh, ru, members, note."""
    raw = yaml_file.load(Path(__file__).with_suffix(".yaml"))
    return {code: {"kind": kind} | area for section, kind in KINDS.items() for code, area in raw[section].items()}


@cache
def _labels() -> Mapping[str, str]:
    """Code by key of every accepted name and of the code itself."""
    areas = _book().items()
    return labels.codes(((c, name) for c, a in areas for name in (c, *a["en"], *a["zh"], *a.get("ru", ()))), FILE)


def resolve(label: str, where: str = "") -> str:
    """The code of a printed partner label ("of which: Germany", "中国香港", "КНДР", "R. O. Korea", "USA").

    Raises ReadError `unknown_partner` for a label that areas.yaml does not know; it never guesses by similarity.
    """
    return labels.resolve(label, _labels(), "partner", FILE, where)


def from_customs_code(code: str, where: str = "") -> str:
    """The area of a 3-digit partner code of Chinese customs: "502" is USA. ReadError `unknown_partner` otherwise."""
    for area_code, area in _book().items():
        if code in area.get("customs", ()):
            return area_code
    raise ReadError("unknown_partner", expected="a 3-digit customs partner code", got=repr(code), where=where)


def customs_codes(area: str | None = None) -> list[str]:
    """The 3-digit partner codes of an area, or of all, in order. ReadError `unknown_partner` if it has none."""
    found = [code for name, entry in _book().items() if area in (None, name) for code in entry.get("customs", ())]
    if not found:
        raise ReadError("unknown_partner", expected="an area with a customs partner code", got=repr(area))
    return sorted(found)


@cache
def names() -> pl.DataFrame:
    """One row per area: code, name_en, name_zh, name_ru, kind (country, other, group), continent, customs_code, note.

    `note` says how a group is counted.
    """
    rows = [
        {
            "code": code,
            "name_en": area["en"][0],
            "name_zh": next(iter(area["zh"]), None),
            "name_ru": next(iter(area.get("ru", ())), None),
            "kind": area["kind"],
            "continent": area.get("continent"),
            "customs_code": next(iter(area.get("customs", ())), None),
            "note": area.get("note"),
        }
        for code, area in _book().items()
    ]
    return pl.DataFrame(rows, schema_overrides={"note": pl.String}, infer_schema_length=None)


def members(group: str, day: date) -> frozenset[str]:
    """Who counts as a member of `group` in the month of `day`. KeyError if the members are not documented (BRI)."""
    month = f"{day:%Y-%m}"
    found = _book()[group]["members"]
    inside = (entry for entry in found if str(entry["from"]) <= month <= str(entry.get("to", "9999-12")))
    return frozenset(code for entry in inside for code in entry["codes"])


@cache
def ever_members(group: str) -> frozenset[str]:
    """Who is or was a member of `group`, or lies on that continent; empty if neither is documented."""
    listed = {code for entry in _book().get(group, {}).get("members", ()) for code in entry["codes"]}
    return frozenset(listed | {code for code, area in _book().items() if area.get("continent") == group})


def membership_changed(group: str, start: date, end: date) -> bool:
    """Did the membership of `group` change between the two months? False for countries and undocumented groups."""
    if "members" not in _book().get(group, {}):
        return False
    return members(group, start) != members(group, end)
