"""Form 123: regulatory capital of every Russian bank (own funds, Basel III), thousand roubles. DBF, since 2014-02-01.

MMYYYY_123D has the values by row code (163 codes in the archive of 2021, four in those of 2026), _123N the name of each
code, _123B the date of each bank; all come in one archive and all are needed. Table: one row a bank and code, in RUB,
null where blank, with the printed name. Observations: the total and its parts, whose names must be those of
form_123.yaml; other codes stay in the table, under the code that is printed.
"""

from __future__ import annotations

from decimal import Decimal
from functools import partial

import polars as pl

from transforms import yaml_file
from transforms.banking import dbf, forms
from transforms.model import Payload, ReadError, Reading, Release, observations
from transforms.units import Unit

_layout = partial(yaml_file.beside, __file__)

PRODUCT, SOURCE, EXTENSION = "cbr.form_123", "cbr", "dbf"
FIELDS = ("C1", "C3")
TOTAL = "000"
THOUSAND = Unit("RUB", Decimal(1000))
NAMES = ("C1", "C2_1", "C2_2", "C2_3")


def recognise(payload: Payload) -> bool:
    return any({"REGN", *FIELDS} <= set(fields) for fields in dbf.field_names(payload))


def read(payload: Payload) -> Reading:
    """Capital of every bank. Raises ReadError with bank and code; `unknown_label` if a code bears another name."""
    tables = dbf.tables(payload)
    table, aside = forms.values(tables, FIELDS, THOUSAND, _code, payload.name)
    used = set(table["code"])
    names = _names(forms.only(tables, NAMES, "names of the codes", payload.name), used)
    table = table.with_columns(name=pl.col("code").replace_strict(names, default=None, return_dtype=pl.String))
    end, notes = forms.month_and_notes(table)
    if table.filter(code=TOTAL).is_empty():
        raise ReadError("truncated", expected=f"the total of a bank, code {TOTAL}", got="none", where=payload.name)
    parts = {code: part["product_code"] for code, part in _layout()["parts"].items()}
    known = table.filter(pl.col("code").is_in(list(parts)))
    made = forms.of_banks(known).select(
        "counterpart_area", "period_end", "value", "precision", native_title="name",
        product_code=pl.col("code").replace_strict(parts),
    )  # fmt: skip
    made = observations(made, dataset="bank_capital", ref_area="RUS", measure="capital", basis="stock",
                        definition="REGULATORY_CAPITAL", currency="RUB", unit="RUB")  # fmt: skip
    release = Release(PRODUCT, f"{end:%Y-%m}", title="Form 123, capital by bank", language="ru", currency="RUB")
    return Reading(release, table, made, notes=notes, set_aside=aside)


def _code(printed: str, where: str) -> str:
    if not printed:
        raise ReadError("unknown_label", expected="a row code such as 000", got=repr(printed), where=where)
    return printed


def _names(table: dbf.Table, used: set[str]) -> dict[str, str]:
    """Row code -> printed name; rows of the layout that are named or used must be there under their own."""
    names = {r["C1"]: " ".join(" ".join(r[part] for part in NAMES[1:]).split()) for r in table.records() if r["C1"]}
    for code, part in _layout()["parts"].items():
        if code in used | set(names) and part["name"] not in names.get(code, "").casefold():
            raise ReadError("unknown_label", expected=f"{code} = {part['name']!r}", got=repr(names.get(code)),
                            where=table.name, hint="The form has other rows then.")  # fmt: skip
    return names
