"""Interventions of the Global Trade Alert: the site's export, as CSV or workbook. Rows go to policy_event.

Ids are numbers, lists are parted by `; ` and may end with one, HS codes have lost their leading zeros (10121 is
010121), titles repeat (one intervention a product group). The last row says when it was downloaded: that is the
vintage. Two rows of titles may come first. Free with attribution, not for resale; a user's own copy is read, none
ships.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import date, datetime

from transforms import areas
from transforms.banking import workbook
from transforms.context import answers
from transforms.context.policy_events import reading_of
from transforms.model import Payload, ReadError, Reading, SetAside

PRODUCT, SOURCE, EXTENSION = "inbox.trade_alert", "inbox", "csv"
SUITE = "events"
COLUMNS = (
    "Intervention ID",
    "Announcement Date",
    "Title",
    "Implementing Jurisdiction",
    "GTA Evaluation",
    "GTA Intervention Type",
    "Affected Jurisdiction",
    "Affected HS Codes",
)
OPTIONAL = ("Removal Date", "Inception Date", "Intervention URL")
HEAD = 5
"""Rows before the header, at most: the workbook has two of titles."""
_DOWNLOADED = re.compile(r"Downloaded:\s*(\d{1,2} [A-Z][a-z]+ \d{4})")
EVALUATIONS = {"Red", "Amber", "Green"}


def recognise(payload: Payload) -> bool:
    return COLUMNS[0].encode() in payload.content[:4000] or (
        workbook.is_workbook(payload) and _header(_rows(payload)) is not None
    )


def read(payload: Payload) -> Reading:
    """Every intervention; a cell that is not clear is set aside, the rest kept. Raises ReadError `no_events`."""
    rows = _rows(payload)
    start = _header(rows)
    if start is None:
        raise ReadError("no_header", expected=", ".join(COLUMNS), got=str(rows[:2]), where=payload.name)
    seen = next((match[1] for row in rows for cell in row[:1] if (match := _DOWNLOADED.fullmatch(cell))), None)
    if seen is None:
        raise ReadError(
            "truncated",
            expected="a last row Downloaded: DAY",
            got=str(rows[-1:]),
            where=payload.name,
            hint="Export it again: without it the copy has no day, and may be cut.",
        )
    day = datetime.strptime(seen, "%d %B %Y").date()
    made: list[dict[str, str | None]] = []
    aside: list[SetAside] = []
    for place, row in enumerate(rows[start + 1 :], start=start + 2):
        if not any(row) or _DOWNLOADED.fullmatch(row[0]):
            continue
        cells = dict(zip(rows[start], row, strict=False))
        where = f"{payload.name} row {place}"
        try:
            made.append(_event(cells, day, where, aside))
        except ReadError as error:
            aside.append(error.aside(cells["Title"], where))
    return reading_of(PRODUCT, made, aside, payload, "Global Trade Alert interventions")


def _rows(payload: Payload) -> list[list[str]]:
    if workbook.is_workbook(payload):
        sheet = workbook.open_workbook(payload)[0]
        return [[str(cell).strip() for cell in row] for row in sheet.rows]
    return [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(answers.text(payload)))]


def _header(rows: list[list[str]]) -> int | None:
    return next((place for place, row in enumerate(rows[:HEAD]) if set(COLUMNS) <= set(row)), None)


def _event(cells: dict[str, str], seen: date, where: str, aside: list[SetAside]) -> dict[str, str | None]:
    number = cells["Intervention ID"].removesuffix(".0")
    if not cells["Title"] or not cells["GTA Intervention Type"]:
        raise ReadError("empty_cell", expected="a title and a type", got=f"none for intervention {number}", where=where)
    if not number.isdigit() or cells["GTA Evaluation"] not in EVALUATIONS:
        raise ReadError(
            "unknown_code",
            expected="an id and Red, Amber or Green",
            got=f"{cells['Intervention ID']!r}, {cells['GTA Evaluation']!r}",
            where=where,
        )

    def clear(column: str, of: Callable[[str, str], str]) -> str | None:
        """The list of a cell; None if one of its parts is not clear: half a list would be another measure."""
        try:
            return of(cells[column], where) or None
        except ReadError as error:
            label = f"intervention {number}, {column}"
            aside.append(error.aside(label, where))
            return None

    return {
        "date": _day(cells["Announcement Date"], where),
        "date_precision": "day",
        "region": cells["Implementing Jurisdiction"],
        "title": cells["Title"],
        "kind": f"{cells['GTA Intervention Type']} ({cells['GTA Evaluation']})",
        "source": f"Global Trade Alert, intervention {number}",
        "jurisdiction": clear("Implementing Jurisdiction", _areas),
        "affected": clear("Affected Jurisdiction", _areas),
        "measure": cells["GTA Intervention Type"],
        "products": clear("Affected HS Codes", _codes),
        "until": _day(cells["Removal Date"], where) if cells.get("Removal Date") else None,
        "seen_on": seen.isoformat(),
    }


def _list(printed: str) -> list[str]:
    return [part.strip() for part in printed.split(";") if part.strip()]


def _areas(printed: str, where: str) -> str:
    return "; ".join(areas.resolve(name, where) for name in _list(printed))


def _codes(printed: str, where: str) -> str:
    """HS codes of six digits; five digits have lost their leading zero."""
    found = []
    for code in _list(printed):
        code = code.removesuffix(".0")
        if not code.isdigit() or len(code) not in (5, 6):
            raise ReadError(
                "unknown_product", expected="HS codes of six digits, or five without the zero", got=code, where=where
            )
        found.append(code.zfill(6))
    return "; ".join(found)


def _day(printed: str, where: str) -> str:
    try:
        return datetime.fromisoformat(printed).date().isoformat()
    except ValueError:
        raise ReadError("bad_period", expected="a day such as 2026-03-05", got=repr(printed), where=where) from None
