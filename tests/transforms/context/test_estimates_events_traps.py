"""What a live reader must survive, on look-alikes of answers with other figures: Estimates, forecasts, events."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from tests.transforms.context.case import as_json, payload, read, refused
from transforms.context import iso
from transforms.model import Payload
from transforms.periods import month_end


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


@pytest.mark.parametrize(
    ("changed", "codes"),
    [
        ({"DateSpan": "1", "Date": "2030-07-12T00:00:00"}, ["after_release"] * 2),
        ({"DateSpan": "1", "Date": "2030-07-13T00:00:00"}, []),
        ({"Reference": ""}, []),
        ({"Reference": "", "ReferenceDate": "2030-05-31T00:00:00"}, ["unclear_period"] * 2),
    ],
)
def test_a_release_whose_hour_or_month_is_not_told_in_full(changed: dict[str, str], codes: list[str]) -> None:
    """Copied on 12 July at 02:00 UTC: whether a release of that day was out is known only with its hour."""
    row = {"CalendarID": "1", "Date": "2030-07-12T03:00:00", "Country": "China", "Event": "Balance of Trade",
           "Reference": "Jun", "ReferenceDate": "2030-06-30T00:00:00", "Actual": "", "Forecast": "$88.5B",
           "TEForecast": "$87.0B"}  # fmt: skip
    other = row | {"Event": "Inflation Rate YoY", "Forecast": "0.4%", "TEForecast": None}
    reading = read(payload(as_json([row | changed, other]), recorded="2030-07-12T02:00Z"))
    assert [r.code for r in reading.set_aside] == codes
    assert reading.records["consensus_forecast"].height == 3 - len(codes)


def test_a_calendar_of_as_many_rows_as_an_answer_can_have_is_cut() -> None:
    row = {"CalendarId": "1", "Date": "2030-07-12T03:00:00", "Country": "Chile", "Event": "GDP Growth Rate"}
    assert refused(payload(as_json([row] * 1000), recorded="2030-07-01T00:00Z")).code == "cut"


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
