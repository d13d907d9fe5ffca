"""What a live reader must survive, on look-alikes of answers with other figures: China."""

from __future__ import annotations

from datetime import date

from tests.transforms.context.case import as_json, payload, read, refused, values
from transforms.context import nbs
from transforms.context.answers import json_of
from transforms.model import Payload


def test_200_with_a_failure_of_the_nbs_is_no_data() -> None:
    value = {
        "_id": "a",
        "i_showname": "居民消费价格指数 (上月=100) ",
        "du_name": "%",
        "value": "100.3",
        "da": "000000000000",
    }
    said = {"data": [{"code": "203002MM", "values": [value]}], "success": True, "state": 20000}
    reading = read(payload(as_json(said)))
    assert list(values(reading)) == [
        ("price_index:CHN._._.CPI.index.month.PREVIOUS_MONTH_100._.index.M.N", date(2030, 2, 28))
    ]
    for broken in ({"success": False}, {"state": 40000}):
        assert refused(payload(as_json(said | broken))).code == "service_error"


def test_quarters_years_and_unknown_names_of_the_nbs() -> None:
    def said(name: str, code: str, unit: str = "%") -> Payload:
        value = {"_id": "a", "i_showname": name, "du_name": unit, "value": "7", "da": "440000000000"}
        return payload(as_json({"data": [{"code": code, "values": [value]}], "success": True, "state": 20000}))

    quarter = read(said("社会消费品零售总额 累计值", "203002SS", "亿元")).observations
    assert quarter.select("ref_area", "period_end", "freq", "value").rows() == [("CN-GD", date(2030, 6, 30), "Q", 7e8)]
    year = read(said("社会消费品零售总额_同比增长", "2030YY")).observations
    assert year.select("period_end", "freq", "measure").rows() == [(date(2030, 12, 31), "A", "growth_yoy")]
    assert refused(said("社会消费品零售总额 累计值", "203002MM", "万元")).code == "no_value"


def test_ids_of_the_nbs_are_found_by_name() -> None:
    said = {"data": [{"_id": "x1", "name": "月度数据 "}], "success": True, "state": 20000}
    assert nbs.names(json_of(payload(as_json(said))), "") == {"月度数据": "x1"}


def test_the_old_site_gives_its_published_rounding() -> None:
    nodes = [{"code": "A1", "cname": "居民消费价格指数(上年同月=100)", "unit": ""}]
    data = [
        {
            "data": {"data": 102.8434, "hasdata": True, "strdata": "102.8"},
            "wds": [{"wdcode": "zb", "valuecode": "A1"}, {"wdcode": "sj", "valuecode": "203001"}],
        },
        {
            "data": {"data": 0, "hasdata": False, "strdata": ""},
            "wds": [{"wdcode": "zb", "valuecode": "A1"}, {"wdcode": "sj", "valuecode": "203002"}],
        },
    ]
    said = {
        "returncode": 200,
        "returndata": {"datanodes": data, "wdnodes": [{"wdcode": "zb", "nodes": nodes}, {"wdcode": "sj", "nodes": []}]},
    }
    assert list(values(read(payload(as_json(said)))).values()) == [102.8]


def test_a_pair_the_other_way_round_and_one_without_the_renminbi() -> None:
    said = {
        "head": {"provider": "CWAP", "rep_code": "200"},
        "data": {"searchlist": ["CNY/KRW", "EUR/USD"], "total": 30},
        "records": [{"date": "2030-01-04", "values": ["199.25", "1.1"]}],
    }
    reading = read(payload(as_json(said)))
    assert reading.observations.select("product_code", "unit", "value").rows() == [("CNY", "KRW", 199.25)]
    assert [row.code for row in reading.set_aside] == ["unknown_pair"]
    assert any("30 days" in note for note in reading.notes)
