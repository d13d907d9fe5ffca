"""Bulletin tables that break the nation's trade down: SITC (3), HS (4), place (8) and (9), district (10), area (11).

Reading.table: one row per printed row in base units: row, ref_area, product_code, label, currency, total_month ...
import_ytd, each with its growth in percent, precision; columns that the table lacks are null. The total row is dataset
trade_total. What a layout calls its rows is open below its parts: a zone of a province is a series of its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

import polars as pl

from transforms import identities, labels
from transforms.customs import checks, commodities, provinces, regimes, tidy
from transforms.customs.aside import required, sift
from transforms.customs.grid import plain
from transforms.customs.row import Row
from transforms.customs.table import Table, read_table
from transforms.customs.table import recognise as recognise
from transforms.customs.table_layout import TableLayout
from transforms.model import NONE, Payload, ReadError, Reading, SetAside

LEVELS = [f"{flow}_{basis}" for flow in checks.FLOWS for basis in ("month", "ytd")]
ROLES = [*LEVELS, *(f"{level}_yoy" for level in LEVELS)]
CHINA = "CHN"
_ROMAN = {"I": 1, "V": 5, "X": 10}
_ZH = {"零": 0, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}
NEARLY = 0.8
"""How alike a label and the name of a province are, of 1, for the one to be the other with a letter or two astray."""
_TOTAL = re.compile(r"(?:grand )?total|总值|合计", re.IGNORECASE)
_HS_DIVISION = re.compile(r"(?:第|chapter )?(\d{2})(?: ?章|(?=[ .:\u4e00-\u9fff])).*", re.I)
_HS_SECTION = re.compile(
    r"(?:section )?([ivx]+)(?:[ .:、,]+|$).*|第([一二三四五六七八九十]+)类.*|第(\d{1,2})类.*", re.I
)
_SITC = re.compile(r"(?:第|section |division )?(\d{1,2})(?: ?[类章]|(?=[ .:\u4e00-\u9fff])).*", re.I)
_GOODS = {"SITC_PRIMARY": ("primarygoods", "primarycommodities", "初级产品"),
          "SITC_MANUFACTURED": ("manufacturedgoods", "industrialproducts", "工业制品")}  # fmt: skip


class Layout(TableLayout):
    """`dataset` of the rows; what `names` them; `definition`, where the same places are counted in two ways."""

    dataset: str
    names: Literal["hs", "sitc", "place", "area", "district"]
    definition: str = NONE


@dataclass(frozen=True)
class Part:
    """What a row is: its code, the area it is of, and whether the rows of its kind make the total."""

    code: str
    area: str = CHINA
    adds_up: bool = False


TOTAL = Part("TOTAL")


def read(payload: Payload, layout: Layout) -> Reading:
    """Read one page or sheet. ReadError as in table, headers and checks; unknown_row, duplicate_row."""
    table = read_table(payload, layout)
    parts = parts_of(table, layout)
    rows, lost = sift(table, layout, lambda row: _part(row, parts), lambda *_: None, map(Part, layout.headline),
                      "duplicate_row")  # fmt: skip
    required([(part.code, row) for part, row in rows], [(part and part.code, row) for part, row in lost],
             layout.required, payload.name)  # fmt: skip
    _hold_total(rows, table)
    frame = pl.DataFrame(
        [
            {"row": i + 1, "ref_area": part.area, "product_code": part.code, "label": row.label}
            | {"currency": table.unit.currency}
            | tidy.wide(row, table, ROLES)
            for i, (part, row) in enumerate(rows)
        ],
        schema_overrides=dict.fromkeys([*ROLES, "precision"], pl.Float64),
        infer_schema_length=None,
    )
    own = [(row, _dimensions(part, layout), None) for part, row in rows]
    return tidy.reading(layout.product, table, frame, tidy.series(own, table, layout.status), payload)


def _dimensions(part: Part, layout: Layout) -> dict[str, object]:
    if part == TOTAL and layout.names != "area":  # areas are a part of the nation
        return {"dataset": "trade_total", "counterpart_area": "WORLD", "definition": NONE}
    return {"dataset": layout.dataset, "counterpart_area": "WORLD", "ref_area": part.area, "product_code": part.code,
            "definition": layout.definition}  # fmt: skip


def _part(row: Row, parts: dict[str, Part | None]) -> Part:
    if part := parts[row.where]:
        return part
    raise ReadError("unknown_row", expected="the name of a row", got=repr(row.label), where=row.where)


def parts_of(table: Table, layout: Layout) -> dict[str, Part | None]:
    """What each row is, by its place; None where its label does not tell. A zone belongs to the province above it.

    A row that is nearly called like a province which the table lacks is no zone: it may be that province, misprinted,
    and what stands below it its own. Nor is a zone that another province has with the same figures.
    """
    found: dict[str, Part | None] = {}
    known = [TOTAL if regimes.is_total(row.label) else _named(row.label, layout.names) for row in table.rows]
    lacking = _provinces_but({part.area for part in known if part}) if layout.names == "place" else []
    area = CHINA
    met: set[tuple[object, ...]] = set()
    for row, part in zip(table.rows, known, strict=True):
        name = plain(row.label)
        misprinted = part is None and (not name or bool(get_close_matches(name, lacking, 1, NEARLY)))
        if misprinted or (part and part.area != CHINA):
            area = part.area if part else ""
        printed = (row.label, *row.figures.values())
        if part is None and area and printed not in met and not _TOTAL.match(name):
            made = commodities.by_label(row.label)
            part = Part(made, area if layout.names == "place" else CHINA) if made else None
        if layout.names == "place":
            met.add(printed)
        found[row.where] = part
    return found


def _provinces_but(areas: set[str]) -> list[str]:
    rows = [row for row in provinces.names().iter_rows(named=True) if row["code"] not in areas]
    return [plain(row[name]) for row in rows for name in ("name_en", "name_zh")]


def _named(label: str, names: str) -> Part | None:
    words = plain(label)
    if names == "place":
        try:
            return Part("TOTAL", provinces.resolve(label), True)
        except ReadError:
            return None
    if names == "hs":
        if match := _HS_DIVISION.fullmatch(words):
            return Part(f"HS_{match[1]}", adds_up=True)
        if match := _HS_SECTION.fullmatch(words):
            number = int(match[3]) if match[3] else _chinese(match[2]) if match[2] else _roman(match[1].upper())
            return Part(f"HS_SECTION_{number:02d}")
    if names == "sitc":
        for code, keys in _GOODS.items():
            if labels.key(re.sub(r"^(?:[ivx一二]+[ .、,])", "", words)) in keys:
                return Part(code, adds_up=True)
        if match := _SITC.fullmatch(words):
            return Part(f"SITC_{match[1]}")
    return None


def _roman(letters: str) -> int:
    values = [_ROMAN[letter] for letter in letters]
    return sum(-v if any(w > v for w in values[i + 1 : i + 2]) else v for i, v in enumerate(values))


def _chinese(digits: str) -> int:
    """二十一 is 21."""
    tens, ten, ones = digits.partition("十")
    return (_ZH[tens] if tens else 1) * 10 + (_ZH[ones] if ones else 0) if ten else _ZH[digits]


def _hold_total(rows: Sequence[tuple[Part, Row]], table: Table) -> None:
    """The rows that make the total may not exceed it; where they fall short of it, others may be cut off."""
    total = next((row for part, row in rows if part == TOTAL), None)
    parts = [row for part, row in rows if part.adds_up]
    if total is None or not parts:
        return
    equal = list(checks.rows_make(total, parts))
    broken = identities.broken(checks.frame(equal))
    table.terms.extend(checks.rows_make(total, parts, "<=") if len(broken) else equal)
    if len(broken) and not table.set_aside:
        error = identities.contradiction(broken.row(0, named=True))
        reason = f"expected {error.expected}, got {error.got}. Load the whole page to get the others"
        table.set_aside.append(SetAside("(rows that are not there)", "possibly_cut", reason, error.where))
