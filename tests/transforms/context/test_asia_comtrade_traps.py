"""What a live reader must survive, on look-alikes of answers with other figures: Asia, Comtrade."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.transforms.context.case import as_json, one, payload, read, refused, vintages
from tests.transforms.context.look_alikes import japan


@pytest.mark.parametrize("minus", ["△", "-"])
def test_both_signs_of_a_deficit(minus: str) -> None:
    reading = read(payload(japan(f"{minus}1,020")))
    assert (
        one(reading, "mirror_trade:JPN.WORLD.balance.TOTAL.value.month.FOB_CIF.JPY.JPY.M.N", date(2030, 2, 28))
        == -1020e6
    )
    assert vintages(reading) == {date(2030, 3, 18)}
    before = reading.observations.filter(period_end=date(2029, 2, 28))
    assert before.select("flow", "obs_status").rows() == [("export", "A")], "a dash is no value"


def test_stages_are_periods_of_their_own() -> None:
    ten = read(payload(japan("5", title="February 2030 (First 20 days Provisional)")))
    assert set(ten.observations["basis"]) == {"first_20_days"}
    assert date(2030, 2, 20) in set(ten.observations["period_end"])
    detailed = read(payload(japan("5", title="February 2030")))
    assert set(detailed.observations["obs_status"]) == {"A"}
    assert refused(payload(japan("5", title="Winter"))).code == "bad_period"


def test_an_answer_of_ecos_that_is_cut_or_an_error() -> None:
    row = {
        "STAT_CODE": "403Y005",
        "STAT_NAME": "3.3. 수입금액지수",
        "ITEM_CODE1": "*AA",
        "ITEM_NAME1": "총지수",
        "UNIT_NAME": "2025=100",
        "TIME": "203001",
        "DATA_VALUE": "99.5",
    }
    said = {"StatisticSearch": {"list_total_count": 1, "row": [row]}}
    assert read(payload(as_json(said))).observations.select("flow", "definition").rows() == [
        ("import", "ECOS_2025_100")
    ]
    said["StatisticSearch"]["list_total_count"] = 2
    assert refused(payload(as_json(said))).code == "truncated"
    error = {"RESULT": {"CODE": "INFO-100", "MESSAGE": "인증키가 유효하지 않습니다."}}
    assert refused(payload(as_json(error))).code == "keyed"
    error = {"RESULT": {"CODE": "ERROR-500", "MESSAGE": "서버 오류입니다."}}
    assert refused(payload(as_json(error))).code == "service_error"


def comtrade(rows: int, **changes: Any) -> str:
    row = {
        "freqCode": "M",
        "period": "203001",
        "reporterISO": "VNM",
        "flowCode": "M",
        "partnerISO": "CHN",
        "cmdCode": "TOTAL",
        "partner2Code": 0,
        "customsCode": "C00",
        "motCode": 0,
        "cifvalue": 5.5,
        "fobvalue": None,
        "primaryValue": 5.5,
        "isReported": True,
    }
    return as_json(
        {
            "elapsedTime": "1",
            "count": rows,
            "data": [row | changes | {"cmdCode": f"{i:02}"} for i in range(rows)],
            "error": "",
        }
    )


def test_a_preview_of_500_rows_is_cut() -> None:
    assert refused(payload(comtrade(500))).code == "cut"
    assert read(payload(comtrade(99))).observations.height == 99


def test_parts_of_a_comtrade_total_and_other_asia() -> None:
    assert refused(payload(comtrade(2, motCode=2100))).code == "no_value"
    taiwan = read(payload(comtrade(1, partnerISO="S19"))).observations
    assert taiwan.select("counterpart_area", "definition").rows() == [("TWN", "COMTRADE_CIF")]
    assert [row.code for row in read(payload(comtrade(2, partnerISO="CHN"))).set_aside] == []
    assert refused(payload(comtrade(1, cifvalue=7))).code == "no_value", "the primary value is another one"
