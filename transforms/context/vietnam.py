"""Vietnam's customs: exports to and imports from each partner by main goods, tables 5X and 5N of a month, as PDF.

A partner stands in capitals with its total of the month and of the year so far, in dollars; its goods follow with a
unit, quantities and dollars, also across pages, and with other goods they make the total: a partner whose goods do
not, within WITHIN, is set aside. A number that stands alone is of the year so far, since a value of the month is part
of it. Points part thousands. The folder of the address is the day of publication
(`.../2026/9/10/2026-t8-5n(vn-sb).pdf`). The form is known from what several public programs say that read it, and from
no file of its own. Source: customs.gov.vn.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from transforms.context.points import Point, Points, layout, reading_of
from transforms.model import Payload, ReadError, Reading
from transforms.periods import month_end

PRODUCT, SOURCE, EXTENSION = "vietnam_customs.trade_by_partner", "vietnam_customs", "pdf"
_MONTH = re.compile(r"tháng(0?[1-9]|1[0-2])năm((?:19|20)\d\d)")
_NAME = re.compile(r"(\d{4})-t(\d{1,2})t?-5([xn])", re.I)
_DAY = re.compile(r"/(20\d\d)/(\d{1,2})/(\d{1,2})/[^/]+\.pdf$", re.I)
_NUMBER = r"\d{1,3}(?:\.\d{3})*"
_ROW = re.compile(rf"(?P<name>\D.*?)((?:\s+{_NUMBER})+)$|(?P<bare>\D.*)$")
SERIES = {
    "dataset": "mirror_trade",
    "ref_area": "VNM",
    "product_code": "TOTAL",
    "measure": "value",
    "freq": "M",
    "currency": "USD",
    "unit": "USD",
}
WITHIN = Decimal("0.02")
"""Goods may be off their total by this part: so much held for all partners of 86 tables, says a program that read them;
nobody says that it holds to the dollar."""
_HEADER = ("lượng", "(usd)")
"""The last row of the headings of every page: quantity and value, of the month and of the year so far."""


@dataclass
class _Partner:
    """Total and goods of one partner: (month, year so far), None where a cell is empty."""

    name: str
    total: tuple[Decimal | None, Decimal]
    where: str
    goods: list[tuple[Decimal, Decimal]] = field(default_factory=list)
    unclear: str = ""


def _written(payload: Payload) -> Iterator[list[str]]:
    from transforms.reports.pages import written  # its library is loaded where there is a PDF only

    return written(payload)


def recognise(payload: Payload) -> bool:
    if not payload.content.startswith(b"%PDF"):
        return False
    try:
        head = _head(next(_written(payload), []))
    except ReadError:
        return False
    return "mặthàngchủyếu" in head and bool(_MONTH.search(head)) and _flow(head, payload.name) is not None


def read(payload: Payload) -> Reading:
    """Total of every partner. Raises ReadError `no_header`, `contradiction`, `no_value`."""
    pages = list(_written(payload))
    head = _head(pages[0]) if pages else ""
    match, means = _MONTH.search(head), _flow(head, payload.name)
    if not match or means is None:
        raise ReadError("no_header", expected="a title with the month, of exports or of imports", got=head[:120],
                        where=payload.name)  # fmt: skip
    end = month_end(int(match[2]), int(match[1]))
    _refuse_other_name(payload, end, means["flow"])
    published, points = _published(payload), Points()
    for partner in _partners(pages):
        _add(partner, means, end, published, points)
    return reading_of(PRODUCT, points, title="Trade of Vietnam by partner", language="vi", where=payload.name)


def _partners(pages: list[list[str]]) -> list[_Partner]:
    """Partners in their order. Raises ReadError `no_header` for a page of rows without the headings of its columns."""
    found: list[_Partner] = []
    for number, lines in enumerate(pages, start=1):
        if not lines:
            continue  # the back of a sheet
        if (header := _header(lines)) is None:
            raise ReadError("no_header", expected="headings of quantity and value, twice each", got=lines[0][:80],
                            where=f"page {number}")  # fmt: skip
        for at, line in enumerate(lines[header + 1 :], start=header + 2):
            _line(line, f"page {number} line {at}", found)
    return found


def _line(line: str, where: str, found: list[_Partner]) -> None:
    match = _ROW.fullmatch(line)
    if match is None:
        return  # the number of a page
    if name := match["bare"]:
        if found and _capitals(name) and not found[-1].goods:
            found[-1].name += f" {name}"  # a name of two lines has its figures in the first
        return  # else the first line of a name of goods, or the foot of a page
    numbers = [Decimal(number.replace(".", "")) for number in match[2].split()]
    label, _, unit = match["name"].strip().rpartition(" ")
    if _capitals(match["name"]) and unit != "USD":
        if len(numbers) > 2:
            found.append(_Partner(match["name"].strip(), (None, Decimal(0)), where, unclear=f"{where}: {line}"))
            return
        found.append(_Partner(match["name"].strip(), (numbers[0] if len(numbers) == 2 else None, numbers[-1]), where))
    elif found:
        width = 1 if unit == "USD" else 2  # a value alone, or a quantity before it
        if not label or len(numbers) not in (width, 2 * width):
            found[-1].unclear = found[-1].unclear or f"{where}: {line}"
            return
        found[-1].goods.append((numbers[width - 1] if len(numbers) == 2 * width else Decimal(0), numbers[-1]))


def _add(partner: _Partner, means: dict[str, Any], end: date, published: date | None, points: Points) -> None:
    code = _countries().get(_plain(partner.name))
    if code is None:
        return points.leave(partner.name, "unknown_area", "expected a partner of the layout", partner.where)
    if partner.unclear:
        return points.leave(partner.name, "unclear_row", f"expected a name, a unit and figures, got {partner.unclear}")
    sums = tuple(sum(column) for column in zip(*partner.goods, strict=True)) or (Decimal(0), Decimal(0))
    month, so_far = partner.total
    if any(abs(made - total) > WITHIN * total for made, total in zip(sums, (month or 0, so_far), strict=True)):
        told = f"expected goods that make {month} and {so_far}, got {sums[0]} and {sums[1]}"
        return points.leave(partner.name, "parts_mismatch", told, partner.where)
    for basis, number in (("month", month), ("ytd", so_far)):
        if number is not None:
            of = {**SERIES, **means, "counterpart_area": code, "basis": basis}
            points.found.append(Point(f"{of['flow']}.{code}.{basis}", end, number, of, partner.name, "P", published))
    return None


def _refuse_other_name(payload: Payload, end: date, flow: str) -> None:
    """Raise ReadError `contradiction` where the name of the file says another month or direction than its title."""
    if (match := _NAME.search(payload.name)) is None:
        return
    named = (int(match[1]), int(match[2]), {"x": "export", "n": "import"}[match[3].lower()])
    if named != (end.year, end.month, flow):
        raise ReadError("contradiction", expected=f"{flow}s of {end:%Y-%m}, as the title says", got=match[0],
                        where=payload.name)  # fmt: skip


def _published(payload: Payload) -> date | None:
    match = _DAY.search(payload.url)
    return date(*map(int, match.groups())) if match else None


def _header(lines: list[str]) -> int | None:
    return next((i for i, line in enumerate(lines) if all(_plain(line).count(word) == 2 for word in _HEADER)), None)


def _head(lines: list[str]) -> str:
    """What stands above the figures of a page, with the headings of its columns; all of a page without these."""
    return _plain(" ".join(lines[: _header(lines)]))


def _flow(head: str, name: str) -> dict[str, Any] | None:
    """Direction by the words of the title, or by the name of the file where it has none; None where it has both."""
    known = layout("vietnam")["flows"]
    told = [means for words, means in known.items() if words in head]
    match = _NAME.search(name)
    if not told and match:
        flow = {"x": "export", "n": "import"}[match[3].lower()]
        told = [means for means in known.values() if means["flow"] == flow]
    return dict(told[0]) if len(told) == 1 else None


@cache
def _countries() -> dict[str, str]:
    return {_plain(name): code for name, code in layout("vietnam")["countries"].items()}


def _capitals(words: str) -> bool:
    letters = [letter for letter in words if letter.isalpha()]
    return len(letters) > 1 and all(letter.isupper() for letter in letters)


def _plain(words: str) -> str:
    """Without blanks and capitals, its accents put together: some files draw a word in several pieces."""
    return unicodedata.normalize("NFC", re.sub(r"\s+", "", words)).casefold()
