"""Form 135: mandatory ratios by bank under one code, whichever letter was printed.

Fields and codes as the Bank of Russia's archive of 1 August 2026 has them; values are made up.
"""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from expectations.gate import check
from tests.transforms.banking import books
from tests.transforms.form_101.test_form_101 import rar, table, unpacks
from transforms.model import Payload
from transforms.products import recognise

FIELDS = ("REGN", "C1_3", "C2_3", "C3_3", "C4_3")
ROWS = [(1481, "Н1.0", "13.100", "8.000", ""), (1481, "H1.1", "8.900", "", ""), (1481, "Н1.3", "", "", ""),
        (1481, "Н15.1", "150.25", "", "1"), (3466, "Н2цк", "120.000", "", "")]  # fmt: skip
BANKS = [(1481, "20260801", "ПАО Сбербанк"), (3466, "20260701", "НКЦ")]


def members(rows=ROWS, banks=BANKS, fields=FIELDS) -> dict[str, bytes]:
    return {"072026_135_3.DBF": table(fields, rows), "072026_135B.DBF": table(("REGN", "DT", "NAME_B"), banks)}


def archive(rows=ROWS, banks=BANKS, fields=FIELDS) -> bytes:
    return rar(*members(rows, banks, fields).items())


def read(content: bytes):
    return books.product("form_135").read(Payload(content, "135-20260801.rar"))


pytestmark = unpacks


def test_ratios_in_percent_under_one_code_for_cyrillic_and_latin_letters() -> None:
    assert recognise(Payload(archive())).PRODUCT == "cbr.form_135"
    reading = read(archive())
    july = date(2026, 7, 31)
    assert reading.observations.select("counterpart_area", "product_code", "period_end", "value", "precision").rows() == [
        ("BANK_1481", "N1.0", july, 13.1, 0.0005), ("BANK_1481", "N1.1", july, 8.9, 0.0005),
        ("BANK_1481", "N15.1", july, 150.25, 0.005),
    ], "a blank is no zero"  # fmt: skip
    assert set(reading.observations.select("dataset", "measure", "definition", "unit").rows()) == {
        ("bank_ratio", "ratio", "MANDATORY_RATIO", "percent")
    }
    assert [r.sentence() for r in check("cbr.form_135", reading.table, where="135") if not r.success] == []


def test_a_ratio_without_a_number_stays_in_the_table_under_its_code() -> None:
    reading = read(archive())
    assert reading.table.filter(pl.col("code") == "N2цк")["value"].to_list() == [120.0]
    assert reading.notes == ["banks 3466 report an earlier date", "codes kept in the table alone: N2цк"]


def test_the_older_table_without_the_value_held_to_is_read_alike() -> None:
    rows = [row[:3] for row in ROWS]
    assert read(archive(rows, fields=FIELDS[:3])).observations.equals(read(archive()).observations)


REFUSED = {
    "violations of 2010 by number of row": ([(1481, "1", "Н6", "", "")], "unknown_label"),
    "no code": ([(1481, "", "13.1", "", "")], "unknown_label"),
    "both letters": ([ROWS[0], (1481, "H1.0", "13.2", "", "")], "duplicate_row"),
    "text": ([(1481, "Н1.0", "13,1", "", "")], "not_a_number"),
    "bank without a date": ([(9, "Н1.0", "13.1", "", "")], "no_date"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case: str) -> None:
    rows, code = REFUSED[case]
    assert books.refusal(read, archive(rows)) == code


def test_a_ratio_below_zero_is_shown_and_lets_the_form_pass() -> None:
    made = check("cbr.form_135", read(archive([(1481, "Н1.0", "-3.000", "", "")])).table, where="135")
    assert [(r.column, r.severity) for r in made if not r.success] == [("value", "warn")]
