"""What a column is, from the words above it: flow, measure, month or year to date, prior year, growth.

A column's role is a short name such as total_month, export_ytd, import_ytd_yoy, quantity_prior_ytd, value_month.
The months a header names must be the months of the title; a prior-year column must name the year before.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from transforms.customs.grid import HIDDEN, UNEVEN, Cell, tight
from transforms.customs.titles import Title
from transforms.model import ReadError
from transforms.periods import MONTHS_EN

LOST = (
    "Headings over several columns have lost their place, as in text that was copied from a page: ingest the page or "
    "workbook itself."
)
PARTS = ("regime", "flow", "owner", "kind", "measure", "prior", "basis", "growth")  # order of the words in a role
_WORDS: Mapping[str, tuple[str, str]] = {
    **dict.fromkeys(
        ("export&import", "imports&exports", "import&export", "exports&imports", "total", "进出口", "合计", "总值"),
        ("flow", "total"),
    ),
    **dict.fromkeys(("export", "exports", "出口"), ("flow", "export")),
    **dict.fromkeys(("import", "imports", "进口"), ("flow", "import")),
    **dict.fromkeys(("balance", "export-importbalance", "贸易差额", "差额", "进出口差额"), ("flow", "balance")),
    **dict.fromkeys(("quantity", "qty", "数量"), ("measure", "quantity")),
    **dict.fromkeys(("value", "金额", "value/%", "金额/%", "金额/同比%", "金额/比去年同期%"), ("measure", "value")),
    **dict.fromkeys(("quantityunit", "qtyunit", "计量单位", "unit"), ("role", "unit")),
    **dict.fromkeys(("ordinarytrade", "一般贸易"), ("regime", "ordinary")),
    **dict.fromkeys(("processingtrade", "加工贸易"), ("regime", "processing")),
    **dict.fromkeys(("bondedlogistics", "保税物流"), ("regime", "bonded")),
    **dict.fromkeys(("other", "其他", "其他企业"), ("regime", "other")),
    **dict.fromkeys(("soe", "国有企业"), ("owner", "soe")),
    **dict.fromkeys(("fie", "外商投资企业"), ("owner", "fie")),
    **dict.fromkeys(("poe", "私营企业", "民营企业"), ("owner", "poe")),
    **dict.fromkeys(("cjv", "中外合作", "中外合作企业"), ("kind", "cooperative")),
    **dict.fromkeys(("ejv", "中外合资", "中外合资企业"), ("kind", "joint")),
    **dict.fromkeys(("foe", "外商独资", "外商独资企业"), ("kind", "own")),
}
_MONTH = "|".join(sorted((m.replace(" ", "") for m in MONTHS_EN), key=len, reverse=True))
_PERIOD = (
    rf"(?:(?P<year>20\d\d)年)?(?:(?P<from>0?1|{_MONTH})月?\.?(?:-?to-?|-|至|到))?"
    rf"(?P<to>1[0-2]|0?[1-9]|{_MONTH})\.?月?(?:份)?(?:,?(?P<year2>20\d\d))?"
)
_LEVEL = re.compile(rf"{_PERIOD}(?:,?(?:in)?total|累计)?(?:,?(?P<year3>20\d\d))?(?:,?in?total)?")
_GROWTH = re.compile(
    rf"(?:(?P<period>{_PERIOD}))?(?:,?(?:in)?total)?(?P<cumulated>累计)?,?(?:period)?"
    r"(?P<kind>year-on-year|yoy|percentagechange|month-on-month|mom|与去年同期(?:同比)?|比去年同期|同比|与上月(?:环比)?|比上月|环比)(?:增减|变化)?(?P<of>of(?:the)?yeartodate)?(?:\(?%\)?)?"
)
_PRIOR = re.compile(r"(?:去年|上年)同期(?:累计)?|(?:去年|上年)(?P<from>1)至(?P<to>\d{1,2})月累计")
_YOY = ("year-on-year", "yoy", "percentagechange", "与去年同期", "与去年同期同比", "比去年同期", "同比")


def is_label(cell: Cell, labels: Sequence[str]) -> bool:
    return tight(cell.text) in labels


def facets(cell: Cell, title: Title, where: str) -> dict[str, str]:
    """What one header cell says. ReadError `unknown_header` or `header_period`."""
    if cell.markup == UNEVEN:
        raise ReadError("wrong_column_count", expected="a heading above each column", got=f"headings of {cell.words}",
                        where=where, hint="A heading is missing or one too many: download the page again.")  # fmt: skip
    text = tight(cell.text).replace("±", "")
    if cell.markup == HIDDEN:
        raise ReadError("hidden_cell", expected="visible text", got=f"hidden text in {cell.words!r}", where=where)
    if not text or text in ("sub.tot", "sub.tot.", "subtotal", "小计"):
        return {}
    if text in _WORDS:
        name, value = _WORDS[text]
        return {name: value}
    if match := _PRIOR.fullmatch(text):
        if match["to"] and int(match["to"]) != title.last:
            raise _other_month(title, text, where)
        return {"prior": "prior", "basis": "ytd"}
    if match := _GROWTH.fullmatch(text):
        growth = "yoy" if match["kind"] in _YOY else "mom"
        basis = {"basis": "ytd"} if match["cumulated"] or match["of"] else {}
        return (
            basis | _basis(match, title, where) | {"growth": growth} if match["period"] else basis | {"growth": growth}
        )
    if text in ("当月", "currentmonth", "month"):
        return {"basis": "month"}
    if text in ("累计", "1至当月累计", "accumulated", "cumulative", "yeartodate"):
        return {"basis": "ytd"}
    if match := _LEVEL.fullmatch(text):
        return _basis(match, title, where)
    raise ReadError("unknown_header", expected="a known column heading", got=repr(cell.words), where=where,
                    hint="Somebody added a column, or a browser translated it: ingest the page as served.")  # fmt: skip


def _other_month(title: Title, printed: str, where: str) -> ReadError:
    hint = (
        "Title and headings contradict each other: ingest the page as the site serves it. A misprint of the publisher "
    )
    hint += "takes a guarded correction (warehouse/corrections.yml)."
    return ReadError(
        "header_period", expected=f"month {title.last} of the title", got=repr(printed), where=where, hint=hint
    )


def _basis(match: re.Match[str], title: Title, where: str) -> dict[str, str]:
    parts = match.groupdict()
    start, end = parts.get("from"), _number(parts["to"])
    year = next((int(parts[k]) for k in ("year", "year2", "year3") if parts.get(k)), title.year)
    if end != title.last or (start and _number(start) != 1):
        raise _other_month(title, match[0], where)
    basis = {"basis": "ytd" if start else "month"}
    if year == title.year:
        return basis
    if year == title.year - 1:
        return basis | {"prior": "prior"}
    raise ReadError(
        "header_period",
        expected=f"{title.year} or the year before",
        got=repr(match[0]),
        where=where,
        hint="If the page heads a right column wrongly, add a guarded correction (warehouse/corrections.yml).",
    )


def _number(text: str) -> int:
    return int(text) if text.isdigit() else MONTHS_EN[text]


def spread(rows: Sequence[Sequence[Cell]]) -> list[list[Cell]]:
    """The heading rows with a heading in each column that it stands over.

    Where no cell is merged any more (text, a sheet pasted elsewhere), what stands above others stands at their left
    end: an empty place that has a heading below it belongs to the heading before it.
    """
    heads = [list(row) for row in rows]
    if any(cell.width > 1 for row in heads for cell in row):
        return heads
    for i, row in enumerate(heads[:-1]):
        for j in range(1, len(row)):
            if not row[j].words and any(below[j].words for below in heads[i + 1 :]):
                row[j] = row[j - 1]
    return heads


def roles(
    rows: Sequence[Sequence[Cell]],
    names: Sequence[str],
    title: Title,
    labels: Sequence[str],
    basis: str = "",
    growth: str = "",
) -> list[str]:
    """The role of each column from its header cells, top to bottom. The label column is "label".

    `basis` is that of a table whose columns name no period at all; `growth` that of growth columns which name none,
    in a table of months and years to date.
    Raises ReadError `unknown_header`, `header_period`, `contradictory_header` or `duplicate_header`.
    """
    found: list[dict[str, str]] = []
    for j in range(len(rows[0])):
        column: dict[str, str] = {}
        for i, row in enumerate(rows):
            if j == 0 and is_label(row[j], labels):
                column["role"] = "label"
                continue
            where = f"header {names[i]} column {j + 1}"
            for name, value in facets(row[j], title, where).items():
                if column.setdefault(name, value) != value:
                    raise ReadError("contradictory_header", expected=column[name], got=value, where=where)
        found.append(column)
    bases = {column["basis"] for column in found if "basis" in column}
    for column in found:  # "Year-on-Year (±%)" alone means the one period the table has, or the month beside it
        if "growth" in column and "basis" not in column:
            column["basis"] = (growth if len(bases) > 1 else "") or ("ytd" if bases == {"ytd"} else "month")
        elif basis and "basis" not in column and "role" not in column:
            column["basis"] = basis
    result = [column.get("role") or "_".join(column[p] for p in PARTS if p in column) for column in found]
    if twice := {role for role in result if result.count(role) > 1 or not role}:
        raise ReadError(
            "duplicate_header",
            expected="one column of each kind",
            got=f"several for {sorted(twice)}" if any(twice) else "columns without a heading",
            where="header",
            hint=LOST,
        )
    return result
