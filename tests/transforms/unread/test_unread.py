"""Workbooks that the bank publishes and no reader knows are refused by name, with what to do."""

from __future__ import annotations

import openpyxl
import pytest

from tests.transforms.banking import books
from transforms.model import Payload, ReadError
from transforms.products import recognise

COMPANIES = "Задолженность по кредитам юридическим лицам и индивидуальным предпринимателям по состоянию на 01.06.2026"
SMALL = "Задолженность по кредитам субъектам малого и среднего предпринимательства по состоянию на 01.06.2026"


def book(title: str, *heads: str) -> bytes:
    made = openpyxl.Workbook()
    made.active.append([title])
    made.active.append([None, *heads])
    made.active.append(["ЦЕНТРАЛЬНЫЙ ФЕДЕРАЛЬНЫЙ ОКРУГ", *range(len(heads))])
    return books.save(made)


SECTIONS = [f"{letter}. Раздел" for letter in "ABCDEFGHIJKLMNO"] + ["Прочие"]
NAMED = {
    "companies by section": (Payload(book(COMPANIES, *SECTIONS), "x.xlsx"), "01_03_C"),
    "small enterprises by section": (Payload(book(SMALL, *SECTIONS), "x.xlsx"), "01_12_A"),
    "by the bank's name": (Payload(book("Сведения", "Всего"), "02_02_SME_Borrowers_info.xlsx"), "02_02_SME"),
}


@pytest.mark.parametrize("case", NAMED)
def test_a_family_without_a_reader_is_refused_by_name(case: str) -> None:
    payload, family = NAMED[case]
    with pytest.raises(ReadError) as refusal:
        recognise(payload)
    assert (refusal.value.code, refusal.value.got.partition(":")[0]) == ("unknown_layout", family)
    assert "nothing is read" in refusal.value.hint


def test_other_workbooks_stay_unrecognised() -> None:
    with pytest.raises(ReadError) as refusal:
        recognise(Payload(book("Сведения", "Всего"), "x.xlsx"))
    assert refusal.value.code == "unrecognised"
