"""/data: publication, table, elements and units by the names in the answer; reporting date and month in words agree."""

from __future__ import annotations

import json
from datetime import date

import pytest

from expectations.gate import check
from tests.transforms.banking import books
from transforms.banking import data_service_table
from transforms.model import Payload, ReadError
from transforms.products import recognise

TITLE = {
    "sType": 1,
    "dsName": "Ставки по кредитам нефинансовым организациям",
    "PublName": "В целом по Российской Федерации",
}


def row(**changes: object) -> dict[str, object]:
    """The first published value: 7.35 percent in January 2014, dated by the month after."""
    return {"colId": 2, "element_id": 2, "measure_id": 2, "unit_id": 1, "obs_val": 7.35, "rowId": 265,
            "dt": "Январь 2014", "periodicity": "month", "date": "2014-02-01T00:00:00", "digits": 2} | changes  # fmt: skip


def answer(*rows: dict[str, object], **changes: object) -> bytes:
    names = [{"id": 2, "elname": "До 30 дней, включая 'до востребования'"}, {"id": 9, "elname": "Свыше 1 года"},
             {"id": 10, "elname": "Срок, которого никто не знает"}]  # fmt: skip
    whole = {"RawData": list(rows), "headerData": names, "units": [{"id": 1, "val": "% годовых"}],
             "DTRange": [{"FromY": 2014, "ToY": 2025}], "SType": [TITLE]} | changes  # fmt: skip
    return json.dumps(whole).encode()


def read(content: bytes, measure: str = "В рублях"):
    return data_service_table.read(Payload(content, "data", options={"measure": measure}))


def test_the_rate_under_1_february_is_january() -> None:
    content = answer(row(), row(element_id=9, colId=9, obs_val=14.15, dt="Август 2025", date="2025-09-01T00:00:00"))
    assert recognise(Payload(content)).PRODUCT == "cbr.data_service_table"
    reading = read(content)
    assert reading.observations.select("product_code", "period_end", "value", "currency", "unit").rows() == [
        ("NONFINANCIAL_TO_30_DAYS", date(2014, 1, 31), 7.35, "RUB", "percent"),
        ("NONFINANCIAL_OVER_1_YEAR", date(2025, 8, 31), 14.15, "RUB", "percent"),
    ]
    assert reading.release.period == "2025-08"
    assert [r.sentence() for r in check("cbr.data_service_table", reading.table, where="x") if not r.success] == []


def test_ids_mean_nothing_and_names_everything() -> None:
    moved = answer(row(element_id=77, unit_id=5), headerData=[{"id": 77, "elname": "Свыше 1 года"}],
                   units=[{"id": 5, "val": "% годовых"}])  # fmt: skip
    assert read(moved).observations["product_code"].to_list() == ["NONFINANCIAL_OVER_1_YEAR"]


def test_a_null_is_a_gap_and_an_unknown_element_unread() -> None:
    reading = read(answer(row(), row(element_id=9, obs_val=None), row(element_id=10)))
    assert len(reading.table) == 1
    assert reading.notes == ("1 rows not read: element 'Срок, которого никто не знает'",)


REFUSED = {
    "another table": (answer(row(), SType=[TITLE | {"dsName": "Структура денежной массы"}]), "unknown_title"),
    "another publication": (answer(row(), SType=[TITLE | {"PublName": "По федеральным округам"}]), "unknown_title"),
    "element without a name": (answer(row(element_id=3)), "unknown_id"),
    "unit": (answer(row(), units=[{"id": 1, "val": "млн руб."}]), "unit_mismatch"),
    "month and date disagree": (answer(row(dt="Март 2014")), "bad_period"),
    "day": (answer(row(date="2014-02-15T00:00:00")), "bad_period"),
    "text": (answer(row(obs_val="7.35")), "not_a_number"),
    "more decimals than said": (answer(row(digits=1)), "too_precise"),
    "two currencies": (answer(row(), row(element_id=9, measure_id=3)), "ambiguous"),
    "twice": (answer(row(), row()), "duplicate_row"),
    "neither of the two": (b'{"RawData": [{"value": 1, "period": "1", "date": "01.02.2014"}]}', "unrecognised"),
    "quarter": (answer(row(periodicity="quarter", dt="I квартал 2024")), "leftover_field"),
    "cut": (answer(row())[:-5], "truncated"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case: str) -> None:
    content, code = REFUSED[case]
    assert books.refusal(read, content) == code


def test_a_measure_that_nobody_named_is_refused() -> None:
    with pytest.raises(ReadError, match="option measure"):
        read(answer(row()), measure="")
