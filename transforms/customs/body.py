"""The rows below the headings of a table: labels, figures by the role of their column, percents paired with their row.

What is wrong with a row is its `fault`: the row is set aside later (aside.py), the others are read.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from transforms.customs.grid import HIDDEN, PROOFS, UNEVEN, Cell, Page, is_error, is_too_narrow, number, plain, tight
from transforms.customs.row import Row
from transforms.customs.table_layout import TableLayout
from transforms.customs.titles import parse_title
from transforms.model import ReadError

_NOTE = re.compile(r"notes?\b|remarks?\b|注|\*|\d{1,2} ?[、.,)]|source|来源|数据来源|资料来源")
_UNIT = re.compile(r"(?:(?:value )?unit|单位) ?:")
_FIGURE = re.compile(r"[-—+]?[\d,.]*")
_MONTH = re.compile(r"(?:19|20)\d\d(?:\.\d{1,2})?")
_OF_WHICH = re.compile(r"(?:of which|其中) ?:? ?")
_FOOTNOTE = re.compile(r"\s*(?:[①-⑳]|[(（\[【](?:note |注)?\d{1,2}[)）\]】]|[¹²³⁴-⁹]+)$", re.I)
"""A footnote's mark behind a label: "Japan (1)", "东盟①". A number without brackets is part of the name."""
MOST_PERCENT = 100
"""From here on a growth that equals the amount above it is that amount printed twice, no growth."""
_HALF_BRACKET = re.compile(r"([^(（]*[^(（\d\s])\s*\d{1,2}[)）]")
_RAISED = re.compile(r"\s*[(\[（]?\d{1,2}[)\]）]?$")


def body(
    page: Page, top: int, start: int, roles: Sequence[str], plan: TableLayout, where: str
) -> tuple[list[Row], list[str]]:
    """Rows and notes of the table whose headings are the page's rows `top` to `start`.

    A note may stand among the rows, where somebody wrote it. ReadError `row_after_notes` for another table below;
    anything else that is wrong is the fault of a row.
    """
    heads = {tuple(cell.words for cell in row) for row in page.rows[:start]}
    rows: list[Row] = []
    bare: list[Row] = []  # rows without figures: notes, if nothing with figures follows
    notes: list[str] = []
    above: Cell | None = None  # the label of the row before: where it hangs down, percents stand beside it
    again = plan.paired and _prints_labels_twice([row[0] for row in page.rows[start:]])
    for cells, name in zip(page.rows[start:], page.names[start:], strict=True):
        at = f"{where} {name}".strip()
        first = cells[0]
        if tuple(cell.words for cell in cells) in heads:
            continue  # printed again at the top of a sheet of paper
        if _is_alone(first, cells):
            _refuse_another(first, plan, at)
            if rows and not notes and _is_rest(first):
                rows[-1] = _torn(rows[-1], first, at)
            elif _NOTE.match(plain(first.words)) or (notes and first.words) or not first.words:
                notes += [first.words] if first.words else []
            elif not first.words.endswith((":", "：")):  # else a heading of the rows below it
                got = f"{first.words[:80]!r} alone"
                error = ReadError("row_without_figures", expected="figures or a note", got=got, where=at)
                bare.append(Row(first.words, first.indent, False, at, _nothing(roles, plan), fault=error))
            continue
        if notes and tight(first.text) in [tight(word) for word in plan.labels]:
            raise _another(first, at)
        rows += bare
        bare = []
        above, before = first, above
        if not plan.paired:
            rows.append(_row(cells, roles, plan, at))
        elif first.words and not (_hangs(first, before, again) and not _is_paired(rows[-1])):
            _fault_unpaired(rows)
            rows.append(_row(cells, roles, plan, at))
        elif not rows or _is_paired(rows[-1]):
            stray = ReadError("unpaired_row", expected="a row with a label above it", got="a row of percents", where=at)
            rows.append(replace(_row(cells, roles, plan, at), figures=_nothing(roles, plan), fault=stray))
        else:
            rows[-1] = _pair(rows[-1], cells, roles, plan, at)
    if plan.paired:
        _fault_unpaired(rows)
    return rows, [*(row.label for row in bare), *notes]


def _is_alone(first: Cell, cells: Sequence[Cell]) -> bool:
    """Does one text fill the row, in one cell, over all of them, or (as pandas writes a merged one) in each?"""
    return (
        first.width == len(cells)
        or not any(c.words for c in cells[1:])
        or (not _FIGURE.fullmatch(first.words) and all(c.words == first.words for c in cells))
    )


def _is_rest(cell: Cell) -> bool:
    """Is it a figure where a label is due? The months of tables over time are labels."""
    figure = _FIGURE.fullmatch(cell.words) and any(map(str.isdigit, cell.words))
    return bool(figure) and not _MONTH.fullmatch(cell.words)


def _torn(row: Row, cell: Cell, at: str) -> Row:
    """The row with the fault that its last figure may go on in the row below, in which a figure stands alone."""
    error = ReadError("torn_row", expected="a label beside figures", got=f"{cell.words!r} alone", where=at)
    return replace(row, fault=row.fault or error)


def _refuse_another(cell: Cell, plan: TableLayout, at: str) -> None:
    """Raise ReadError `row_after_notes` for the title or the unit of another table below this one's rows."""
    if parse_title(cell.words).words in plan.titles or _UNIT.match(plain(cell.words)):
        raise _another(cell, at)


def _another(cell: Cell, at: str) -> ReadError:
    got = f"{cell.words[:80]!r} below its rows"
    return ReadError("row_after_notes", expected="one table in a file", got=got, where=at,
                     hint="Another table follows in the same file: keep it in a file of its own.")  # fmt: skip


def _prints_labels_twice(labels: Sequence[Cell]) -> bool:
    """Are labels over two rows printed in each, as programs write them that know no merged cells?"""
    pairs = [(one, other) for one, other in itertools.pairwise(labels) if one.words]
    twice = sum(one is not other and one.words == other.words for one, other in pairs)
    return twice >= PROOFS and twice > sum(one is other or not other.words for one, other in pairs)


def _hangs(cell: Cell, above: Cell | None, again: bool) -> bool:
    """Is the label that of the row above, as one cell over two rows or printed `again`?"""
    return above is not None and (cell is above or (again and cell.words == above.words))


def _nothing(roles: Sequence[str], plan: TableLayout) -> dict[str, Decimal | None]:
    """The figures of a row that has none."""
    own = [role for role in roles if role not in ("label", "unit")]
    return dict.fromkeys([*own, *(f"{role}_yoy" for role in own)] if plan.paired else own)


def _is_paired(row: Row) -> bool:
    return any(role.endswith("_yoy") for role in row.figures)


def _fault_unpaired(rows: list[Row]) -> None:
    """A row whose percents are not below it may have those of another: it has a fault."""
    if rows and not _is_paired(rows[-1]):
        row = rows[-1]
        error = ReadError("unpaired_row", expected="a row of percents below it", got="none", where=row.where)
        figures = {**row.figures, **{f"{role}_yoy": None for role in row.figures}}
        rows[-1] = replace(row, figures=figures, fault=row.fault or error)


def _pair(row: Row, cells: Sequence[Cell], roles: Sequence[str], plan: TableLayout, at: str) -> Row:
    """The row with the percents below it as further figures, e.g. export_month_yoy."""
    fault = row.fault or _uneven(cells, roles, at)
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
        if percent is not None and abs(percent) >= MOST_PERCENT and percent == row.figures.get(role):
            fault = fault or ReadError("unpaired_row", expected="percents", got="the row above again", where=at)
        gone = row.figures.get(role) is None and not plan.blank
        if gone and percent is not None and percent > -99 and not fault:
            fault = ReadError("growth_of_nothing", expected="'-' below '-'", got=str(percent), where=f"{at} {name}")
    return replace(row, figures={**row.figures, **growth}, fault=fault)


def _uneven(cells: Sequence[Cell], roles: Sequence[str], at: str) -> ReadError | None:
    odd = next((cell for cell in cells if cell.markup == UNEVEN), None)
    if odd is None:
        return None
    return ReadError("wrong_column_count", expected=f"{len(roles)} cells", got=odd.words, where=at)


def _spaced(label: str) -> str:
    return re.sub(r"\s+", " ", label)


def _row(cells: Sequence[Cell], roles: Sequence[str], plan: TableLayout, at: str) -> Row:
    """A row with every figure that can be read; the first cell that cannot is its `fault`."""
    fault: ReadError | None = None
    label = _spaced(cells[0].words)
    if plan.percent_rows:
        label = label if cells[0].number is None else f"{cells[0].number:.2f}"  # 2024.03 as a number
    elif not label or _FIGURE.fullmatch(label) or is_error(cells[0]):
        fault = ReadError("no_label", expected="a label", got=repr(cells[0].text) if label else "none", where=at)
    else:
        label = _without_mark(label, cells[0])
    if cells[0].markup == HIDDEN:
        fault = ReadError("hidden_cell", expected="visible text", got=f"hidden text in {label!r}", where=at)
    if any(cell.width > 1 for cell in cells):
        fault = ReadError(
            "wrong_column_count", expected=f"{len(roles)} cells", got="a cell over several columns", where=at
        )
    of_which = _OF_WHICH.match(plain(label))
    figures: dict[str, Decimal | None] = {}
    unit = ""
    fault = fault or _uneven(cells, roles, at)
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


def _without_mark(label: str, cell: Cell) -> str:
    """The label without the mark of a footnote behind it."""
    bare = _RAISED.sub("", label) if cell.markup == "sup" else label
    if half := _HALF_BRACKET.fullmatch(bare):
        bare = half[1]
    return _FOOTNOTE.sub("", bare) or label
