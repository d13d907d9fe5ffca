"""Numbers, quantities and units of the online query, in every writing that says them with certainty.

As served, values have separators and quantities none: 639,240,426 and 159525200. A spreadsheet of another country
writes 639.240.426, 639 240 426 or 639’240’426; that is the same number where a whole column is written so.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import polars as pl

from transforms.customs.grid import tight
from transforms.customs.query_aside import Aside
from transforms.customs.query_fields import NUMBER, SCHEMA, Fields
from transforms.customs.query_layout import layout
from transforms.model import ReadError

GROUPED, BARE = r"^\d{1,3}(,\d{3})+$", r"^\d{4,}(\.0+)?$"
ADVICE = "Write whole numbers as served, 639240426 or 639,240,426, or ingest the download itself."


_WAYS = {"blanks": " ", "apostrophes": "['’]", "points": r"\."}
_SIGNS = {"value_cny": "[¥￥]", "value_usd": r"\$"}


def as_served(raw: Fields, money: str, where: str, aside: Aside) -> Fields:
    """The rows with numbers that have the separators of a download, where a whole column is written in another way.

    ReadError `resaved` where values are written with points or decimal commas, and a quantity may be a whole number or
    a fraction: 12.345.
    """
    columns = [name for name in (money, "quantity", "quantity2") if name in raw]
    if all(raw[name].plain for name in columns) and not any(aside.written.values()):
        return raw
    texts = {name: raw[name].texts for name in columns}
    texts[money] = texts[money].str.replace(f"^{_SIGNS[money]} ?", "")
    styles = {name: _style(texts[name]) or aside.written.get(name, "") for name in columns}
    aside.written |= styles
    foreign = styles[money] in ("points", "decimal commas")
    for name in columns:
        column, style = texts[name], styles[name]
        odd = column.filter(column.str.contains("[.,]"))
        if foreign and style != styles[money] and len(odd):
            got = f"{odd[0]!r} beside values with {styles[money]}"
            raise ReadError("resaved", expected="numbers as served", got=got, where=f"{where}, {name}",
                            hint=f"A re-saved file: nobody can tell whether that is a fraction. {ADVICE}")  # fmt: skip
        if style:
            texts[name] = column.str.replace(r",0{1,2}$", "").str.replace_all(_WAYS.get(style, "^$"), ",")
    return raw.reworded(texts)


def _style(column: pl.Series) -> str:
    """How a column groups its digits, if it is not the way of a download; '' if it is, or if nothing shows it.

    One point before three digits may begin a fraction: it takes a number of two groups, or the zeros of cents behind
    a comma, to show that points group.
    """
    filled = column.filter(column.str.contains(r"\d"))
    for name, sign in _WAYS.items():
        proof = (
            rf"^\d{{1,3}}({sign}\d{{3}}){{2,}}(,0{{1,2}})?$|^\d{{1,3}}({sign}\d{{3}})+,00$"
            if name == "points"
            else sign
        )
        if filled.str.contains(proof).any():
            return name if filled.str.contains(rf"^\d{{1,3}}({sign}\d{{3}})*(,0{{1,2}})?$").all() else ""
    return "decimal commas" if len(filled) and filled.str.contains(r"^\d+,00?$").all() else ""


@cache
def units_served() -> Mapping[str, tuple[str, float]]:
    """Base unit and factor by unit as served."""
    return {
        label: (base, float(factor))
        for base, factors in layout().units.items()
        for factor, labels in factors.items()
        for label in labels
    }


def quantity(
    raw: Fields, stem: str, where: str, faults: dict[int, ReadError], aside: Aside
) -> tuple[pl.Series | None, pl.Series | None]:
    """Quantities in base units; none where the unit is unknown or there is none."""
    amount = numbers(raw, stem, where, faults, aside, optional=True) if stem in raw else None
    if f"{stem}_unit" not in raw:
        return None, None  # a number without a unit is no quantity
    column = raw[f"{stem}_unit"]
    printed = column.texts.str.strip_chars("\0").fill_null("")
    folded = printed.replace_strict({text: tight(text) for text in printed.unique()}, return_dtype=pl.String())
    none = folded.is_in(layout().no_unit)
    if stray_numbers := folded.filter(folded.str.contains(r"^\d[\d,.]*$") & ~none).to_list():
        raise ReadError(
            "columns_swapped",
            expected=f"units in {stem}_unit",
            got=f"{stray_numbers[0]!r}, a number",
            where=where,
            hint="Two columns changed places, so no quantity of the file is certain.",
        )
    found = {text: units_served().get(text) for text in folded.unique()}
    base = folded.replace_strict({k: v[0] if v else None for k, v in found.items()}, return_dtype=pl.String())
    factor = folded.replace_strict({k: v[1] if v else None for k, v in found.items()}, return_dtype=pl.Float64())
    unknown = base.is_null() & ~none
    if unknown.any():
        aside.unknown_units(column.rows(printed).filter(column.rows(unknown)))
    units = column.rows(base.cast(SCHEMA[f"{stem}_unit"]))
    if amount is None:
        return None, units
    stray = column.rows(none) & (amount > 0) if none.any() else none.new_from_index(0, 0)
    if stray.any():
        if stem == "quantity2":
            nothing = stray & ~stray
            if "quantity" in raw:
                nothing = raw["quantity"].rows(raw["quantity"].texts.is_in(["", "0", "-", "—"]))
            aside.second_without_unit(int((stray & ~nothing).sum() or 0))
            stray &= nothing  # nothing in the first place and a number without unit in the second: they changed places
        for i in stray.fill_null(False).arg_true():
            error = ReadError(
                "quantity_without_unit", expected="0 beside no unit", got=str(amount[int(i)]), where=where
            )
            faults.setdefault(int(i), error)
    return (amount * column.rows(factor) if factor.null_count() or (factor != 1).any() else amount), units


def numbers(
    raw: Fields, name: str, where: str, faults: dict[int, ReadError], aside: Aside, optional: bool = False
) -> pl.Series:
    """Exact numbers of one column. As served, values have separators and quantities none; a file that was saved again
    may have lost the former or got the latter, but in the whole column. `optional`: "-" stands for none."""
    column, texts = raw[name], raw[name].texts
    grouped = texts.str.contains(",", literal=True)
    whole = column.plain and not texts.str.contains(".", literal=True).any()
    written = {
        "grouped": grouped if whole else texts.str.contains(GROUPED),
        "bare": ~grouped & (texts.str.len_bytes() > 3) if whole else texts.str.contains(BARE),
    }
    for style, those in written.items():
        if those.any():
            aside.style(name, style, where)
    if whole:
        digits = texts.str.replace_all(",", "", literal=True) if grouped.any() else texts
        return column.rows(digits.cast(pl.Float64))
    none = texts.is_in(["", "-", "—", "–", "?"]) if optional else texts.is_in([])
    form = r"^(\d{1,3}(,\d{3})*|\d+)(\.0+)?$" if name.startswith("value") else NUMBER
    bad = ~texts.str.contains(form) & ~none
    if bad.any():
        said = column.rows()
        for i in column.rows(bad).arg_true():
            faults.setdefault(int(i), ReadError("not_a_number", expected="a number", got=repr(said[int(i)]),
                                                where=f"{where}, {name}", hint=ADVICE))  # fmt: skip
    good = pl.select(pl.when(~bad & ~none).then(texts.str.replace_all(",", "", literal=True))).to_series()
    return column.rows(good.cast(pl.Float64))
