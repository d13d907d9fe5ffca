"""Form 135: mandatory ratios of every Russian bank, percent. DBF, ratios in table 3 since February 2011.

MMYYYY_135_3 has code, actual value, and since 2023 the value the bank is held to and a mark; _135B the date of each
bank. Codes are printed with a Cyrillic Н or a Latin H (Н1.0); in series they are N1.0, whatever was printed. In older
archives table 3 lists violations by number of row: such codes refuse it. Table: one row a bank and code, percent,
null where blank. Observations: codes that are a number (N1.0, N2, N15.1); others (N1цк, of central counterparties)
stay in the table under the code that is printed.
"""

from __future__ import annotations

import re

import polars as pl

from transforms.banking import dbf, forms
from transforms.model import Payload, ReadError, Reading, Release, observations
from transforms.units import Unit

PRODUCT, SOURCE, EXTENSION = "cbr.form_135", "cbr", "dbf"
FIELDS = ("C1_3", "C2_3")
_LETTER = re.compile(r"[НHN](?=\d)")  # Cyrillic, Latin, and as the ratios are written in English
NUMBERED = r"^N\d+(\.\d+)?$"


def recognise(payload: Payload) -> bool:
    return any({"REGN", *FIELDS} <= set(fields) for fields in dbf.field_names(payload))


def read(payload: Payload) -> Reading:
    """Ratios of every bank. Raises ReadError with bank and code; `unknown_label` for what is no code of a ratio."""
    table, aside = forms.values(dbf.tables(payload), FIELDS, Unit("percent"), _code, payload.name)
    end, notes = forms.month_and_notes(table)
    numbered = pl.col("code").str.contains(NUMBERED)
    if others := table.filter(~numbered)["code"].unique().sort().to_list():
        notes.append(f"codes kept in the table alone: {', '.join(others)}")
    made = forms.of_banks(table.filter(numbered)).rename({"code": "product_code"})
    made = observations(made, dataset="bank_ratio", ref_area="RUS", measure="ratio", basis="rate",
                        definition="MANDATORY_RATIO", unit="percent")  # fmt: skip
    release = Release(PRODUCT, f"{end:%Y-%m}", title="Form 135, mandatory ratios by bank", language="ru")
    return Reading(release, table, made, notes=notes, set_aside=aside)


def _code(printed: str, where: str) -> str:
    code, changed = _LETTER.subn("N", printed.replace(" ", ""), count=1)
    if not changed or not code.startswith("N"):
        raise ReadError("unknown_label", expected="a code such as Н1.0", got=repr(printed), where=where,
                        hint="Until 1 January 2011 this table listed violations.")  # fmt: skip
    return code
