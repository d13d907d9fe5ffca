"""From a `Page` to a `Table`: title and unit agreed, every column named, every row labelled, every figure exact.

What a table looks like is data: a TableLayout (table_layout.py) for each product.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from transforms.customs import headers
from transforms.customs.body import body
from transforms.customs.checks import Term
from transforms.customs.grid import Cell, Page, plain, tight
from transforms.customs.pages import FIRST, lone_texts, names_of_tables, open_page, table_titles
from transforms.customs.row import Row
from transforms.customs.table_layout import TableLayout
from transforms.customs.titles import Title, parse_title
from transforms.model import Payload, ReadError, SetAside
from transforms.units import Unit, parse_unit

JOINED = "Pages were joined in one file, or one title was changed: ingest each page by itself, as the site serves it."
_UNIT = re.compile(r"(?:(?:value )?unit|单位) ?: ?(?P<unit>.+)")


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
    terms: list[Term] = field(default_factory=list)  # of the sums that it prints, for gate 1


def recognise(payload: Payload, plan: TableLayout) -> bool:
    """Does a title in the bytes have this layout's words (and, where that is not enough, the unit row its scale)?"""
    if not any(parse_title(text).words in plan.titles for text in table_titles(payload)):
        return False
    if plan.shares_title:
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
        begins = " or ".join(map(repr, plan.labels[:3]))
        raise ReadError("no_header", expected=f"a header row that begins {begins}", got="none", where=where,
                        hint="The headings were cut off, or the table is another one.")  # fmt: skip
    below = top + 1
    while below < len(page.rows) and _is_header(page.rows[below], labels):
        below += 1
    heads = headers.spread(page.rows[top:below])
    roles = headers.roles(heads, page.names[top:below], title, labels, plan.basis, plan.growth)
    columns = next((name for name, wanted in plan.columns.items() if sorted(wanted) == sorted(roles)), None)
    if columns is None:
        wanted = " or ".join(", ".join(names) for names in plan.columns.values())
        raise ReadError("wrong_columns", expected=f"the columns {wanted}", got=", ".join(roles), where=where,
                        hint="A column was taken out or added, or the publisher has changed the table.")  # fmt: skip
    rows, notes = body(page, top, below, roles, plan, where)
    if not rows:
        raise ReadError("no_rows", expected="rows below the header", got="none", where=where,
                        hint="The table was cut below its headings: fetch the page again.")  # fmt: skip
    language = "zh" if title.chinese else "en"
    return Table(title, unit, columns, tuple(rows), tuple(notes), page.stamp, language, page.sheet, list(page.told))


def _title(page: Page, plan: TableLayout, payload: Payload, where: str) -> Title:
    """The page's titles must agree on table, period and currency; what none of them says may come as an option."""
    found = [parse_title(text) for text in (*page.titles, *lone_texts(page.rows[:FIRST]))]
    titles = [title for title in found if title.words in plan.titles]
    if not titles:
        got = " and ".join(map(repr, page.titles)) if page.titles else "no title"
        raise ReadError("wrong_title", expected=f"a title such as {plan.titles[0]!r}, with its month", got=got,
                        where=where, hint="Nobody can tell else which table, month and currency it is.")  # fmt: skip
    agreed = titles[0]
    for other in found:
        if other not in titles and other.words in names_of_tables():
            raise ReadError(
                "title_conflict", expected=f"{agreed.text!r}", got=f"{other.text!r}", where=where, hint=JOINED
            )
    for other in titles[1:]:
        for name in ("words", "period", "first", "currency"):
            ours, theirs = getattr(agreed, name), getattr(other, name)
            if ours and theirs and ours != theirs:
                raise ReadError(
                    "title_conflict", expected=f"{agreed.text!r}", got=f"{other.text!r}", where=where, hint=JOINED
                )
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
            "unexpected_unit", expected=f"{' or '.join(map(str, printed_scales(plan)))}, as this table is printed",
            got=repr(found[0][1]), where=f"{where} {found[0][2]}",
            hint="The unit row is misprinted, or the table is another one of a similar name.",
        )  # fmt: skip
    return found[0][0], unit


def printed_scales(plan: TableLayout) -> list[str]:
    """The units a table comes in, as words: USD 1,000."""
    return [f"{currency} {scale:,}" for currency, scales in plan.units.items()
            for scale in (scales if isinstance(scales, tuple) else (scales,))]  # fmt: skip


def _is_header(row: Sequence[Cell], labels: Sequence[str]) -> bool:
    """A further header row: its label place is empty or a label word, and no place of it holds a plain figure."""
    return headers.is_label(row[0], labels) or (not row[0].words and any(c.words for c in row))
