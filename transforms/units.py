"""Published numbers and units, turned into base units exactly.

A unit such as "USD 100 Million" has a base unit (USD) and a factor (100,000,000). Arithmetic is decimal, so that
41,046.4 hundred million is 4,104,640,000,000 and not a binary neighbour; precision is half of the last place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from transforms.model import ReadError

MISSING = {"", "-", "–", "—", "--", "..", "…", "x", "х", "n/a", "н/д"}
_NUMBER = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?")


@dataclass(frozen=True)
class Unit:
    base: str  # USD, CNY, RUB, percent, kg ...
    factor: Decimal = Decimal(1)
    currency: str = "_"


_SCALE = {
    "": 1, "1": 1, "1,000": 10**3, "1000": 10**3, "10,000": 10**4, "10000": 10**4, "million": 10**6,
    "1 million": 10**6, "100 million": 10**8, "billion": 10**9, "trillion": 10**12,
}  # fmt: skip
_ZH = {
    "亿元人民币": ("CNY", 10**8), "亿元": ("CNY", 10**8), "万元人民币": ("CNY", 10**4), "万元": ("CNY", 10**4),
    "亿美元": ("USD", 10**8), "百万美元": ("USD", 10**6), "千美元": ("USD", 10**3), "万美元": ("USD", 10**4),
}  # fmt: skip
_RU = {"тыс": 10**3, "млн": 10**6, "млрд": 10**9, "трлн": 10**12}
_RU_WORDS = {"руб": "RUB", "долл": "USD", "юан": "CNY"}


def parse_unit(text: str, where: str = "") -> Unit:
    """Read a unit as English, Chinese and Russian publishers print it.

    Accepts "Unit: CNY 100 Million", "Unit:US$1,000", "Value Unit: USD1 Million", "单位：亿元人民币", "млн руб.".
    Raises ReadError `unknown_unit` on anything else.
    """
    raw = " ".join(text.replace("\xa0", " ").replace("∶", ":").replace("：", ":").split())
    tail = raw.split(":", 1)[-1].strip().lower().rstrip(".")
    for word, (base, factor) in _ZH.items():
        if tail == word:
            return Unit(base, Decimal(factor), base)
    match = re.fullmatch(r"(us\$|usd|rmb|cny|yuan)\s*([\d,]*\s*(?:million|billion|trillion)?)(?:\s*yuan)?", tail)
    if match and (scale := " ".join(match[2].split())) in _SCALE:
        base = "USD" if match[1] in ("us$", "usd") else "CNY"
        return Unit(base, Decimal(_SCALE[scale]), base)
    match = re.fullmatch(r"(тыс|млн|млрд|трлн)\.?\s*(руб|долл|юан)\w*\.?(\s*сша)?", tail)
    if match:
        base = _RU_WORDS[match[2]]
        return Unit(base, Decimal(_RU[match[1]]), base)
    raise ReadError(
        "unknown_unit",
        expected="a unit such as 'Unit: USD1 Million' or '亿元人民币'",
        got=repr(text),
        where=where,
    )


def parse_number(text: object, where: str = "", decimal_comma: bool = False) -> Decimal | None:
    """The number a cell prints, exactly; None for the publishers' signs of "no figure".

    Text may carry thousands separators (commas; spaces where the decimal sign is a comma) and stray blanks.
    Raises ReadError `not_a_number` for anything else; never guesses.
    """
    if text is None:
        return None
    if isinstance(text, bool):
        raise ReadError("not_a_number", expected="a number", got=repr(text), where=where)
    if isinstance(text, int | float):
        return None if text != text else Decimal(repr(text))
    cell = str(text).replace("\xa0", " ").replace("\u3000", " ").strip()
    if cell.lower() in MISSING:
        return None
    plain = cell.replace("−", "-")
    if decimal_comma:
        plain = re.sub(r"(?<=\d)[ \u2009\u202f](?=\d{3})", "", plain)
        if "," in plain and "." in plain:
            plain = "?"
        plain = plain.replace(",", ".")
    if _NUMBER.fullmatch(plain):
        try:
            return Decimal(plain.replace(",", ""))
        except InvalidOperation:
            pass
    raise ReadError("not_a_number", expected="a number or a sign for no figure", got=repr(text), where=where)


def to_base(number: Decimal | None, unit: Unit) -> float | None:
    """A published number in the unit's base unit."""
    return None if number is None else float(number * unit.factor)


def half_last_place(number: Decimal | None, unit: Unit = Unit("_")) -> float | None:
    """Half of the last published place in base units: 41,046.4 hundred million is good to 5 million."""
    if number is None:
        return None
    exponent = number.as_tuple().exponent
    assert isinstance(exponent, int)
    return _half_of_place(exponent, unit.factor)


@lru_cache(1024)
def _half_of_place(exponent: int, factor: Decimal) -> float:
    """Half of a place of ten in base units; a table prints all its figures to a few places."""
    return float(Decimal(5).scaleb(exponent - 1) * factor)
