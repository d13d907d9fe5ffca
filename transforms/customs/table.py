"""From a `Page` to a `Table`: title and unit agreed, every column named, every row labelled, every figure exact.

What a table looks like is data: a TableLayout (table_layout.py) for each product.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache
from pathlib import Path

from transforms import yaml_file
from transforms.customs import headers
from transforms.customs.grid import HIDDEN, Cell, Page, is_error, is_too_narrow, number, plain, tight
from transforms.customs.html import decode, headings, is_web_archive, open_html
from transforms.customs.row import Row
from transforms.customs.sheet import is_workbook, open_sheet
from transforms.customs.table_layout import TableLayout
from transforms.customs.titles import Title, parse_title
from transforms.model import Payload, ReadError, SetAside
from transforms.units import Unit, parse_unit

_UNIT = re.compile(r"(?:(?:value )?unit|单位) ?: ?(?P<unit>.+)")
_NOTE = re.compile(r"notes?\b|remarks?\b|注|\*|\d{1,2} ?[、.,)]|source|来源")
_FIGURE = re.compile(r"[-—+]?[\d,.]*")
_OF_WHICH = re.compile(r"(?:of which|其中) ?:? ?")


@dataclass(frozen=True)
class Table:
    title: Title
    unit: Unit
    columns: str  # name of the column set
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    stamp: str = ""
    language: str = "en"
    sheet: str = ""
    remarks: list[str] = field(default_factory=list)  # declared oddities, for the run report
    set_aside: list[SetAside] = field(default_factory=list)  # rows left out


def open_page(payload: Payload) -> Page:
    return open_sheet(payload) if is_workbook(payload.content) else open_html(payload)


def recognise(payload: Payload, plan: TableLayout) -> bool:
    """Does a title in the bytes have this layout's words (and, where that is not enough, the unit row its scale)?"""
    return recognises_in(payload, plan) if plan.shares_title else recognises(payload, plan)


def recognises(payload: Payload, plan: TableLayout) -> bool:
    """Does a title in the bytes have this layout's words?"""
    try:
        if is_workbook(payload.content):
            texts: Sequence[str] = [c.words for row in open_sheet(payload).rows[:3] for c in row[:1]]
        elif b"<" in payload.content[:2048] or is_web_archive(payload.content):
            texts = headings(decode(payload.content, payload.name))
        else:
            return False
    except ReadError:
        return False
    return any(parse_title(text).words in plan.titles for text in texts)


def recognises_in(payload: Payload, plan: TableLayout) -> bool:
    """`recognises`, and the unit is one of this layout's: for tables that share their title with another product."""
    if not recognises(payload, plan):
        return False
    try:
        page = open_page(payload)
        _unit(page, _title(page, plan, payload, ""), plan, "")
    except ReadError as error:
        return error.code != "unexpected_unit"
    return True


def read_table(payload: Payload, plan: TableLayout) -> Table:
    """Read a release by its layout. Every doubt is a ReadError that names row and cell."""
    return table_of(open_page(payload), plan, payload)


def table_of(page: Page, plan: TableLayout, payload: Payload) -> Table:
    where = payload.name or payload.url
    title = _title(page, plan, payload, where)
    start, unit = _unit(page, title, plan, where)
    labels = [tight(word) for word in plan.labels]
    top = next((i for i in range(start, len(page.rows)) if headers.is_label(page.rows[i][0], labels)), None)
    if top is None:
        raise ReadError("no_header", expected=f"a header row with one of {plan.labels}", got="none", where=where)
    body = top + 1
    while body < len(page.rows) and _is_header(page.rows[body], labels):
        body += 1
    roles = headers.roles(page.rows[top:body], page.names[top:body], title, labels, plan.basis, plan.growth)
    columns = next((name for name, wanted in plan.columns.items() if sorted(wanted) == sorted(roles)), None)
    if columns is None:
        raise ReadError("wrong_columns", expected=f"one of {dict(plan.columns)}", got=str(roles), where=where)
    rows, notes = _body(page, body, roles, plan, where)
    if not rows:
        raise ReadError("no_rows", expected="rows below the header", got="none", where=where)
    language = "zh" if title.chinese else "en"
    return Table(title, unit, columns, tuple(rows), tuple(notes), page.stamp, language, page.sheet)


def _title(page: Page, plan: TableLayout, payload: Payload, where: str) -> Title:
    """The page's titles must agree on table, period and currency; what none of them says may come as an option."""
    first = [c.words for row in page.rows[:2] for c in row[:1] if c.width == len(row) or c.width > 3 or page.sheet]
    found = [parse_title(text) for text in (*page.titles, *first)]
    titles = [title for title in found if title.words in plan.titles]
    if not titles:
        raise ReadError("wrong_title", expected=str(plan.titles), got=str(page.titles), where=where)
    agreed = titles[0]
    for other in found:
        if other not in titles and other.words in _names_of_tables():
            raise ReadError("title_conflict", expected=f"{agreed.text!r}", got=f"{other.text!r}", where=where)
    for other in titles[1:]:
        for name in ("words", "period", "first", "currency"):
            ours, theirs = getattr(agreed, name), getattr(other, name)
            if ours and theirs and ours != theirs:
                raise ReadError("title_conflict", expected=f"{agreed.text!r}", got=f"{other.text!r}", where=where)
        if not agreed.year:
            agreed = replace(agreed, year=other.year, first=other.first, last=other.last)
        agreed = replace(agreed, currency=agreed.currency or other.currency)
    stated = re.fullmatch(r"(20\d\d)-(0[1-9]|1[0-2])", payload.options.get("period", ""))
    if not agreed.year and stated:
        year, month = int(stated[1]), int(stated[2])
        agreed = replace(agreed, year=year, first=month, last=month)
    if not agreed.year and not plan.dated_rows:
        raise ReadError(
            "no_period", expected="a month in the title", got=repr(agreed.text), where=where,
            hint="The index page knows the month: pass it as option period=YYYY-MM.",
        )  # fmt: skip
    return agreed


@cache
def _names_of_tables() -> frozenset[str]:
    """What any layout calls its table: exports and imports, month and bulletin, are printed in the same columns."""
    found = [yaml_file.load(path) for path in Path(__file__).parent.glob("*.yaml")]
    return frozenset(words for plan in found if isinstance(plan, dict) for words in plan.get("titles", ()))


def _unit(page: Page, title: Title, plan: TableLayout, where: str) -> tuple[int, Unit]:
    """The unit row (or unit text above the table), agreed with the title's currency and the layout's scales."""
    found: list[tuple[int, str, str]] = []
    for i, row in enumerate(page.rows[:5]):
        for text in dict.fromkeys(c.words for c in row):
            if match := _UNIT.fullmatch(plain(text)):
                found.append((i + 1, match["unit"], page.names[i]))
    if not found and (
        match := re.search(
            r"单位 ?: ?(\w+)|\bunit ?: ?((?:us\$|usd|cny|rmb) ?[\d,]*(?: million)?)", plain(page.outside)
        )
    ):
        found.append((0, match[1] or match[2], "text above the table"))
    if not found:
        raise ReadError(
            "no_unit", expected="a unit row such as 'Unit: CNY 100 Million'", got="none", where=where,
            hint="Without its unit no figure of the table is certain.",
        )  # fmt: skip
    units = {parse_unit("unit: " + text, f"{where} {at}") for _, text, at in found}
    if len(units) > 1:
        raise ReadError("unit_mismatch", expected="one unit", got=str([text for _, text, _ in found]), where=where)
    unit = units.pop()
    if title.currency and unit.currency != title.currency:
        raise ReadError(
            "unit_mismatch",
            expected=f"a unit in {title.currency}, as the title says",
            got=repr(found[0][1]),
            where=f"{where} {found[0][2]}",
            hint="Title and unit contradict each other; the publisher will have to mend the page.",
        )
    scales = plan.units.get(unit.currency, ())
    if unit.factor not in [Decimal(scale) for scale in (scales if isinstance(scales, tuple) else (scales,))]:
        raise ReadError(
            "unexpected_unit", expected=str(plan.units), got=repr(found[0][1]), where=f"{where} {found[0][2]}"
        )
    return found[0][0], unit


def _is_header(row: Sequence[Cell], labels: Sequence[str]) -> bool:
    """A further header row: its label place is empty or a label word, and no place of it holds a plain figure."""
    return headers.is_label(row[0], labels) or (not row[0].words and any(c.words for c in row))


def _body(page: Page, start: int, roles: Sequence[str], plan: TableLayout, where: str) -> tuple[list[Row], list[str]]:
    rows: list[Row] = []
    notes: list[str] = []
    for cells, name in zip(page.rows[start:], page.names[start:], strict=True):
        at = f"{where} {name}".strip()
        first = cells[0]
        if first.width == len(cells) or not any(c.words for c in cells[1:]):
            if _NOTE.match(plain(first.words)) or (notes and first.words) or not first.words:
                notes += [first.words] if first.words else []
                continue
            if first.words.endswith((":", "：")):
                continue  # a heading of the rows below it
            raise ReadError("row_without_figures", expected="figures or a note", got=repr(first.words[:80]), where=at)
        if notes:
            raise ReadError("row_after_notes", expected="no figures below the notes", got=repr(first.words), where=at)
        if not plan.paired:
            rows.append(_row(cells, roles, plan, at))
        elif first.words and not _repeats(rows, first):
            _refuse_unpaired(rows)
            rows.append(_row(cells, roles, plan, at))
        else:
            if not rows or _is_paired(rows[-1]):
                raise ReadError("unpaired_row", expected="a row with a label", got="a row of percents", where=at)
            rows[-1] = _pair(rows[-1], cells, roles, plan, at)
    if plan.paired:
        _refuse_unpaired(rows)
    return rows, notes


def _repeats(rows: Sequence[Row], first: Cell) -> bool:
    """Does the label hang down from the row above, which has no percents yet?"""
    return bool(rows) and not _is_paired(rows[-1]) and re.sub(r"\s+", " ", first.words) == rows[-1].label


def _is_paired(row: Row) -> bool:
    return any(role.endswith("_yoy") for role in row.figures)


def _refuse_unpaired(rows: Sequence[Row]) -> None:
    if rows and not _is_paired(rows[-1]):
        raise ReadError("unpaired_row", expected="a row of percents below it", got="none", where=rows[-1].where)


def _pair(row: Row, cells: Sequence[Cell], roles: Sequence[str], plan: TableLayout, at: str) -> Row:
    """The row with the percents below it as further figures, e.g. export_month_yoy."""
    fault = row.fault
    stray = [cell.words for cell, role in zip(cells, roles, strict=True) if role == "unit" and cell.words]
    if stray not in ([], [row.unit], ["-"]):
        fault = fault or ReadError("shifted_row", expected="no unit beside percents", got=str(stray), where=at)
    growth: dict[str, Decimal | None] = {}
    for cell, role in zip(cells, roles, strict=True):
        if role in ("label", "unit"):
            continue
        name = f"{role}_yoy"
        try:
            growth[name] = percent = number(cell, f"{at} {name}")
        except ReadError as error:
            growth[name], fault = None, fault or error
            continue
        gone = row.figures.get(role) is None and not plan.blank
        if gone and percent is not None and percent > -99 and not fault:
            fault = ReadError("growth_of_nothing", expected="'-' below '-'", got=str(percent), where=f"{at} {name}")
    return replace(row, figures={**row.figures, **growth}, fault=fault)


def _row(cells: Sequence[Cell], roles: Sequence[str], plan: TableLayout, at: str) -> Row:
    """A row with every figure that can be read; the first cell that cannot is its `fault`."""
    fault: ReadError | None = None
    label = re.sub(r"\s+", " ", cells[0].words)
    if plan.percent_rows:
        label = label if cells[0].number is None else f"{cells[0].number:.2f}"  # 2024.03 as a number
    elif not label or _FIGURE.fullmatch(label) or is_error(cells[0]):
        fault = ReadError("no_label", expected="a label", got=repr(cells[0].text), where=at)
    if cells[0].markup == HIDDEN:
        fault = ReadError("hidden_cell", expected="visible text", got=f"hidden text in {label!r}", where=at)
    if any(cell.width > 1 for cell in cells):
        fault = ReadError(
            "wrong_column_count", expected=f"{len(roles)} cells", got="a cell over several columns", where=at
        )
    of_which = _OF_WHICH.match(plain(label))
    figures: dict[str, Decimal | None] = {}
    unit = ""
    for cell, role in zip(cells, roles, strict=True):
        if role == "unit":
            unit = cell.words
        elif role != "label":
            blank = plan.blank
            places = 0 if role.endswith(("_yoy", "_mom")) else plan.decimals
            try:
                figures[role] = number(cell, f"{at} {role}", blank_is_missing=blank, decimals=places)
            except ReadError as error:
                figures[role], fault = None, fault or error
    if of_which:
        label = re.sub(r"^\s*(?:of which|其中)\s*[:：∶]?\s*", "", label, flags=re.I)
    hidden = frozenset(role for cell, role in zip(cells, roles, strict=True) if is_too_narrow(cell))
    return Row(label, cells[0].indent, bool(of_which), at, figures, unit, fault, hidden)
