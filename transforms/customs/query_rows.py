"""Rows of the online query in base units: what each field says, row by row, and which rows are set aside.

A row is set aside for a code or name that a closed list does not know, or a figure that is none. What shows that a file
was saved again and lost something on the way (leading zeros, digits of large numbers) refuses the file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TypeVar

import polars as pl

from transforms.areas import from_customs_code, resolve
from transforms.customs import provinces, regimes
from transforms.customs.grid import tight
from transforms.customs.query_aside import Aside
from transforms.customs.query_fields import NUMBER, SCHEMA, Column, Fields
from transforms.customs.query_layout import layout
from transforms.customs.query_months import month_end_of
from transforms.customs.query_numbers import as_served, numbers, quantity, units_served
from transforms.model import ReadError
from transforms.periods import span

_SCIENTIFIC = r"^\d+(\.\d+)?[eE]\+?\d+$"
T = TypeVar("T")


def tidy(raw: Fields, options: Mapping[str, str], where: str, aside: Aside) -> pl.DataFrame:
    """Rows in SCHEMA from fields as text; those that cannot be read go to `aside`."""
    raw = raw.reworded({name: _cleaned(raw[name].texts, name) for name in raw if not raw[name].plain})
    money = next(name for name in raw if name.startswith("value_"))
    raw = as_served(raw, money, where, aside)
    raw = _without_sums(raw, money, where, aside)
    raw = aside.repeats.without(raw, where)
    if not len(raw):
        return pl.DataFrame(schema=dict(SCHEMA))
    faults: dict[int, ReadError] = {}
    _refuse_resaved(raw, money, where)
    _refuse_swapped(raw, where, aside)
    starts, ends = _months(raw, options, where, faults)
    out: dict[str, pl.Series | None] = {
        "period_start": starts,
        "period_end": ends,
        "flow": _all(options["flow"], len(raw), "flow"),
        "hs8": _hs(raw, options, where, faults),
        "hs_name": _names(raw["hs_name"]) if "hs_name" in raw else None,
        "partner": _partner(raw, where, faults),
        "regime": _coded(raw, "regime", regimes.from_customs_code, regimes.resolve, where, faults),
        "region": _coded(raw, "region", provinces.from_customs_code, provinces.resolve, where, faults),
        "value": numbers(raw, money, where, faults, aside),
        "currency": _all(money[-3:].upper(), len(raw), "currency"),
    }
    for stem in ("quantity", "quantity2"):
        out[stem], out[f"{stem}_unit"] = quantity(raw, stem, where, faults, aside)
    for i, error in sorted(faults.items()):
        aside.row(" ".join(raw.row(i))[:120], error)
    frame = pl.DataFrame(
        {name: _all(None, len(raw), name) if column is None else column for name, column in out.items()}
    ).select(pl.col(name).cast(kind) for name, kind in SCHEMA.items())
    if faults:
        frame = frame.filter(~pl.Series(range(len(raw))).is_in(list(faults)))
    aside.add(float(frame["value"].sum()))
    return frame


def _cleaned(texts: pl.Series, name: str) -> pl.Series:
    """Texts without blanks around them and what a spreadsheet puts there; codes and figures in plain letters."""
    if texts.str.starts_with("=").any():
        texts = texts.str.replace(r'^="(.*)"$', "$1")  # ="0402", to keep a zero
    texts = texts.str.strip_chars(" \t\r\n\xa0\u3000'")
    if name.endswith(("_name", "_unit")):
        return texts
    return texts.str.normalize("NFKC")  # full-width digits, and one kind of blank


def _all(text: str | None, count: int, name: str) -> pl.Series:
    return pl.Series([text], dtype=SCHEMA[name]).new_from_index(0, count)


def _without_sums(raw: Fields, money: str, where: str, aside: Aside) -> Fields:
    """The rows without those that somebody added below: 合计, Total, or a figure beside nothing."""
    words = layout().totals
    keys = [name for name in raw if name != money and not name.startswith("quantity")]
    lone = pl.repeat(True, len(raw), eager=True)
    for name in keys:
        column = raw[name]
        nothing = (column.texts == "") | column.texts.str.to_lowercase().is_in(words)
        if not nothing.any():
            return raw
        lone &= column.rows(nothing)
        if not lone.any():
            return raw
    for text in raw.filter(lone)[money].rows():
        if re.fullmatch(NUMBER, text):
            aside.sum_row(float(text.replace(",", "")), where)
    return raw.filter(~lone)


def _refuse_resaved(raw: Fields, money: str, where: str) -> None:
    """Refuse what Excel loses when it saves a file again: leading zeros of codes, digits of large numbers."""
    lost = ""
    if "hs_code" in raw:
        codes = raw["hs_code"].texts
        odd = codes.filter(codes.str.contains(r"^(\d|\d{3}|\d{5}|\d{7})(\.0)?$"))
        lost = f"a leading zero of the commodity code {odd[0]}" if len(odd) else ""
    for name in (money, "quantity", "quantity2", "hs_code"):
        if name in raw and not lost and not raw[name].plain:
            short = raw[name].texts.filter(raw[name].texts.str.contains(_SCIENTIFIC))
            lost = f"digits of {short[0]}" if len(short) else ""
    if lost:
        raise ReadError(
            "resaved", expected="a download as served", got=f"a re-saved file that has lost {lost}", where=where,
            hint="A spreadsheet saved it again. Download it once more and ingest that file without opening it, or "
            "format the columns of codes as text.",
        )  # fmt: skip


def _refuse_swapped(raw: Fields, where: str, aside: Aside) -> None:
    """A unit in the place of a name: two columns changed places, so no unit of the file is certain."""
    for name in [name for name in raw if name.endswith("_name")]:
        if units := [text for text in aside.new_names(name, raw[name].texts) if tight(text) in units_served()]:
            raise ReadError(
                "columns_swapped", expected=f"names in {name}", got=f"{units[0]!r}, a unit", where=where,
                hint="Two columns changed places, or the header is not that of the rows: download the file again.",
            )  # fmt: skip


def _mapped(
    column: Column, function: Callable[[str, str], T], where: str, faults: dict[int, ReadError], kind: pl.DataType
) -> pl.Series:
    """Each distinct text once through `function(text, where)`; rows that it refuses are added to `faults`."""
    known: dict[str, T | None] = {}
    wrong: dict[str, ReadError] = {}
    for text in column.texts.unique():
        try:
            known[text] = function(text, where)
        except ReadError as error:
            known[text], wrong[text] = None, error
    if wrong:
        texts = column.rows()
        for i in texts.is_in(list(wrong)).arg_true():
            faults.setdefault(int(i), wrong[texts[int(i)]])
    plain = pl.String() if isinstance(kind, pl.Categorical) else kind
    return column.rows(column.texts.replace_strict(known, return_dtype=plain).cast(kind))


def _months(
    raw: Fields, options: Mapping[str, str], where: str, faults: dict[int, ReadError]
) -> tuple[pl.Series, pl.Series]:
    """First and last day of what each row adds up: its month, or the months that the option names."""
    stated = span(options["period"]) if options.get("period") else None
    if "period" not in raw:
        assert stated
        return tuple(pl.Series([day], dtype=pl.Date()).new_from_index(0, len(raw)) for day in stated)  # type: ignore[return-value]
    ends = _mapped(raw["period"], month_end_of, where, faults, pl.Date())
    if stated and not ends.drop_nulls().is_between(*stated).all():
        raise ReadError(
            "period_conflict", expected=f"months of {options['period']}, as option period says",
            got=" to ".join(map(str, (ends.min(), ends.max()))), where=where,
            hint="The file has its own months: leave the option out.",
        )  # fmt: skip
    return ends.dt.month_start(), ends


def _hs(raw: Fields, options: Mapping[str, str], where: str, faults: dict[int, ReadError]) -> pl.Series:
    if "hs_code" not in raw:
        stated = options["commodity"].upper()
        if not re.fullmatch(r"TOTAL|(\d\d){1,4}", stated):
            raise ReadError("unknown_commodity", expected="an HS code of 2 to 8 digits, or TOTAL", got=stated,
                            where="option commodity")  # fmt: skip
        return _all(stated, len(raw), "hs8")
    column = raw["hs_code"]
    if column.texts.str.contains(r"^(\d\d){1,4}$").all():  # as served: nothing to understand in thousands of codes
        return column.rows(column.texts.cast(SCHEMA["hs8"]))
    return _mapped(column, _hs_code, where, faults, SCHEMA["hs8"])


def _hs_code(text: str, where: str) -> str:
    if match := re.fullmatch(r"((?:\d\d){1,4})(?:\.0)?", text):
        return match[1]
    raise ReadError("unknown_commodity", expected="an HS code of 2 to 8 digits", got=repr(text), where=where)


def _whole(function: Callable[[str, str], str]) -> Callable[[str, str], str]:
    """The same for codes that a spreadsheet has turned into numbers: 110.0."""
    return lambda text, where: function(text.removesuffix(".0"), where)


def _coded(
    raw: Fields,
    stem: str,
    by_code: Callable[[str, str], str],
    by_name: Callable[[str, str], str],
    where: str,
    faults: dict[int, ReadError],
) -> pl.Series | None:
    if f"{stem}_code" in raw:
        return _mapped(raw[f"{stem}_code"], _whole(by_code), where, faults, SCHEMA[stem])
    return _mapped(raw[f"{stem}_name"], by_name, where, faults, SCHEMA[stem]) if f"{stem}_name" in raw else None


def _names(column: Column) -> pl.Series:
    """Names as served; none where a spreadsheet printed an error in its place."""
    names = column.texts.str.replace_all('""', '"', literal=True)
    wrong = names.str.contains(r"^#(?:N/A|REF!|NAME\?|VALUE!|#+)$")
    return column.rows(pl.select(pl.when(~wrong).then(names)).to_series().cast(SCHEMA["hs_name"]))


def _partner(raw: Fields, where: str, faults: dict[int, ReadError]) -> pl.Series | None:
    """By code if there is one; a name beside it that stands for another partner is a shifted row."""
    codes = _coded(raw, "partner", from_customs_code, resolve, where, faults)
    if "partner_name" in raw and "partner_code" in raw and codes is not None:
        texts = raw["partner_name"].texts
        met = pl.DataFrame({"code": codes, "place": raw["partner_name"].numbers}).drop_nulls().unique()
        pairs = [(code, texts[place]) for code, place in met.cast({"code": pl.String()}).rows()]
        known = [(code, name, _known(name)) for code, name in pairs]
        if pairs and not any(other for *_, other in known):
            raise ReadError("partner_mismatch", expected="names of partners", got=repr(pairs[0][1]), where=where,
                            hint="Another column stands in the place of the names.")  # fmt: skip
        for code, name, other in known:
            if other and other != code:
                error = ReadError("partner_mismatch", expected=f"a name of {code}", got=repr(name), where=where,
                                  hint="The row is shifted, or its code or name was changed.")  # fmt: skip
                names = raw["partner_name"].rows()
                for i in ((codes.cast(pl.String()) == code) & (names == name)).fill_null(False).arg_true():
                    faults.setdefault(int(i), error)
    return codes


@lru_cache(1 << 12)
def _known(name: str) -> str | None:
    try:
        return resolve(name)
    except ReadError:
        return None  # the code says who it is
