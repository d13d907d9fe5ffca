"""Press pages of the National Bureau of Statistics of China: the table of a month's industrial output.

Rows have a label with its unit, the month's quantity and growth on the year, and both from January on; `…` is no
figure. The day of publication stands in the address alone (t20260715_...). Source: www.stats.gov.cn.
"""

from __future__ import annotations

import re
from datetime import date

from bs4 import BeautifulSoup, Tag

from transforms.context import answers
from transforms.context.points import Point, Points, layout, reading_of
from transforms.model import Payload, ReadError, Reading
from transforms.periods import month_end

PRODUCT, SOURCE, EXTENSION = "nbs.nbs_press", "nbs_press", "html"
_TITLE = re.compile(r"(\d{4})\s*年(?:\s*1\s*[-—–－]\s*)?\s*(\d{1,2})\s*月(?:份)?.*工业增加值")
_STAMP = re.compile(r"t(20\d{2})(\d{2})(\d{2})_\d+")
_LABEL = re.compile(r"(?:其中：)?(.+?)(?:（([^（）]+)）)?")
COLUMNS = ["绝对量", "同比增长（%）", "绝对量", "同比增长（%）"]
NOTHING, POINTS = "…", "（百分点）"
"""No figure; a difference in percentage points where others are growth."""


def recognise(payload: Payload) -> bool:
    head = answers.text(payload)
    return "国家统计局" in head and "工业增加值" in head and "同比增长" in head and "<table" in head.lower()


@answers.known_shape
def read(payload: Payload) -> Reading:
    """Every row. Raises ReadError `no_table`, `bad_period`; a row whose unit is not known is set aside."""
    page = BeautifulSoup(answers.text(payload), "lxml")
    title = " ".join(page.title.get_text(" ", strip=True).split()) if page.title else ""
    match = _TITLE.search(title)
    if not match:
        raise ReadError("bad_period", expected="a title with year and month", got=title, where=payload.name)
    end = month_end(int(match[1]), int(match[2]))
    found = [rows for table in page.find_all("table") if (rows := _rows(table)) and rows[0][0] == "指标"]
    if len(found) != 1 or found[0][1:2] != [COLUMNS]:
        raise ReadError(
            "no_table",
            expected=f"one table headed 指标, {', '.join(COLUMNS)}",
            got=str([rows[:2] for rows in found]),
            where=payload.name,
        )
    shown = [re.sub(r"\D+", "-", cell).strip("-") for cell in found[0][0][1:]]
    ranges = {str(end.month), f"1-{end.month}"}
    if set(shown) != ranges:
        raise ReadError(
            "bad_period", expected=f"columns of {' and '.join(sorted(ranges))}", got=str(shown), where=payload.name
        )
    points = Points()
    for number, row in enumerate(found[0][2:], start=3):
        _add(row, end, published(payload), points, f"{payload.name} row {number}")
    return reading_of(PRODUCT, points, title=title, language="zh", where=payload.name)


def _rows(table: Tag) -> list[list[str]]:
    rows = (
        [re.sub(r"\s+", "", cell.get_text()) for cell in row.find_all(["td", "th"])] for row in table.find_all("tr")
    )
    return [row for row in rows if row]


def published(payload: Payload) -> date | None:
    """The day that stands in the address of a press page."""
    match = _STAMP.search(payload.url) or _STAMP.search(payload.name)
    return date(int(match[1]), int(match[2]), int(match[3])) if match else None


def _add(row: list[str], end: date, published: date | None, points: Points, where: str) -> None:
    match = _LABEL.fullmatch(row[0])
    if not match or len(row) != 1 + len(COLUMNS):
        points.leave(row[0], "ragged_row", f"expected a label and {len(COLUMNS)} cells, got {len(row) - 1}", where)
        return
    label, printed = match[1], match[2] or ""
    last = re.fullmatch(r"(.+?)（([^（）]+)）", row[0].removeprefix("其中："))
    if last and last[2] in layout("nbs")["outputs"]:
        label, printed = last[1], last[2]
    unit = layout("nbs")["outputs"].get(printed)
    base = {"dataset": "china_activity", "ref_area": "CHN", "product_code": f"LABEL_{label}"}
    for column, cell in enumerate(row[1:]):
        basis = "month" if column < 2 else "ytd"
        if cell in (NOTHING, ""):
            continue
        points_of = cell.endswith(POINTS)
        number = answers.clear_number(cell.removesuffix(POINTS), row[0], where, points)
        if number is None:
            continue
        if column % 2:
            measure = (
                {"measure": "change_yoy", "unit": "percentage_points"}
                if points_of
                else {"measure": "growth_yoy", "unit": "percent"}
            )
            means = {
                **base,
                **measure,
                "basis": basis,
                "places": 1,
                "definition": "OUTPUT" if printed else "VALUE_ADDED",
            }
        elif unit is None:
            points.leave(row[0], "unknown_unit", f"expected a unit that nbs.yaml names, got {printed!r}", where)
            continue
        else:
            means = {**base, "measure": "quantity", "basis": basis, "definition": "OUTPUT", **unit}
        key = f"{label}.{means['measure']}.{basis}"
        points.found.append(Point(key, end, number, means, row[0], published=published))
