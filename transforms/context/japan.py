"""Press releases of Japan's customs as XML: a month's trade in stages, first ten days, first twenty, the whole month.

Stages of a month are periods of their own (first ten days are no month); provisional and later releases of the whole
month are vintages of one series. Million yen, exports f.o.b., imports c.i.f.; a negative number has △ or a minus; `-`
and ZENGEN stand for nothing comparable. `kohyoymd` is the day of publication, and the vintage. The same table prints
the period of the year before. Source: Japan Customs, www.customs.go.jp/toukei/shinbun.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from xml.etree.ElementTree import Element

from defusedxml import ElementTree

from transforms import areas
from transforms.context import answers
from transforms.context.points import Point, Points, reading_of
from transforms.model import Payload, ReadError, Reading
from transforms.periods import MONTHS_EN, month_end, shift_months

PRODUCT, SOURCE, EXTENSION = "japan_customs.japan_press", "japan_customs", "xml"
_TITLE = re.compile(r"Value of Exports and Imports (\w+) (\d{4})\s*(?:\((First (10|20) days)?\s*([A-Za-z ]*)\))?", re.I)
_PAGE = re.compile(r"(Exports|Imports) by Principal Commodity(?: by Area\(Country\))?\s*\((.+)\)")
FLOWS = {"Exports": "export", "Imports": "import"}
VALUATION = {"export": "FOB", "import": "CIF", "balance": "FOB_CIF"}
NOTHING = {"", "-", "ZENGEN", "ZENZO"}
UNITS = {"MT": ("kg", 1000), "KG": ("kg", 1), "NO": ("count", 1)}
"""Units of quantity that are read; others (GT of ships) are left with the value alone."""
AREA = "2"
"""chiikikunikbn of a country; 0 is the grand total, 1 a region."""


@lru_cache(maxsize=2)
def _root(content: bytes) -> Element | None:
    try:
        made: Element | None = ElementTree.fromstring(content.lstrip())
        return made
    except (ElementTree.ParseError, ValueError):
        return None


def recognise(payload: Payload) -> bool:
    return b"<hodoxml" in payload.content[:2000]


@answers.known_shape
def read(payload: Payload) -> Reading:
    """Totals, areas and commodities. Raises ReadError `truncated`, `bad_period`; unknown areas are set aside."""
    root = _root(payload.content)
    if root is None:
        raise ReadError("truncated", expected="a whole XML document", got="one that ends early", where=payload.name)
    total = root.find("sogakutsuki")
    match = _TITLE.fullmatch(_text(total, "title")) if total is not None else None
    month = MONTHS_EN.get(match[1].lower()) if match else None
    told = _text(total, "taishoymtonen").lower()  # the month once more
    if total is None or match is None or month is None or told not in ("", f"{match[1]} {match[2]}".lower()):
        raise ReadError(
            "bad_period",
            expected="a title Value of Exports and Imports MONTH YEAR (First 10 days) and the same month again",
            got=f"{_text(total, 'title')!r} of {told!r}",
            where=payload.name,
        )
    end = month_end(int(match[2]), month)
    if match[4]:
        end = end.replace(day=int(match[4]))
    base = {
        "dataset": "mirror_trade",
        "ref_area": "JPN",
        "unit": "JPY",
        "factor": 1_000_000,
        "currency": "JPY",
        "basis": f"first_{match[4]}_days" if match[4] else "month",
    }
    status = "P" if "provisional" in match[0].lower() else "A"
    points, published = Points(), _published(total, payload)
    _total(total, points, base, (end, status, published))
    for node in root.findall("chiikikunisogaku/chiikikunisogakuinfo"):
        _area(node, points, base, (end, status, published))
    for page in root.findall("shuyochiikikunihin"):
        _commodities(page, points, base, (end, status, published))
    return reading_of(PRODUCT, points, title=" ".join(match[0].split()), where=payload.name)


def _text(node: Element | None, tag: str) -> str:
    """What an element says; with what stands inside of it where it is no plain text, so that it is no number either."""
    found = node.find(tag) if node is not None else None
    if found is None:
        return ""
    return " ".join([*(found.text or "").split(), *(f"<{child.tag}>" for child in found)])


def _published(total: Element, payload: Payload) -> date | None:
    said = _text(total, "kohyoymd")
    try:
        return datetime.strptime(said, "%B %d, %Y").date() if said else None
    except ValueError:
        raise ReadError("bad_period", expected="a day such as August 28, 2026", got=said, where=payload.name) from None


def _number(printed: str, row: str, points: Points) -> Decimal | None:
    """△ stands for a minus in one block, a hyphen in another; digits are always grouped by commas."""
    if printed.upper() in NOTHING:
        return None
    return answers.clear_number(re.sub("^[△▲]", "-", printed), row, row, points, grouped=True)


def _add(points: Points, key: str, printed: str, means: dict[str, Any], when: tuple[date, str, date | None]) -> None:
    number = _number(printed, key, points)
    if number is not None:
        points.found.append(Point(key, when[0], number, means, key, when[1], when[2]))


def _total(node: Element, points: Points, base: dict[str, Any], when: tuple[date, str, date | None]) -> None:
    """The headline, with the same period of the year before, which is no longer provisional by name."""
    for tag, flow in (("export", "export"), ("import", "import"), ("sashihiki", "balance")):
        means = {
            **base,
            "counterpart_area": "WORLD",
            "flow": flow,
            "product_code": "TOTAL",
            "measure": "value",
            "definition": VALUATION[flow],
        }
        _add(points, f"WORLD.{flow}", _text(node.find(tag), "sogakutonen"), means, when)
        year_before = shift_months(when[0], -12) if base["basis"] == "month" else when[0].replace(year=when[0].year - 1)
        _add(points, f"WORLD.{flow}", _text(node.find(tag), "sogakuzennen"), means, (year_before, "A", when[2]))


def _resolve(name: str, points: Points) -> str | None:
    try:
        return areas.resolve(name)
    except ReadError:
        points.leave(name, "unknown_partner", "expected an area that areas.yaml names", name)
        return None


def _area(node: Element, points: Points, base: dict[str, Any], when: tuple[date, str, date | None]) -> None:
    """A country of the area block. Regions are sums of their own making; the grand total is the headline."""
    name = _text(node, "chiikikuni")
    if _text(node, "chiikikunikbn") != AREA:
        return
    if partner := _resolve(name, points):
        for flow, tag in (("export", "exportkagakue"), ("import", "importkagakue"), ("balance", "sashihikikagakue")):
            means = {
                **base,
                "counterpart_area": partner,
                "flow": flow,
                "product_code": "TOTAL",
                "measure": "value",
                "definition": VALUATION[flow],
            }
            _add(points, f"{name}.{flow}", _text(node, tag), means, when)


def _commodities(page: Element, points: Points, base: dict[str, Any], when: tuple[date, str, date | None]) -> None:
    match = _PAGE.search(_text(page, "title"))
    if not match:
        points.leave(_text(page, "title"), "unknown_table", "expected Exports or Imports by Principal Commodity (AREA)")
        return
    flow, partner = FLOWS[match[1]], _resolve(match[2], points)
    if partner is None:
        return
    for node in page.findall("shuyochiikikunihininfo"):
        name = _text(node, "shuyoshohin")
        if name == "Grand Total":
            continue  # the headline and the area block have it
        words = re.sub(r"[^A-Z0-9]+", "_", name.upper()).strip("_")
        if not words:
            points.leave(f"{match[2]}.{flow}", "no_label", "a row without the name of a commodity")
            continue
        means = {
            **base,
            "counterpart_area": partner,
            "flow": flow,
            "product_code": f"LABEL_{words}",
            "measure": "value",
            "definition": VALUATION[flow],
        }
        _add(points, f"{match[2]}.{flow}.{name}", _text(node, "kagaku"), means, when)
        if unit := UNITS.get(_text(node, "tani").upper()):
            quantity = {**means, "measure": "quantity", "unit": unit[0], "factor": unit[1], "currency": "_"}
            _add(points, f"{match[2]}.{flow}.{name}.quantity", _text(node, "suryo"), quantity, when)
