"""/dataEx: the same rates as /data, dated dd.mm.yyyy, by ids that /datasetsEx names; without the names it is refused."""

from __future__ import annotations

import json
from datetime import date

import pytest

from tests.transforms.banking import books
from tests.transforms.data_service_table.test_data_service_table import TITLE, answer, row
from transforms.banking import data_service_table
from transforms.model import Payload, ReadError
from transforms.products import recognise

LISTS = {
    "indicators": [{"id": 25, "parent_id": -1, "name": TITLE["dsName"]}],
    "measures_1": [{"id": 2, "parent_id": 1, "name": "В рублях"}, {"id": 3, "parent_id": 1, "name": "В евро"}],
    "measures_2": [{"id": 9, "parent_id": -1, "name": "Свыше 1 года"}, {"id": 2, "parent_id": -1, "name": "До 30 дней, включая 'до востребования'"}],
    "units": [{"id": 1, "parent_id": -1, "name": "% годовых"}], "years": [{"FromYear": 2014, "ToYear": 2025}],
}  # fmt: skip
OPTIONS = {"names": json.dumps(LISTS), "publication": TITLE["PublName"]}


def ex(**changes: object) -> dict[str, object]:
    return {"indicator_id": 25, "measure_1_id": 2, "measure_2_id": 2, "unit_id": 1, "value": 7.35, "period_id": 265,
            "period": "Январь 2014", "periodicity": "month", "date": "01.02.2014", "rowId": 1} | changes  # fmt: skip


def content(*rows: dict[str, object]) -> bytes:
    return json.dumps({"RawData": list(rows), "links": []}).encode()


def read(body: bytes, **options: str):
    return data_service_table.read(Payload(body, "dataEx", options=OPTIONS | options))


def test_the_same_observations_as_data_gives() -> None:
    body = content(ex(), ex(measure_2_id=9, value=14.15, period="Август 2025", date="01.09.2025", rowId=2))
    assert recognise(Payload(body)).PRODUCT == "cbr.data_service_table"
    same = answer(row(), row(element_id=9, obs_val=14.15, dt="Август 2025", date="2025-09-01T00:00:00"))
    by_data = data_service_table.read(Payload(same, options={"measure": "В рублях"}))
    assert read(body).observations.equals(by_data.observations)
    assert by_data.observations["period_end"].to_list() == [date(2014, 1, 31), date(2025, 8, 31)]


def test_a_null_is_a_gap() -> None:
    assert read(content(ex(), ex(measure_2_id=9, value=None))).table.height == 1


REFUSED = {
    "no names": (content(ex()), {"names": ""}, "unknown_id"),
    "names of something else": (content(ex()), {"names": "[]"}, "unknown_id"),
    "no publication": (content(ex()), {"publication": ""}, "unknown_title"),
    "another publication": (content(ex()), {"publication": "По федеральным округам"}, "unknown_title"),
    "table without a name": (content(ex(indicator_id=26)), {}, "unknown_id"),
    "currency without a name": (content(ex(measure_1_id=7)), {}, "unknown_id"),
    "maturity without a name": (content(ex(measure_2_id=7)), {}, "unknown_id"),
    "unit without a name": (content(ex(unit_id=7)), {}, "unknown_id"),
    "two currencies": (content(ex(), ex(measure_1_id=3)), {}, "ambiguous"),
    "ISO date": (content(ex(date="2014-02-01")), {}, "bad_period"),
    "month and date disagree": (content(ex(period="Март 2014")), {}, "bad_period"),
    "text": (content(ex(value="7.35")), {}, "not_a_number"),
    "more decimals": (content(ex(value=7.351)), {}, "too_precise"),
    "exponent": (content(ex()).replace(b"7.35", b"7.35e3"), {}, "truncated"),
    "id that is a figure": (content(ex(period_id=7.35, value=265)), {}, "leftover_field"),
    "new field": (content(ex(digits=2)), {}, "leftover_field"),
    "quarter": (content(ex(periodicity="quarter", period="I квартал 2024")), {}, "leftover_field"),
    "twice": (content(ex(), ex()), {}, "duplicate_row"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case: str) -> None:
    body, options, code = REFUSED[case]
    assert books.refusal(lambda given: read(given, **options), body) == code


def test_a_table_that_bears_another_name_is_refused() -> None:
    moved = LISTS | {"indicators": [{"id": 25, "name": "Структура денежной массы"}]}
    with pytest.raises(ReadError, match="unknown_title"):
        read(content(ex()), names=json.dumps(moved))
