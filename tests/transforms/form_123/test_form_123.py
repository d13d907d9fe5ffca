"""Form 123: capital by bank, each at its own date, by codes whose names the archive itself gives.

Fields, codes and their names as the Bank of Russia's archive of 1 August 2026 has them; amounts are made up.
"""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest

from expectations.gate import check
from tests.transforms.banking import books
from tests.transforms.form_101.test_form_101 import table
from transforms.model import Payload
from transforms.products import recognise

NAMES = [("000", "Собственные средства (капитал), итого,", "в том числе:", ""), ("102", "Базовый капитал, итого", "", ""),
         ("105", "Добавочный капитал, итого", "", ""), ("203", "Дополнительный капитал, итого", "", ""),
         ("100.1", "Уставный капитал", "", "")]  # fmt: skip
BANKS = [(1481, "20260801", "ПАО Сбербанк"), (2, "20260701", "Викинг")]
ROWS = [(1481, "000", "7000000"), (1481, "102", "6500001"), (1481, "105", "150000"), (1481, "203", "349999"),
        (1481, "100.1", "67760"), (2, "000", "900"), (2, "102", "900"), (2, "105", ""), (2, "203", "\0\0\0")]  # fmt: skip


def archive(rows=ROWS, names=NAMES, banks=BANKS, **members: bytes) -> bytes:
    """The three tables of an archive, zipped; of `members`, those that hold nothing are left out."""
    made = {"072026_123D.DBF": table(("REGN", "C1", "C3"), rows),
            "072026_123N.DBF": table(("C1", "C2_1", "C2_2", "C2_3"), names, wide=60),
            "072026_123B.DBF": table(("REGN", "DT", "NAME_B"), banks)}  # fmt: skip
    return zipped({name: content for name, content in (made | members).items() if content})


def zipped(members: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as made:
        for name, content in members.items():
            made.writestr(name, content)
    return packed.getvalue()


def read(content: bytes):
    return books.product("form_123").read(Payload(content, "123-20260801.rar"))


def test_total_and_parts_in_roubles_at_the_date_of_each_bank() -> None:
    assert recognise(Payload(archive())).PRODUCT == "cbr.form_123"
    reading = read(archive())
    july, june = date(2026, 7, 31), date(2026, 6, 30)
    assert reading.observations.select("counterpart_area", "product_code", "period_end", "value", "precision").rows() == [
        ("BANK_1481", "TOTAL", july, 7e9, 500.0), ("BANK_1481", "CET1", july, 6_500_001e3, 500.0),
        ("BANK_1481", "AT1", july, 150e6, 500.0), ("BANK_1481", "TIER2", july, 349_999e3, 500.0),
        ("BANK_2", "TOTAL", june, 900e3, 500.0), ("BANK_2", "CET1", june, 900e3, 500.0),
    ], "a blank is no zero"  # fmt: skip
    assert set(reading.observations.select("dataset", "definition", "unit").rows()) == {
        ("bank_capital", "REGULATORY_CAPITAL", "RUB")
    }
    assert (reading.release.period, reading.notes) == ("2026-07", ["banks 2 report an earlier date"])
    assert [r.sentence() for r in check("cbr.form_123", reading.table, where="123") if not r.success] == []


def test_rows_that_nobody_reports_need_no_name() -> None:
    first = [row for row in ROWS if row[1] == "000"]
    assert read(archive(rows=first, names=NAMES[:1])).observations.height == len(first)


def test_another_row_stays_in_the_table_under_its_printed_code() -> None:
    (row,) = read(archive()).table.filter(code="100.1").rows(named=True)
    assert (row["bank"], row["name"], row["value"]) == ("1481", "Уставный капитал", 67_760e3)


REFUSED = {
    "code of another meaning": (archive(names=[*NAMES[:1], ("102", "Эмиссионный доход", "", ""), *NAMES[2:]]), "unknown_label"),
    "code without a name": (archive(names=NAMES[:2]), "unknown_label"),
    "no names": (archive(**{"072026_123N.DBF": b""}), "unknown_sheet"),
    "no dates": (archive(**{"072026_123B.DBF": b""}), "unknown_sheet"),
    "values alone": (table(("REGN", "C1", "C3"), ROWS), "unknown_sheet"),
    "two tables of values": (archive(**{"062026_123D.DBF": table(("REGN", "C1", "C3"), ROWS)}), "unknown_sheet"),
    "bank without a date": (archive(banks=BANKS[:1]), "no_date"),
    "bank of two dates": (archive(banks=[*BANKS, (2, "20260801", "Викинг")]), "stale_sheet"),
    "no first of a month": (archive(banks=[(1481, "20260815", "x"), BANKS[1]]), "bad_period"),
    "twice": (archive([*ROWS, ROWS[0]]), "duplicate_row"),
    "text": (archive([(1481, "000", "7O00"), *ROWS[1:]]), "aside: not_a_number"),
    "not a number": (archive([(1481, "000", "NaN"), *ROWS[1:]]), "aside: not_a_number"),
    "exponent": (archive([(1481, "000", "7e3"), *ROWS[1:]]), "aside: not_a_number"),
    "overflow": (archive([(1481, "000", "****"), *ROWS[1:]]), "aside: not_a_number"),
    "no bank": (archive([("", "000", "7"), *ROWS[1:]]), "aside: unknown_label"),
    "no code": (archive([(1481, "", "7"), *ROWS[1:]]), "aside: unknown_label"),
    "no record": (archive([]), "empty"),
    "no total": (archive(ROWS[1:5]), "truncated"),
    "cut": (archive(**{"072026_123D.DBF": table(("REGN", "C1", "C3"), ROWS)[:-30]}), "truncated"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case: str) -> None:
    content, code = REFUSED[case]
    assert books.refusal(read, content) == code
