"""The four forms in which the Bank of Russia gives official exchange rates, each as quotes that fx.py reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache, partial
from xml.etree.ElementTree import Element

from transforms.banking import workbook, xml
from transforms.banking.days import day, stated_day
from transforms.banking.fx import Quote, Quotes, Rate, check_identity, currency, currency_name
from transforms.banking.grids import Grid, grids, refuse_cut
from transforms.model import Payload, ReadError
from transforms.units import parse_number

Names = Mapping[str, str]
DAILY = {"ID", "NumCode", "CharCode", "Nominal", "Name", "Value", "VunitRate"}
DYNAMIC = {"Date", "Id", "Nominal", "Value", "VunitRate"}
EXPORT = ("nominal", "data", "curs", "cdx")
SOAP_DAY = "yyyy-mm-ddT00:00:00"
SOAP_DYNAMIC = {"CursDate", "Vcode", "Vnom", "Vcurs"}
FLOAT = Decimal("1e-6")
"""Share by which a rate of one unit may be off that SOAP prints as a binary float."""
SOAP_ON_DATE = {"Vname", "Vnom", "Vcurs", "Vcode", "VchCode"}


@lru_cache(maxsize=4)
def _root(content: bytes) -> Element | None:
    try:
        return xml.root(Payload(content), "ValCurs")
    except ReadError:
        return None


def _is_root_of(tag: str, payload: Payload) -> bool:
    """Is the first rate a `tag` (Valute: daily, Record: dynamics)? Of a broken document, the first that shows."""
    if b"<ValCurs" not in payload.content[:400]:
        return False
    element = _root(payload.content)
    if element is not None and len(element):
        return element[0].tag == tag
    head = payload.content[:4000]
    if b"<Valute" in head or (b" Date=" in head and b"DateRange1" not in head):
        return tag == "Valute"
    return tag == "Record" and b"DateRange1" in head


def _daily(payload: Payload, names: Names) -> Quotes:
    root = xml.root(payload, "ValCurs")
    effective = stated_day(root.get("Date"), f"{payload.name} <ValCurs Date>", "dd.mm.yyyy")
    xml.leftovers(root, {"Date", "name", "Valute"}, payload.name)
    per_unit, quotes = root.find("Valute/VunitRate") is not None, []
    for position, node in enumerate(root, start=1):
        where = f"{payload.name} <Valute> {position} ({node.get('ID')})"
        xml.leftovers(node, DAILY, where)
        about = node.findtext("CharCode") or f"{node.get('ID')}"
        quotes.append(Quote(about, partial(_of_day, node, effective, per_unit, where)))
    return Quotes(quotes, effective, root.get("name", ""))


def _of_day(node: Element, effective: date, per_unit: bool, where: str, before: Sequence[Rate]) -> Rate:
    if per_unit is (node.find("VunitRate") is None):  # it tells a wrong nominal; older days have it nowhere
        raise ReadError("missing_field", expected="VunitRate for every currency, or for none", got="some", where=where)
    code, number = xml.child(node, "CharCode", where), xml.child(node, "NumCode", where)
    check_identity(effective, where, number=number, code=code, identity=node.get("ID"))
    rate, nominal, decimals = xml.rate_of_one(node, where)
    return effective, code, nominal, rate, decimals, currency_name(xml.child(node, "Name", where), where)


def _dynamic(payload: Payload, names: Names) -> Quotes:
    root = xml.root(payload, "ValCurs")
    xml.leftovers(root, {"ID", "DateRange1", "DateRange2", "name", "Record"}, payload.name)
    identity = root.get("ID", "")
    code = currency(identity, f"{payload.name} <ValCurs ID>")
    first, last = (
        stated_day(root.get(end), f"{payload.name} <ValCurs {end}>", "dd/mm/yyyy")
        for end in ("DateRange1", "DateRange2")
    )
    quotes = []
    for position, node in enumerate(root, start=1):
        where = f"{payload.name} <Record> {position} ({node.get('Date')})"
        xml.leftovers(node, DYNAMIC, where)
        quotes.append(Quote(node.get("Date", where), partial(_of_range, node, code, identity, (first, last), where),
                            ("not_a_number", "bad_nominal", "missing_field")))  # fmt: skip
    return Quotes(quotes, title=root.get("name", ""))


def _of_range(
    node: Element, code: str, identity: str, span: tuple[date, date], where: str, before: Sequence[Rate]
) -> Rate:  # fmt: skip
    effective = stated_day(node.get("Date"), where, "dd.mm.yyyy")
    if not span[0] <= effective <= span[1]:
        raise ReadError("bad_period", expected=f"{span[0]} to {span[1]}", got=str(effective), where=where)
    if node.get("Id", identity) != identity:
        raise ReadError("unknown_currency", expected=identity, got=repr(node.get("Id")), where=where)
    if before and effective <= before[-1][0]:
        raise ReadError("bad_period", expected=f"a day after {before[-1][0]}", got=str(effective), where=where)
    rate, nominal, decimals = xml.rate_of_one(node, where)
    return effective, code, nominal, rate, decimals, code


def _is_export(payload: Payload) -> bool:
    """Is there one table with these four headings, in any order, as exported or saved as text?"""
    try:
        return _columns(payload) is not None
    except ReadError:
        return False


def _columns(payload: Payload) -> tuple[Grid, list[int]] | None:
    """The one table, and the places of nominal, day, rate and name in it."""
    found = [grid for grid in grids(payload) if grid.kind in ("xlsx", "text")]
    if len(found) != 1 or not found[0].rows:
        return None
    heads = [workbook.text(cell).casefold() for cell in found[0].rows[0]]
    if any(heads.count(name) != 1 for name in EXPORT):
        return None
    return found[0], [heads.index(name) for name in EXPORT]


def _export(payload: Payload, names: Names) -> Quotes:
    """Every day of the export, newest or oldest first."""
    if (found := _columns(payload)) is None:
        raise ReadError("no_header", expected=", ".join(EXPORT), got="another table", where=payload.name)
    grid, places = found
    refuse_cut(grid, payload)
    quotes = []
    for index, row in enumerate(grid.rows):
        if index and sum(cell != "" for cell in row) == 0:
            continue
        if len(row) != len(EXPORT):
            raise ReadError("leftover_column", expected=str(EXPORT), got=str(list(row)), where=grid.where(index))
        if index:
            quotes.append(Quote(str(row[places[1]]), partial(_of_row, grid, index, places, names),
                                ("not_a_number", "bad_nominal", "empty_cell", "too_precise")))  # fmt: skip
    return Quotes(quotes)


def _of_row(grid: Grid, index: int, places: Sequence[int], names: Names, before: Sequence[Rate]) -> Rate:
    """The rate of a day; days stand in one order, all of one currency."""
    nominal, printed, rate, name = (grid.rows[index][place] for place in places)
    where = [grid.where(index, place) for place in places]
    code = names.get(workbook.text(name))
    if code is None:
        raise ReadError("unknown_currency", expected="a name of fx_export.yaml", got=repr(name),
                        where=where[3], hint="Add it to fx_export.yaml.")  # fmt: skip
    effective = day(printed)
    if effective is None or (grid.kind == "xlsx" and isinstance(printed, str)):
        raise ReadError("bad_period", expected="a day", got=repr(printed), where=where[1])
    if before and (effective == before[-1][0] or code != before[-1][1]):
        raise ReadError("bad_period", expected=f"another day than {before[-1][0]}, {before[-1][1]}",
                        got=f"{effective}, {code}", where=where[1])  # fmt: skip
    if len(before) > 1 and (effective > before[-1][0]) != (before[-1][0] > before[-2][0]):
        raise ReadError("bad_period", expected="days in one order", got=f"{effective} after {before[-1][0]}",
                        where=where[1])  # fmt: skip
    count, value = _figure(nominal, where[0], 0), _figure(rate, where[2], xml.PLACES)
    one, units, _ = xml.of_one(count, value, (repr(nominal), repr(rate)), where[2])
    return effective, code, units, one, xml.PLACES, workbook.text(name)


def _figure(cell: workbook.Cell, where: str, decimals: int) -> Decimal | None:
    """A figure of Excel, or text with either decimal sign."""
    if isinstance(cell, str) and "." in cell:
        return parse_number(cell, where)
    return workbook.number(cell, where, decimals=decimals)


def _is_soap(payload: Payload) -> bool:
    return b"<ValuteCursDynamic" in payload.content or b"<ValuteCursOnDate" in payload.content


def _soap(payload: Payload, names: Names) -> Quotes:
    root = xml.parse(payload.content, payload.name)
    days = {
        said for node in root.iter() for name, said in node.attrib.items() if name.rpartition("}")[2] == "OnDate"
    }  # a DataSet keeps it as an attribute of its schema, in Microsoft's namespace
    quotes = []
    for where, fields in _elements(root, "ValuteCursDynamic", SOAP_DYNAMIC, payload.name):
        code, day = currency(fields["Vcode"], where), stated_day(fields["CursDate"], where, SOAP_DAY)
        quotes.append(Quote(f"{code} {day}", partial(_of_fields, fields, day, code, where)))
    for where, fields in _elements(root, "ValuteCursOnDate", SOAP_ON_DATE, payload.name):
        day = stated_day(" ".join(sorted(days)), f"{where} OnDate", "yyyymmdd")
        code = fields["VchCode"]
        quotes.append(Quote(f"{code} {day}", partial(_of_fields, fields, day, code, where)))
    return Quotes(quotes)


def _elements(root: Element, tag: str, known: set[str], name: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    found = (node for node in root.iter() if node.tag.rpartition("}")[2] == tag)
    for number, node in enumerate(found, start=1):
        where = f"{name} {tag} {number}"
        fields = {c.tag.rpartition("}")[2]: xml.text(c, where) for c in node}
        if set(fields) - {"VunitRate"} != known:
            raise ReadError("leftover_field", expected=str(sorted(known)), got=str(sorted(fields)), where=where)
        yield where, fields


def _of_fields(fields: Mapping[str, str], day: date, code: str, where: str, before: Sequence[Rate]) -> Rate:
    if "VchCode" in fields:
        check_identity(day, where, number=fields["Vcode"], code=code)
    figures = parse_number(fields["Vnom"], where), parse_number(fields["Vcurs"], where)
    printed, unit_rate = (fields["Vnom"], fields["Vcurs"]), fields.get("VunitRate", "")
    one, nominal, decimals = xml.of_one(*figures, printed, where, unit_rate, FLOAT)
    return day, code, nominal, one, decimals, currency_name(fields["Vname"], where) if "Vname" in fields else code


RECOGNISE: Mapping[str, Callable[[Payload], bool]] = {
    "daily": partial(_is_root_of, "Valute"), "dynamic": partial(_is_root_of, "Record"), "export": _is_export,
    "soap": _is_soap,
}  # fmt: skip
QUOTES: Mapping[str, Callable[[Payload, Names], Quotes]] = {
    "daily": _daily, "dynamic": _dynamic, "export": _export, "soap": _soap,
}  # fmt: skip
