"""Forms of single banks that have one value a code: 123, regulatory capital, and 135, mandatory ratios. DBF.

The date of each bank stands in a table of its own (B): one archive holds banks that report for different months, so a
value whose bank has no date there is set aside. Table: one row a bank and code, null where blank, with the printed name
where the form comes with names. Codes that make no series stay in the table, under the code that is printed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

import polars as pl

from transforms import layout as base
from transforms.banking import dbf, forms
from transforms.banking.days import closed_month
from transforms.banking.doubts import Doubts
from transforms.banking.figures import Stated
from transforms.model import NONE, Payload, ReadError, Reading, Release, SetAside, observations
from transforms.units import Unit, half_last_place, to_base

COLUMNS = {"bank": pl.String, "code": pl.String, "period_end": pl.Date, "value": pl.Float64, "precision": pl.Float64}


class Part(Stated):
    product_code: str
    name: str  # must stand in the name that the archive gives the code


class Layout(base.Layout):
    extension: str = "dbf"
    fields: tuple[str, str]  # of code and value
    unit: str
    factor: int = 1
    dataset: str
    measure: str
    basis: str
    definition: str
    currency: str = NONE
    total: str = ""  # the code without which the form is cut short
    names: list[str] = []  # fields of the table that names the codes: of the code, and of its name
    parts: dict[str, Part] = {}  # codes that make series; without any, those that are `numbered`
    numbered: str = ""  # pattern of these
    letter: str = ""  # pattern of the letter with which codes begin in print, whatever its script; written `written`
    written: str = ""
    example: str
    hint: str = ""


def recognise(payload: Payload, layout: Layout) -> bool:
    return any({"REGN", *layout.fields} <= set(fields) for fields in dbf.field_names(payload))


def read(payload: Payload, layout: Layout) -> Reading:
    """The values of every bank. Raises ReadError with bank and code; `unknown_label` if a code bears another name."""
    tables = dbf.tables(payload)
    table, aside = _values(tables, layout, payload.name)
    if layout.names:
        names = _names(forms.only(tables, layout.names, "names of the codes", payload.name), set(table["code"]), layout)
        table = table.with_columns(name=pl.col("code").replace_strict(names, default=None, return_dtype=pl.String))
    end, notes = forms.month_and_notes(table)
    if layout.total and table.filter(code=layout.total).is_empty():
        raise ReadError("truncated", expected=f"the total of a bank, code {layout.total}", got="none",
                        where=payload.name)  # fmt: skip
    codes = {code: part.product_code for code, part in layout.parts.items()}
    known = pl.col("code").is_in(list(codes)) if codes else pl.col("code").str.contains(layout.numbered)
    if others := [] if codes else table.filter(~known)["code"].unique().sort().to_list():
        notes.append(f"codes kept in the table alone: {', '.join(others)}")
    title = {"native_title": pl.col("name")} if layout.names else {}
    made = forms.of_banks(table.filter(known)).select(
        "counterpart_area", "period_end", "value", "precision", product_code=pl.col("code").replace(codes), **title
    )
    made = observations(made, dataset=layout.dataset, ref_area="RUS", measure=layout.measure, basis=layout.basis,
                        definition=layout.definition, currency=layout.currency, unit=layout.unit)  # fmt: skip
    release = Release(layout.product, f"{end:%Y-%m}", title=layout.title, language="ru",
                      currency=layout.currency.removeprefix(NONE))  # fmt: skip
    return Reading(release, table, made, notes=notes, set_aside=aside)


def _values(tables: Sequence[dbf.Table], layout: Layout, where: str) -> tuple[pl.DataFrame, tuple[SetAside, ...]]:
    """Columns COLUMNS: the values of every bank by code, blanks null. And the records that cannot be read."""
    code_field, value_field = layout.fields
    unit = Unit(layout.unit, Decimal(layout.factor))
    found = forms.only(tables, ("REGN", *layout.fields), "values", where)
    days = _dates(forms.only(tables, ("REGN", "DT", "NAME_B"), "banks and their dates", where))
    rows: dict[tuple[str, str], tuple[str, str, date, float | None, float | None]] = {}
    doubts, twice = Doubts[str](), list[str]()
    for index, record in enumerate(found.records(), start=1):
        place = f"{found.name} record {index} (bank {record['REGN']}, code {record[code_field]})"
        with doubts.about(f"bank {record['REGN']}, code {record[code_field]}"):
            key = forms.bank(record["REGN"], place), _code(record[code_field], layout, place)
            if key[0] not in days:
                raise ReadError("no_date", expected="a date of the bank in the table of banks", got="none", where=place)
            figure = forms.number(record[value_field], f"a number ({unit.base})", place)
            made = (*key, days[key[0]], to_base(figure, unit), half_last_place(figure, unit))
            if rows.setdefault(key, made) is not made:
                twice.append(place)
    if twice:
        raise ReadError("duplicate_row", expected="one value a code of a bank", got="two", where=twice[0])
    aside = doubts.within(len(found.rows))
    return pl.DataFrame(list(rows.values()), schema=COLUMNS, orient="row"), aside


def _dates(banks: dbf.Table) -> Mapping[str, date]:
    """End of the month that each bank reports."""
    made: dict[str, date] = {}
    for index, record in enumerate(banks.records(), start=1):
        place = f"{banks.name} record {index}"
        end = closed_month(record["DT"], place, "yyyymmdd")
        if made.setdefault(forms.bank(record["REGN"], place), end) != end:
            raise ReadError("stale_sheet", expected="one date a bank", got=f"two of {record['REGN']}", where=place)
    return made


def _code(printed: str, layout: Layout, where: str) -> str:
    """A code as it is printed, or with its letter as it is written."""
    code, changed = re.subn(layout.letter, layout.written, printed.replace(" ", ""), count=1) if layout.letter else (
        printed, bool(printed))  # fmt: skip
    if not changed or not code.startswith(layout.written):
        raise ReadError("unknown_label", expected=layout.example, got=repr(printed), where=where, hint=layout.hint)
    return code


def _names(table: dbf.Table, used: set[str], layout: Layout) -> dict[str, str]:
    """Code -> printed name; codes of the layout that are named or used must be there under their own."""
    of_code, *of_name = layout.names
    names = {r[of_code]: " ".join(" ".join(r[part] for part in of_name).split()) for r in table.records() if r[of_code]}
    for code, part in layout.parts.items():
        if code in used | set(names) and part.name not in names.get(code, "").casefold():
            raise ReadError("unknown_label", expected=f"{code} = {part.name!r}", got=repr(names.get(code)),
                            where=table.name, hint="The form has other rows then.")  # fmt: skip
    return names
