"""The Bank of Russia's XML: parsed from bytes, since the file itself declares its code page (windows-1251).

Decimal comma, dates dd.mm.yyyy, and a nominal to divide by: 100 yen, 10 yuan in 2022, 1 yuan in 2025.
"""

from __future__ import annotations

from decimal import Decimal
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from transforms.model import Payload, ReadError
from transforms.units import parse_number

NOMINALS = frozenset(10**power for power in range(7))
"""Rates are set for so many units of a currency."""
PLACES = 4
"""Decimals of a rate in XML_daily and XML_dynamic, zeros included (83,0000). SOAP drops zeros at the end."""
DECLARATION = b'<?xml version="1.0" encoding="windows-1251"?>'


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def parse(content: bytes, where: str) -> Element:
    """The root of a document that is what its source writes: whole, without entities, and without comments.

    A comment would vanish from the figure it stands in. Raises ReadError `truncated`, `unsafe_xml`, `leftover_field`.
    """
    try:
        element = fromstring(content.lstrip())
    except DefusedXmlException as error:
        raise ReadError("unsafe_xml", expected="plain XML", got=type(error).__name__, where=where) from error
    except (ParseError, ValueError, LookupError) as error:
        raise ReadError("truncated", expected="a whole XML document", got=str(error), where=where,
                        hint="Download it again.") from error  # fmt: skip
    if b"<!--" in content or b"<![CDATA[" in content:
        raise ReadError("leftover_field", expected="elements and text alone", got="a comment or CDATA", where=where)
    made: Element = element
    return made


def text(element: Element, where: str) -> str:
    """What an element says. Raises ReadError `leftover_field` if there is another in it, which would hide a part."""
    if len(element):
        raise ReadError("leftover_field", expected=f"text in <{element.tag}>", got=f"<{element[0].tag}>", where=where)
    return (element.text or "").strip()


def root(payload: Payload, tag: str) -> Element:
    """Root element, which must be `tag`. Raises ReadError `truncated`, `unsafe_xml` or `unrecognised`."""
    content = payload.content.lstrip()
    if not content.startswith(b"<?xml") and not content.isascii() and not _is_utf8(content):
        content = DECLARATION + content  # a body copied without its first line
    element = parse(content, payload.name)
    if element.tag != tag:
        raise ReadError("unrecognised", expected=f"<{tag}>", got=f"<{element.tag}>", where=payload.name)
    return element


def child(element: Element, tag: str, where: str) -> str:
    """Text of the one child `tag`."""
    found = element.findall(tag)
    if len(found) != 1 or not (said := text(found[0], where)):
        raise ReadError("missing_field", expected=f"one <{tag}> with text", got=f"{len(found)}", where=where)
    return said


def leftovers(element: Element, known: set[str], where: str) -> None:
    """Raise ReadError `leftover_field` on a child or attribute that the layout does not know."""
    if extra := ({node.tag for node in element} | set(element.attrib)) - known:
        raise ReadError("leftover_field", expected=f"only {sorted(known)}", got=str(sorted(extra)), where=where)


def rate_of_one(element: Element, where: str) -> tuple[Decimal, int, int]:
    """Roubles for one unit of currency, the nominal, and the decimals printed: PLACES of them, or it is no rate."""
    printed = child(element, "Nominal", where), child(element, "Value", where)
    value = parse_number(printed[1], where, decimal_comma=True)
    unit_rate = child(element, "VunitRate", where) if element.find("VunitRate") is not None else ""
    nominal = Decimal(printed[0]) if printed[0].isdecimal() else None
    known = nominal in NOMINALS  # which of_one tells first
    if known and (value is None or value <= 0 or value.as_tuple().exponent != -PLACES):
        expected = f"a positive rate, {PLACES} decimals"
        raise ReadError("not_a_number", expected=expected, got=repr(printed[1]), where=where)
    return of_one(nominal, value, printed, where, unit_rate)


def of_one(
    nominal: Decimal | None, value: Decimal | None, printed: tuple[str, str], where: str, unit_rate: str = "",
    noise: Decimal = Decimal(0),
) -> tuple[Decimal, int, int]:  # fmt: skip
    """Roubles for one unit of currency, the nominal, and the decimals of `value`, from a nominal and its rate.

    `unit_rate`, where it is printed as well, must be the same number, to its last place or to the share `noise`.
    """
    if nominal is None or nominal not in NOMINALS:
        raise ReadError("bad_nominal", expected="1, 10, 100 ... 1000000", got=repr(printed[0]), where=where)
    if value is None or value <= 0:
        raise ReadError("not_a_number", expected="a positive rate", got=repr(printed[1]), where=where)
    one, exponent = value / nominal, value.as_tuple().exponent
    assert isinstance(exponent, int)
    if unit_rate:
        said = _unit_rate(unit_rate, where)
        half = Decimal(5).scaleb(said.as_tuple().exponent - 1)  # type: ignore[operator]
        if abs(said - one) > max(half, noise * one):
            expected = f"{value} / {nominal} = {one}"
            raise ReadError("nominal_mismatch", expected=expected, got=str(said), where=where)
    return one, int(nominal), max(-exponent, 0)


def _unit_rate(printed: str, where: str) -> Decimal:
    """VunitRate may be printed as 9,2E-05."""
    mantissa, _, exponent = printed.upper().partition("E")
    value = parse_number(mantissa, where, decimal_comma=True)
    if value is None or (exponent and not exponent.lstrip("+-").isdecimal()):
        raise ReadError("not_a_number", expected="a rate", got=repr(printed), where=where)
    return value.scaleb(int(exponent or 0))
