"""What a live reader must survive, on look-alikes of the services' answers with other figures."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import openpyxl
import polars as pl
import pytest

from tests.transforms.context.case import as_json, one, payload, read, refused, values, vintages
from transforms.context import fred, fred_vintages, iso, nbs
from transforms.context.answers import json_of
from transforms.model import Payload
from transforms.periods import month_end

ALFRED = "https://alfred.stlouisfed.org/graph/alfredgraph.csv?id=RBCNBIS&vintage_date="


# FRED and ALFRED


@pytest.mark.parametrize("header", ["observation_date,RBCNBIS", "DATE,RBCNBIS"])
@pytest.mark.parametrize("nothing", ["", "."])
def test_both_headers_and_both_signs_of_nothing(header: str, nothing: str) -> None:
    reading = read(payload(f"{header}\n2030-01-01,91.5\n2030-02-01,{nothing}\n2030-03-01,92\n"))
    assert list(values(reading).values()) == [91.5, 92.0]
    assert set(reading.observations["precision"]) == {0.005}, "FRED drops trailing zeros"


@pytest.mark.parametrize(("asked", "header"), [("2030-05-01", "RBCNBIS"), ("2031-01-01", "RBCNBIS_20300501")])
def test_another_vintage_than_the_one_asked_for_is_refused(asked: str, header: str) -> None:
    """fredgraph ignores the day, and a day in the future is answered with the newest vintage."""
    given = payload(f"observation_date,{header}\n2030-01-01,91.5\n", url=ALFRED + asked)
    assert refused(given).code == "wrong_vintage"
    assert refused(payload(f"observation_date,{header}\n2030-01-01,91.5\n", vintage=asked)).code == "wrong_vintage"


def test_the_vintage_asked_for_is_that_of_every_value() -> None:
    given = payload("observation_date,RBCNBIS_20300501\n2030-01-01,91.5\n", url=ALFRED + "2030-05-01")
    assert vintages(read(given)) == {date(2030, 5, 1)}


def test_a_series_without_a_unit_costs_its_column_alone() -> None:
    reading = read(payload("observation_date,XYZQ,IMPVN0,IMP5520\n2030-01-01,1,2,7000.5\n"))
    assert {row.row for row in reading.set_aside} == {"XYZQ", "IMPVN0"}
    assert reading.observations.select("counterpart_area", "value").rows() == [("VNM", 7000.5e6)]


def test_families_of_ids_have_their_areas() -> None:
    found = {name: fred.meaning(name) for name in ("NNCNBIS", "EXPCH", "IMP0003", "RBXMBIS", "IMPZZ")}
    assert (
        found["NNCNBIS"] and found["NNCNBIS"]["product_code"] == "NEER_NARROW" and found["NNCNBIS"]["ref_area"] == "CHN"
    )
    assert found["EXPCH"] and (found["EXPCH"]["flow"], found["EXPCH"]["counterpart_area"]) == ("export", "CHN")
    assert found["IMP0003"] and found["IMP0003"]["counterpart_area"] == "EU"
    assert found["RBXMBIS"] and found["RBXMBIS"]["ref_area"] == "EURO_AREA"
    assert found["IMPZZ"] is None


def test_days_out_of_order_are_refused() -> None:
    assert refused(payload("DATE,RBCNBIS\n2030-02-01,91.5\n2030-01-01,91\n")).code == "bad_period"
    assert refused(payload("DATE,RBCNBIS\n2030-02-01,91.5\n2030-03-01\n")).code == "ragged_row"


def test_the_keyed_answer_is_whole_and_in_levels() -> None:
    entry = {"realtime_start": "2029-01-05", "realtime_end": "2029-02-01", "date": "2028-12-01", "value": "4.5"}
    said = {
        "realtime_start": "2029-01-05",
        "realtime_end": "2030-01-01",
        "observation_start": "2028-01-01",
        "units": "lin",
        "count": 1,
        "offset": 0,
        "observations": [entry],
    }
    assert vintages(read(payload(as_json(said), series="UNRATE"))) == {date(2029, 1, 5)}
    assert refused(payload(as_json(said | {"count": 2}), series="UNRATE")).code == "truncated"
    assert refused(payload(as_json(said | {"units": "pch"}), series="UNRATE")).code == "transformed"


def test_a_list_of_vintages() -> None:
    page = (
        '<html><title>Download Data for X (IMPCH) | ALFRED</title><select id="form_selected_vintage_dates">'
        '<option value="2029-01-05">2029-01-05</option><option value="2029-02-06">x</option></select><table></table></html>'
    )
    assert fred_vintages.vintages(payload(page)) == ("IMPCH", [date(2029, 1, 5), date(2029, 2, 6)])
    assert read(payload(page)).observations.is_empty()
    assert refused(payload(page.replace("2029-02-06", "2028-02-06"))).code == "bad_period"


# US Census


MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]


def census(rows: list[tuple[str, str, str, list[float], list[float]]]) -> Payload:
    """country.xlsx with twelve months a flow; the year is their sum."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "country"
    sheet.append(["year", "CTY_CODE", "CTYNAME", *(f"{f}{m}" for f in "IE" for m in (*MONTHS, "YR"))])
    for year, code, name, imports, exports in rows:
        cells: list[Any] = [year, code, name]
        for flow in (imports, exports):
            cells += [*flow, *[0] * (12 - len(flow)), sum(flow)]
        sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return payload(out.getvalue(), "country.xlsx")


WORLD = ("2030", "0015", "World, Not Seasonally Adjusted", [900.5, 910.25], [700.0, 710.0])


def test_unpublished_months_are_no_trade_and_groups_stay_apart() -> None:
    reading = read(
        census(
            [
                WORLD,
                ("2030", "0014", "Pacific Rim", [500.0, 500.0], [1.0, 1.0]),
                ("2030", "5700", "China", [40.25, 0.0], [10.0, 9.0]),
            ]
        )
    )
    assert reading.release.period == "2030-02"
    assert set(reading.observations["counterpart_area"]) == {"WORLD", "CHN"}
    china = reading.observations.filter(counterpart_area="CHN", flow="import").sort("period_end")
    assert china["value"].to_list() == [40.25e6, 0.0], "a published month without trade is 0, March is not published"


def test_a_partner_that_is_not_known_costs_its_row() -> None:
    reading = read(
        census(
            [
                WORLD,
                ("2030", "9999", "Atlantis", [1.0, 1.0], [1.0, 1.0]),
                ("2030", "5700", "Japan", [1.0, 1.0], [1.0, 1.0]),
            ]
        )
    )
    assert [row.code for row in reading.set_aside] == ["unknown_partner", "unknown_partner"]
    assert set(reading.observations["counterpart_area"]) == {"WORLD"}


def test_a_row_whose_months_do_not_sum_is_set_aside() -> None:
    given = census([WORLD, ("2030", "5700", "China", [40.25, 41.0], [10.0, 9.0])])
    book = openpyxl.load_workbook(io.BytesIO(given.content))
    book.worksheets[0]["D3"] = 44.25
    out = io.BytesIO()
    book.save(out)
    assert [row.code for row in read(payload(out.getvalue())).set_aside] == ["sum_mismatch"]


def test_without_the_world_nothing_is_read() -> None:
    assert refused(census([("2030", "5700", "China", [40.25], [10.0])])).code == "no_world"


def test_the_api_repeats_predicates_and_sums_groups_apart() -> None:
    header = ["CTY_CODE", "CTY_NAME", "GEN_VAL_MO", "CON_VAL_MO", "CAL_DUT_MO", "SUMMARY_LVL", "time", "time"]
    rows = [
        header,
        ["5700", "CHINA", "31", "30", "3", "DET", "2030-01", "2030-01"],
        ["0014", "PACIFIC RIM", "99", "98", "9", "CGP", "2030-01", "2030-01"],
        ["-", "TOTAL FOR ALL COUNTRIES", "310", "300", "30", "CGP", "2030-01", "2030-01"],
    ]
    reading = read(payload(as_json(rows)))
    found = {row[:3] for row in reading.observations.select("counterpart_area", "measure", "definition").iter_rows()}
    assert ("CHN", "calculated_duty", "IMPORTS_FOR_CONSUMPTION") in found and (
        "WORLD",
        "value",
        "GENERAL_IMPORTS",
    ) in found
    assert len(found) == 6
    rows[1][-1] = "2030-02"
    assert refused(payload(as_json(rows))).code == "duplicate_column"


@pytest.mark.parametrize(
    "page",
    [
        "<html>\n<head>\n<title>Missing Key</title>",
        "<html><head><title>Invalid Key</title></head><body><p>x</p></body></html>",
    ],
)
def test_a_page_that_asks_for_a_key_is_a_wall_with_a_name(page: str) -> None:
    assert refused(payload(page)).code == "keyed"
    assert refused(payload("")).code == "empty"


# SDMX: BIS, ECB


def test_columns_of_the_bis_are_read_by_name_in_any_order() -> None:
    plain = "OBS_STATUS,REF_AREA,TIME_PERIOD,EER_BASKET,FREQ,EER_TYPE,OBS_VALUE\nA,CN,2030-01,B,M,R,90.5\n"
    bulk = (
        "STRUCTURE,STRUCTURE_ID,ACTION,FREQ:Frequency,EER_TYPE:Type,EER_BASKET:Basket,REF_AREA:Reference area,"
        "TIME_PERIOD:Time period or range,OBS_VALUE:Observation Value,UNIT_MEASURE:Unit of measure\n"
        "dataflow,BIS:WS_EER(1.0): Effective exchange rates,I,,R: Real,B: Broad (64 economies),CN: China,,,882: Index\n"
        "dataflow,BIS:WS_EER(1.0): Effective exchange rates,I,M: Monthly,R: Real,B: Broad (64 economies),CN: China,"
        '2030-01,90.5,"882: Index, 2020 = 100"\n'
    )
    assert values(read(payload(plain))) == values(read(payload(bulk))) and len(values(read(payload(plain)))) == 1


def test_another_base_year_is_another_series() -> None:
    given = (
        "DATAFLOW,FREQ,EER_TYPE,EER_BASKET,REF_AREA,TIME_PERIOD,OBS_VALUE,UNIT_MEASURE\n"
        "BIS:WS_EER(2.0),M,R,B,CN,2030-01,90.5,999\nBIS:WS_EER(2.0),M,R,B,RU,2030-01,70.5,882\n"
    )
    reading = read(payload(given))
    assert [row.code for row in reading.set_aside] == ["unknown_unit"]
    assert reading.observations["ref_area"].to_list() == ["RUS"]


def test_a_missing_value_of_the_bis_is_none_and_an_unknown_status_is_set_aside() -> None:
    given = (
        "DATAFLOW,FREQ,REF_AREA,TIME_PERIOD,OBS_VALUE,OBS_STATUS\nBIS:WS_CBPOL(1.0),D,RU,2030-01-05,NaN,M\n"
        "BIS:WS_CBPOL(1.0),D,RU,2030-01-06,16,A\nBIS:WS_CBPOL(1.0),D,RU,2030-01-07,16,Z\n"
    )
    reading = read(payload(given))
    assert [row.code for row in reading.set_aside] == ["unknown_status"]
    assert reading.observations.select("period_end", "freq").rows() == [(date(2030, 1, 6), "D")]


def ecb(**series: Any) -> str:
    dimensions = [
        ("FREQ", "M"),
        ("CURRENCY", "CNY"),
        ("CURRENCY_DENOM", "EUR"),
        ("EXR_TYPE", "SP00"),
        ("EXR_SUFFIX", "A"),
    ]
    dimensions = [(name, series.get(name, value)) for name, value in dimensions]
    return as_json(
        {
            "header": {"prepared": "2031-01-01T00:00:00Z", "sender": {"id": "ECB"}},
            "dataSets": [{"series": {"0:0:0:0:0": {"observations": {"0": [8.123456789], "1": [None]}}}}],
            "structure": {
                "links": [
                    {"rel": "dataflow", "href": "https://data-api.ecb.europa.eu:443/service/dataflow/ECB/EXR/1.0"}
                ],
                "dimensions": {
                    "series": [{"id": name, "values": [{"id": value}]} for name, value in dimensions],
                    "observation": [{"id": "TIME_PERIOD", "values": [{"id": "2030-01"}, {"id": "2030-02"}]}],
                },
            },
        }
    )


def test_rates_of_the_ecb_keep_all_their_digits_and_no_vintage() -> None:
    reading = read(payload(ecb()))
    assert list(values(reading).values()) == [8.123456789] and vintages(reading) == {None}
    assert refused(payload(ecb(CURRENCY_DENOM="USD"))).code == "no_value"


# Eurostat


def comext(**changes: Any) -> dict[str, Any]:
    codes = {
        "freq": ["A", "M"],
        "reporter": ["EU27_2020", "DE"],
        "partner": ["CN"],
        "product": ["TOTAL"],
        "flow": ["1"],
        "indicators": ["VALUE_IN_EUROS"],
        "time": ["2030-01", "2030-02"],
    }
    return {
        "version": "2.0",
        "source": "ESTAT",
        "updated": "2030-04-15T23:30:00+0200",
        "value": {"4": 50, "7": 8},
        "id": list(codes),
        "size": [len(of) for of in codes.values()],
        "dimension": {
            name: {"category": {"index": {code: i for i, code in enumerate(of)}}} for name, of in codes.items()
        },
        "extension": {"id": "DS-045409", "annotation": []},
        **changes,
    }


def test_sparse_values_find_their_place_and_the_stamp_is_the_day_as_printed() -> None:
    reading = read(payload(as_json(comext())))
    found = {
        (row[0], row[1]): row[2] for row in reading.observations.select("ref_area", "period_end", "value").iter_rows()
    }
    assert found == {("EU", date(2030, 1, 31)): 50, ("DEU", date(2030, 2, 28)): 8}
    assert vintages(reading) == {date(2030, 4, 15)}


def test_a_position_beyond_the_sizes_is_refused() -> None:
    assert refused(payload(as_json(comext(value={"16": 1})))).code == "truncated"
    assert refused(payload(as_json(comext(value={})))).code == "no_value"


def test_flags_and_unknown_codes_of_a_tsv() -> None:
    head = "freq,reporter,partner,product,flow,indicators\\TIME_PERIOD\t2030-01 \t2030-02 \n"
    lines = (
        "M,EU27_2020,CN,TOTAL,1,VALUE_IN_EUROS\t100 p\t: \nM,EU27_2020,QQ,TOTAL,1,VALUE_IN_EUROS\t1\t2\n"
        "M,EU27_2020,CN,85,2,QUANTITY_IN_100KG\t: c\t7\n"
    )
    reading = read(payload(head + lines))
    rows = reading.observations.select("product_code", "value", "unit", "obs_status").rows()
    assert rows == [("TOTAL", 100.0, "EUR", "P"), ("HS_85", 700.0, "kg", "A")]
    assert {row.code for row in reading.set_aside} == {"unknown_code"}


# Asia, Comtrade


def japan(
    total: str, stamp: str = "<kohyoymd>March 18, 2030</kohyoymd>", title: str = "February 2030 (Provisional)"
) -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><hodoxml><sogakutsuki name="pg1">{stamp}<title>Value of Exports and Imports '
        f"{title}</title><export><sogakutonen>100</sogakutonen><sogakuzennen>90</sogakuzennen></export><import>"
        f"<sogakutonen>120</sogakutonen><sogakuzennen>-</sogakuzennen></import><sashihiki><sogakutonen>{total}"
        "</sogakutonen><sogakuzennen/></sashihiki></sogakutsuki></hodoxml>"
    )


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


# China


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


# Russia


def rosstat(december: Any, note: str, renewed: str = "10 апреля 2030 г.", year: int = 2030) -> Payload:
    book = openpyxl.Workbook()
    contents = book.worksheets[0]
    contents.title = "Содержание"
    contents.append(["Содержание:"])
    contents.append(["Обновлено: "])
    contents.append([renewed])
    sheet = book.create_sheet("01")
    sheet.append([f"Индексы потребительских цен на товары и услуги1) по Российской Федерации в 1991-{year}*)гг."])
    sheet.append([None, year - 2.0, year - 1.0, float(year)])
    sheet.append(["к концу предыдущего месяца"])
    months = [
        "январь",
        "февраль",
        "март",
        "апрель",
        "май",
        "июнь",
        "июль",
        "август",
        "сентябрь",
        "октябрь",
        "ноябрь",
        "декабрь",
    ]
    for number, month in enumerate(months):
        sheet.append([month, 100.5, 100.4, 100.3 if number < 3 else None])
    sheet.append(["к декабрю предыдущего года"])
    sheet.append(["декабрь", 106.17, 104.91, december])
    sheet.append([note])
    out = io.BytesIO()
    book.save(out)
    return payload(out.getvalue(), "ipc_mes_03-2030.xlsx")


NOTE = "  2)март 2030 г. в % к декабрю 2029 г."
SINCE = "price_index:RUS._._.CPI.index.ytd.DECEMBER_LAST_YEAR_100._.index.M.N"


def test_a_footnote_glued_to_a_number_is_told_from_it() -> None:
    reading = read(rosstat("100,902)", NOTE))
    assert one(reading, SINCE, date(2030, 3, 31)) == 100.9
    assert one(reading, SINCE, date(2029, 12, 31)) == 104.91
    assert vintages(reading) == {date(2030, 4, 10)}


@pytest.mark.parametrize(
    ("cell", "note"),
    [("100,903)", NOTE), ("100,90", NOTE), ("100,902)", "2)март 2029 г. в % к декабрю 2028 г."), ("100,9012)", NOTE)],
)
def test_a_number_whose_footnote_is_not_certain_is_set_aside(cell: str, note: str) -> None:
    reading = read(rosstat(cell, note))
    assert [row.code for row in reading.set_aside] == ["unclear_number"]
    assert (SINCE, date(2030, 3, 31)) not in values(reading) and (SINCE, date(2029, 12, 31)) in values(reading)


def budget(*lines: str) -> str:
    return (
        '\ufeffГод,Месяц,"Доходы, всего","Расходы, всего",Дефицит (-)/Профицит (+),Привлечение,Код разреза,Код признака\n'
        + "\n".join(lines)
    )


def test_the_budget_in_other_units_or_contradicting_itself() -> None:
    reading = read(payload(budget("2030,январь,10.0,12.5,-2.5,,OKEI,386", "2030,февраль,20.0,25.0,-2.0,1.0,OKEI,386")))
    assert {row.code for row in reading.set_aside} == {"sum_mismatch"}
    assert set(reading.observations["period_end"]) == {date(2030, 1, 31)} and set(reading.observations["basis"]) == {
        "ytd"
    }
    assert refused(payload(budget("2030,январь,10.0,12.5,-2.5,,OKEI,385"))).code == "unknown_unit"


# Estimates, forecasts, events


def test_an_answer_of_portwatch_that_is_cut() -> None:
    said = {
        "fields": [{"name": name} for name in ("ISO3", "trade_value", "trade_volume")],
        "features": [{"attributes": {"ISO3": "CHN", "region": "China", "date": "2030-01-01", "trade_value": 101.5}}],
    }
    assert read(payload(as_json(said))).observations.select("ref_area", "obs_status").rows() == [("CHN", "E")]
    assert refused(payload(as_json(said | {"exceededTransferLimit": True}))).code == "cut"


def weekly(**changes: str) -> str:
    row = {
        "title": "USD-Denominated Trade Balance",
        "country": "CNY",
        "date": "2030-07-11T22:15:00-04:00",
        "impact": "Low",
        "forecast": "88.5B",
        "previous": "90.1B",
    }
    return as_json([row | changes])


def test_the_moment_of_a_copy_is_told_or_it_is_the_first_sight() -> None:
    for told in ({"recorded": "2030-07-11T22:00-04:00"}, {"published": "2030-07-11"}):
        row = read(payload(weekly(), **told)).records["consensus_forecast"].to_dicts()[0]
        assert (row["period"], row["covers"], row["release_date"], row["unit"]) == (
            "2030-06",
            "month",
            "2030-07-12",
            "USD",
        )
    seen = read(payload(weekly())).records["consensus_forecast"].to_dicts()[0]
    assert seen["forecast_seen_at"] == "2026-11-28T08:00Z"
    assert refused(Payload(weekly().encode())).code == "option_needed"
    assert refused(payload(weekly(), recorded="2030-07-11T22:00")).code == "no_zone"
    assert refused(payload(weekly(), recorded="2030-07-12T02:15Z")).code == "no_forecasts", (
        "the moment of the release itself"
    )


def test_periods_of_trade_follow_the_calendar() -> None:
    march = read(payload(weekly(date="2030-03-06T22:00:00-05:00"))).records["consensus_forecast"].to_dicts()[0]
    assert (march["period"], march["covers"]) == ("2030-02", "ytd")
    assert refused(payload(weekly(date="2030-02-06T22:00:00-05:00"))).code == "no_forecasts"
    prices = read(payload(weekly(title="CPI y/y", forecast="1.2%", date="2030-02-08T20:30:00-05:00")))
    assert prices.records["consensus_forecast"]["period"].to_list() == ["2030-01"]


def test_units_are_read_by_declared_rules() -> None:
    assert "'88.5M'" in refused(payload(weekly(forecast="88.5M"))).got, "million or billion of a balance"
    page = (
        "## 12 July 2030 - All News\n\n| Time (GMT) | Currency | Importance | Event | Actual | Forecast | Previous |\n"
        "|------|------|------|------|------|------|------|\n| 04:00 | CNY | Low | Exports (Jun) |  | 5.70M | -0.80M |\n"
        "| 04:00 | CNY | Low | Imports (YoY) (May) |  | 3.1% | 1% |\n| 05:00 | USD | Low | PPI (YoY) (Jun) |  | 3.1% | 1% |\n"
    )
    reading = read(payload(page))
    row = reading.records["consensus_forecast"].to_dicts()
    assert [(r["indicator"], r["currency"], r["forecast"], r["unit"]) for r in row] == [
        ("exports_yoy", "CNY", "5.70", "percent")
    ]
    assert [r.code for r in reading.set_aside] == ["unclear_period"], "a release of July is of June"
    assert refused(payload(page.replace("GMT", "local"))).code == "no_zone"


def test_a_table_without_a_zone_is_refused_and_read_with_one() -> None:
    table = (
        "year,day,time,impact,cur,text,actual,forecast,previous\n2030,Jul 11,10:15pm,low,CNY,Trade Balance,,600B,580B\n"
        "2030,Jul 12,All Day,holiday,CNY,CPI y/y,,1.0%,1.1%\n"
    )
    assert refused(payload(table)).code == "option_needed"
    assert refused(payload(table, zone="Mars/Olympus")).code == "unknown_zone"
    reading = read(payload(table, zone="America/New_York"))
    assert reading.records["consensus_forecast"]["release_date"].to_list() == ["2030-07-12"]
    assert [row.code for row in reading.set_aside] == ["no_time"]


def test_two_houses_of_one_calendar_are_two_surveyors() -> None:
    row = {
        "CalendarId": "1",
        "Date": "2030-07-12T03:00:00",
        "Country": "China",
        "Event": "Balance of Trade",
        "Reference": "Jun",
        "Actual": "",
        "Previous": "$90.1B",
        "Forecast": "$88.5B",
        "TEForecast": "$ 87.0B",
    }
    table = read(payload(as_json([row]))).records["consensus_forecast"]
    assert [(float(r["forecast"]), r["surveyor"]) for r in table.to_dicts()] == [
        (88.5e9, "Trading Economics consensus"),
        (87e9, "Trading Economics"),
    ]


CSV = "indicator,currency,period,covers,surveyor,forecast,unit,forecast_seen_at,release_at\n"


def test_a_plain_csv_of_forecasts() -> None:
    good = "trade_balance,USD,2030-06,month,My Survey,88.5,USD billion,2030-07-10T08:00+08:00,2030-07-12T11:00+08:00\n"
    late = "exports_yoy,USD,2030-06,month,My Survey,3.1,percent,2030-07-12T11:00+08:00,2030-07-12T11:00+08:00\n"
    order = "exports_yoy,USD,2030-06,month,Other,3.1,percent,10/7/2030,12/7/2030\n"
    reading = read(payload(CSV + good + late + order))
    assert [float(value) for value in reading.records["consensus_forecast"]["forecast"]] == [88.5e9]
    assert [row.code for row in reading.set_aside] == ["after_release", "bad_period"]
    assert (
        refused(payload(CSV.replace("release_at", "release_at,secret") + good.replace("\n", ",x\n"))).code
        == "leftover_column"
    )


@pytest.mark.parametrize(
    ("dates", "code"),
    [
        (("5/6/2030", "7/8/2030"), "day_order"),
        (("15/6/2030", "6/15/2030"), "day_order"),
        (("15/6/2030", "7/8/2030"), "no_forecasts"),
    ],
)
def test_days_and_months_are_told_apart_or_refused(dates: tuple[str, str], code: str) -> None:
    rows = "".join(f"{day},Exports YoY (Jun),GACC,High\n" for day in dates)
    assert refused(payload("Date,Event,Organisation,Priority\n" + rows)).code == code
    assert refused(payload("Date,Event,Organisation,Priority\n" + rows, day_order="dmy")).code == "no_forecasts"


def test_interventions_get_their_zeros_back_and_need_the_day_of_the_export() -> None:
    head = (
        "Intervention ID,Announcement Date,Title,Implementing Jurisdiction,GTA Evaluation,GTA Intervention Type,"
        "Affected Jurisdiction,Affected HS Codes\n"
    )
    rows = (
        "1.0,2030-03-05,A ban,China,Red,Export ban,Japan; United States of America; ,10121; 850110; \n"
        "2,2030-03-05,A ban,China,Red,Export ban,Atlantis,850110\n3,2030-03-05,A ban,China,Blue,Export ban,Japan,850110\n"
    )
    end = "Downloaded: 02 July 2030,,,,,,,\n"
    reading = read(payload(head + rows + end))
    events = reading.records["policy_event"].to_dicts()
    assert (events[0]["products"], events[0]["affected"], events[0]["seen_on"]) == (
        "010121; 850110",
        "JPN; USA",
        "2030-07-02",
    )
    assert events[1]["affected"] is None and len(events) == 2
    assert [row.code for row in reading.set_aside] == ["unknown_partner", "unknown_code"]
    assert refused(payload(head + rows)).code == "truncated"


def test_policy_events_as_people_keep_them() -> None:
    text = "date,title,kind,jurisdiction,products,until\n2030-07-12,A duty,tariff,USA,850110; 0101,2031-07-12\n12/7/2030,B,tariff,,,\n"
    reading = read(payload(text))
    assert reading.records["policy_event"].select("title", "until", "products").rows() == [
        ("A duty", "2031-07-12", "850110; 0101")
    ]
    assert [row.code for row in reading.set_aside] == ["bad_period"]


def test_areas_of_services() -> None:
    assert [iso.area(code) for code in ("CN", "EL", "XM", "EU27_2020", "QQ")] == ["CHN", "GRC", "EURO_AREA", "EU", None]
    frame = pl.DataFrame({"end": [month_end(2030, 2)]})
    assert frame["end"][0] == date(2030, 2, 28)
