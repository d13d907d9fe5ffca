"""Recorded answers of the services: figures that a person can look up in them, and the seams with the shipped history."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from tests.transforms.context.case import history, one, payload, read, recorded, refused, values, vintages
from transforms.model import series_id

USA_CHINA = "mirror_trade:USA.CHN.import.TOTAL.value.month.GENERAL_IMPORTS.USD.USD.M.N"
REER = "effective_exchange_rate:CHN._._.REER_BROAD.index.index.BIS_2020_100._.index.M.N"


def test_two_states_of_the_census_workbook_are_two_figures_of_october_2022(shared: Path) -> None:
    october = date(2022, 10, 31)
    old = recorded(shared, "census/country_state-2023-01_trimmed.xlsx")
    new = recorded(shared, "census/country_state-2024-06_trimmed.xlsx")
    assert one(old, USA_CHINA, october) == pytest.approx(44_571.967e6, abs=500)
    assert one(new, USA_CHINA, october) == pytest.approx(44_671.193e6, abs=500)
    assert (old.release.period, new.release.period) == ("2023-01", "2024-06")
    assert vintages(old) == {None}, "the properties of the document are no vintage"
    assert max(end for _, end in values(new)) == date(2024, 6, 30), "months after June are printed as 0"
    assert new.set_aside == ()
    assert not new.observations.filter(pl.col("counterpart_area").is_in(["ASIA", "OECD"])).height
    assert {"WORLD", "EU", "CHN", "VNM"} <= set(new.observations["counterpart_area"])
    assert len(set(new.observations["counterpart_area"])) == 16, "groups but the world and the EU are left out"


@pytest.mark.slow
def test_census_continues_the_shipped_general_imports(shared: Path) -> None:
    shipped = history("context/us_general_imports").filter(counterpart_area="CHN")
    live = recorded(shared, "census/country_state-2024-06_trimmed.xlsx").observations.with_columns(series_id())
    both = shipped.join(live, on=["series_id", "period_end"], suffix="_live")
    assert both.height > 100
    old = both.filter(pl.col("period_end") < date(2020, 1, 1))
    gaps = (old["value"] - old["value_live"]).abs() / 1e6
    assert gaps.max() < 300, "between the two copies lies one annual revision"  # type: ignore[operator]


def test_alfred_gives_each_value_the_vintage_of_its_header(shared: Path) -> None:
    april = recorded(shared, "fred/alfredgraph_RSHPCS_vintage_2024-04-15.csv")
    later = recorded(shared, "fred/alfredgraph_RSHPCS_vintage_2024-04-23.csv")
    key = "us_economy:USA._._.RSHPCS.value.month._.USD.USD.M.SA"
    assert (vintages(april), vintages(later)) == ({date(2024, 4, 15)}, {date(2024, 4, 23)})
    assert one(later, key, date(2022, 2, 28)) - one(april, key, date(2022, 2, 28)) == 542e6
    pair = recorded(shared, "fred/alfredgraph_GDP_two_vintages_in_one_request.csv")
    assert vintages(pair) == {date(2026, 5, 28), date(2026, 6, 25)}
    march = pair.observations.filter(period_end=date(2026, 3, 31)).sort("vintage_date")
    assert march["value"].to_list() == [31_819.464e9, 31_865.721e9]


@pytest.mark.slow
def test_both_dialects_of_fred_continue_the_shipped_series(shared: Path) -> None:
    old = recorded(shared, "fred/fredgraph_RBCNBIS_2024-10-28.csv")
    shipped = history("context/effective_exchange_rate").filter(
        pl.col("series_id") == REER, pl.col("release_id").str.ends_with("#old")
    )
    assert dict(shipped.select("period_end", "value").iter_rows()) == {
        end: value for (_, end), value in values(old).items()
    }
    new = recorded(shared, "fred/fredgraph_multi_GS1M_GS1_GS10_GS30.csv")
    key = "us_economy:USA._._.GS1M.rate.rate.CONSTANT_MATURITY._.percent.M.N"
    assert (key, date(1953, 4, 30)) not in values(new), "an empty cell is no value"
    imports = recorded(shared, "fred/fredgraph_IMPCH_2019-05-10.csv")
    assert one(imports, USA_CHINA, date(2015, 10, 31)) == pytest.approx(44_309.93252e6, abs=1)


def test_a_month_that_was_never_published_is_no_value(shared: Path) -> None:
    prices = recorded(shared, "fred/alfredgraph_CUUR0000SEGB_vintage_2025-12-18.csv")
    ends = {end for _, end in values(prices)}
    assert date(2025, 10, 31) not in ends and date(2025, 11, 30) in ends


def test_a_series_that_fred_aggregated_is_not_the_monthly_one(shared: Path) -> None:
    path = shared / "live/fred/fredgraph_EXCHUS_quarterly_from_fred_download.csv"
    assert "frequency Q" in refused(payload(path.read_bytes())).got


def test_the_list_of_vintages_has_days_and_no_figures(shared: Path) -> None:
    listed = recorded(shared, "fred/alfred_downloaddata_PCENDC96_trimmed.html")
    assert listed.observations.is_empty()
    assert listed.table["published"][0] == date(1979, 11, 19)


def test_the_keyed_api_of_fred_needs_the_id_that_it_does_not_carry(shared: Path) -> None:
    name = "fred/api_observations_unrate_2024_01_02.json"
    assert refused(payload((shared / "live" / name).read_bytes())).code == "option_needed"
    rate = recorded(shared, name, series="UNRATE")
    assert one(rate, "us_economy:USA._._.UNRATE.rate.rate._._.percent.M.SA", date(2020, 1, 31)) == 3.6
    assert vintages(rate) == {None}, "the day of the request is no vintage"


@pytest.mark.parametrize(
    ("name", "key", "end", "value"),
    [
        (
            "api_v1_WS_EER_M.N.B.CN_excerpt.csv",
            "effective_exchange_rate:CHN._._.NEER_BROAD.index.index.BIS_2020_100._.index.M.N",
            date(2026, 5, 31),
            111.83,
        ),
        (
            "bis_neer_us_2023_2024.json",
            "effective_exchange_rate:USA._._.NEER_BROAD.index.index.BIS_2020_100._.index.M.N",
            date(2023, 1, 31),
            102.35,
        ),
        (
            "bulk_WS_EER_csv_flat_layout_excerpt.csv",
            "effective_exchange_rate:DNK._._.REER_BROAD.index.index.BIS_2020_100._.index.M.N",
            date(2025, 1, 31),
            101.2,
        ),
        (
            "bulk_WS_CREDIT_GAP_csv_flat_cn_excerpt.csv",
            "credit_gap:CHN._._.PRIVATE_NONFINANCIAL_ALL_LENDERS.credit_to_gdp_gap.stock.BIS._.percent.Q.N",
            date(2025, 12, 31),
            -7.6881,
        ),
        (
            "ws_credit_gap_PT_sample.json",
            "credit_gap:PRT._._.PRIVATE_NONFINANCIAL_ALL_LENDERS.credit_to_gdp_gap.stock.BIS._.percent.Q.N",
            date(2024, 6, 30),
            -38.0,
        ),
        (
            "bulk_WS_DSR_csv_flat_cn_excerpt.csv",
            "debt_service_ratio:CHN._._.PRIVATE_NONFINANCIAL.debt_service_ratio.rate.BIS._.percent.Q.N",
            date(2025, 12, 31),
            18.8,
        ),
        (
            "ws_dsr_US_sample.json",
            "debt_service_ratio:USA._._.PRIVATE_NONFINANCIAL.debt_service_ratio.rate.BIS._.percent.Q.N",
            date(2024, 6, 30),
            14.5,
        ),
        (
            "ws_cbpol_us_jp_2024m01-m03_sdmx-ml21.xml",
            "policy_rate:USA._._._.policy_rate.rate.BIS_CBPOL._.percent.M.N",
            date(2024, 3, 31),
            5.375,
        ),
        (
            "bulk_WS_CBPOL_csv_flat_ar_excerpt.csv",
            "policy_rate:ARG._._._.policy_rate.rate.BIS_CBPOL._.percent.M.N",
            date(1993, 4, 30),
            0.63,
        ),
    ],
)
def test_the_bis_is_read_in_every_form(shared: Path, name: str, key: str, end: date, value: float) -> None:
    reading = recorded(shared, f"bis/{name}")
    assert one(reading, key, end) == value
    assert vintages(reading) == {None}, "the moment of the request is no vintage"
    assert reading.set_aside == ()


def test_the_bis_of_may_2026_continues_the_shipped_nominal_rate(shared: Path) -> None:
    live = recorded(shared, "bis/api_v1_WS_EER_M.N.B.CN_excerpt.csv").observations.with_columns(series_id())
    shipped = history("context/effective_exchange_rate").filter(product_code="NEER_BROAD")
    both = shipped.join(live, on=["series_id", "period_end"], suffix="_live")
    assert both.select("value", "value_live").rows() == [(111.83, 111.83)]


def test_a_flow_of_the_bis_whose_meaning_is_not_known_is_refused(shared: Path) -> None:
    path = shared / "live/bis/api_v2_WS_DPP_GB_2024q1-q2.csv"
    assert refused(payload(path.read_bytes())).code == "unknown_dataflow"


def test_the_ecb_continues_the_shipped_average(shared: Path) -> None:
    live = recorded(shared, "ecb/exr_M.CNY.EUR.SP00.A_jsondata.json").observations.with_columns(series_id())
    shipped = history("context/exchange_rates_monthly").filter(definition="ECB_MONTHLY_AVERAGE")
    both = shipped.join(live, on=["series_id", "period_end"], suffix="_live")
    assert both.height == 7
    assert both["value"].to_list() == both["value_live"].to_list()
    old = recorded(shared, "ecb/exr_M.USD.EUR.SP00.A_2020-01-16_generic21.xml")
    new = recorded(shared, "ecb/exr_M.USD.EUR.SP00.A_2026-05_generic21.xml")
    key = "exchange_rate:EURO_AREA._._.EUR.market_rate.rate.ECB_MONTHLY_AVERAGE._.USD.M.N"
    assert one(new, key, date(2026, 5, 31)) == 1.16732 and one(old, key, date(2019, 12, 31)) == 1.111345
    daily = recorded(shared, "ecb/exr_D.USD.EUR.SP00.A_2024-06-03_07_jsondata.json")
    assert len(values(daily)) == 5


def test_comext_tells_its_vintage_to_the_day(shared: Path) -> None:
    reading = recorded(shared, "eurostat/ds-045409-eu27-us-total-2024-01-02_jsonstat.json")
    key = "mirror_trade:EU.USA.import.TOTAL.value.month.COMEXT.EUR.EUR.M.N"
    assert values(reading) == {(key, date(2024, 1, 31)): 28_417_786_122, (key, date(2024, 2, 29)): 27_944_902_670}
    assert vintages(reading) == {date(2026, 9, 15)}
    table = recorded(shared, "eurostat/ds-045409-de-us-m-2026-06-07.tsv")
    horses = "mirror_trade:DEU.USA.import.HS_010121.value.month.COMEXT.EUR.EUR.M.N"
    assert one(table, horses, date(2026, 7, 31)) == 52_403
    assert (horses, date(2026, 6, 30)) not in values(table), "a colon is no value"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("eurostat/ds-045409-extraction-too-big.json", "too_big"),
        ("eurostat/ds-045409-fault-413.xml", "too_big"),
        ("eurostat/estat_footer_413_async.xml", "too_big"),
        ("eurostat/ds-999999-data-fault-100.xml", "no_dataset"),
        ("eurostat/ds-999999-statistics-404.json", "no_dataset"),
        ("eurostat/une_rt_m_unknown_geo_empty_jsonstat_trimmed.json", "no_value"),
        ("eurostat/namq_10_gdp_2023q1-q2_jsonstat.json", "unknown_dataset"),
        ("census/api_missing_key_html_prefix_2026-06-11.html", "keyed"),
        ("census/api_missing_key_html_prefix_2026-08.html", "keyed"),
        ("census/api_invalid_key_html_prefix_2026-08.html", "keyed"),
        ("census/api_before_2010_http204_empty_body.txt", "empty"),
        ("nbs/v2_queryIndexTreeAsync_cpi_leaf.json", "no_figures"),
        ("nbs/v2_queryIndicatorsByCid_cpi.json", "no_figures"),
        ("calendar/tradingeconomics_au_cpi_yoy_2024_01_02.json", "no_forecasts"),
        ("calendar/tradingeconomics_jp_inflation_forecast_2024_01_02.json", "no_forecasts"),
        ("calendar/user_china_event_calendar_2025_dmy.csv", "no_forecasts"),
        ("calendar/forexfactory_scrape_2022_CNY_rows.csv", "option_needed"),
    ],
)
def test_what_is_no_data_is_refused_by_its_reason(shared: Path, name: str, code: str) -> None:
    path = shared / "live" / name
    assert refused(payload(path.read_bytes(), path.name)).code == code


def test_answers_of_the_census_api(shared: Path) -> None:
    chips = recorded(shared, "census/api_imports_hs_854231_2013-01_2013-06.json")
    key = "mirror_trade:USA.WORLD.import.HS_854231.value.month.GENERAL_IMPORTS.USD.USD.M.N"
    assert one(chips, key, date(2013, 6, 30)) == 1_419_086_979
    naics = recorded(shared, "census/api_imports_naics_334413_2013-01.json")
    assert [key[1] for key in values(naics)] == [date(2013, 1, 31)]


def test_japan_in_stages(shared: Path) -> None:
    ten = recorded(shared, "asia/jp_customs_press_10day_2026-08_en.xml")
    key = "mirror_trade:JPN.WORLD.{}.TOTAL.value.{}.{}.JPY.JPY.M.N"
    assert one(ten, key.format("export", "first_10_days", "FOB"), date(2026, 8, 10)) == 3_678_584e6
    assert vintages(ten) == {date(2026, 8, 28)}
    month = recorded(shared, "asia/jp_customs_press_monthly_2026-07_provisional_en_trimmed.xml")
    balance = one(month, key.format("balance", "month", "FOB_CIF"), date(2026, 7, 31))
    assert balance == -634_500e6 == (11_511_798 - 12_146_298) * 1e6
    assert set(month.observations.filter(period_end=date(2026, 7, 31))["obs_status"]) == {"P"}
    china = month.observations.filter(counterpart_area="CHN", measure="value")
    assert china["value"].to_list() == [157_063e6]
    ships = month.observations.filter(pl.col("product_code") == "LABEL_SHIPS")
    assert ships.is_empty(), "a dash and ZENGEN are no value"


def test_korea_and_comtrade(shared: Path) -> None:
    index = recorded(shared, "asia/kr_ecos_403Y001_export_value_index.json")
    key = "trade_index:KOR.WORLD.export.TOTAL.value_index.month.ECOS_2020_100._.index.M.N"
    assert one(index, key, date(2026, 6, 30)) / one(index, key, date(2025, 6, 30)) == pytest.approx(1.748, abs=5e-4)
    preview = recorded(shared, "comtrade/preview_C_A_HS_usa_jpn_2023.json")
    year = date(2023, 12, 31)
    assert (
        one(preview, "mirror_trade:USA.JPN.import.TOTAL.value.year.COMTRADE_CIF.USD.USD.A.N", year) == 151_580_564_290
    )
    assert set(preview.observations["obs_status"]) == {"E"}, "isReported is false"
    download = recorded(shared, "comtrade/comtradeplus_download_A_HS8542_thailand_head60.csv")
    world = "mirror_trade:THA.WORLD.import.HS_8542.value.year.COMTRADE_CIF.USD.USD.A.N"
    assert one(download, world, date(2014, 12, 31)) == 9_680_795_326


def test_both_sites_of_the_nbs_continue_the_shipped_index(shared: Path) -> None:
    key = "price_index:CHN._._.CPI.index.month.SAME_MONTH_LAST_YEAR_100._.index.M.N"
    old, new = (
        recorded(shared, f"nbs/{name}")
        for name in ("easyquery_cpi_yoy_A010101_2019-10-04.json", "v2_esData_cpi_202607.json")
    )
    shipped = dict(history("context/china_prices").filter(series_id=key).select("period_end", "value").iter_rows())
    found = {end: value for reading in (old, new) for (series, end), value in values(reading).items() if series == key}
    assert found[date(2026, 7, 31)] == 100.5 and found[date(2019, 8, 31)] == 102.8
    assert date(2019, 9, 30) not in found, "hasdata is false"
    assert all(shipped[end] == value for end, value in found.items())
    beijing = recorded(shared, "nbs/v2_esData_cpi_beijing_202607.json")
    assert beijing.observations["ref_area"].to_list() == ["CN-BJ"]


def test_a_press_page_of_the_nbs(shared: Path) -> None:
    page = recorded(shared, "nbs/press_page_t20260715_1964123_industrial_output_2026-06.html")
    assert vintages(page) == {date(2026, 7, 15)}
    found = values(page)
    chips = "china_activity:CHN._._.LABEL_集成电路.{}.{}.OUTPUT._.{}.M.N"
    june = date(2026, 6, 30)
    assert found[chips.format("quantity", "month", "count"), june] == 517e8
    assert found[chips.format("growth_yoy", "month", "percent"), june] == 18.8
    assert found[chips.format("quantity", "ytd", "count"), june] == 2798e8
    assert found[chips.format("growth_yoy", "ytd", "percent"), june] == 23.1


def test_central_parity_continues_the_shipped_one(shared: Path) -> None:
    live = recorded(shared, "safe_cfets/cfets_CcprHisNew_2026-01-08_2026-02-07_excerpt.json")
    both = history("context/usd_cny_central_parity").join(
        live.observations.with_columns(series_id()), on=["series_id", "period_end"], suffix="_live"
    )
    assert both.height == 2 and both["value"].to_list() == pytest.approx(both["value_live"].to_list())
    newest = recorded(shared, "safe_cfets/cfets_ccpr_latest_2026-02-06_excerpt.json")
    assert (
        one(newest, "exchange_rate:CHN._._.JPY.official_rate.rate.CENTRAL_PARITY._.CNY.D.N", date(2026, 2, 6))
        == 0.044367
    )
    assert vintages(newest) == {date(2026, 2, 6)}


def test_rosstat_with_its_footnotes_and_its_day(shared: Path) -> None:
    old, new = (recorded(shared, f"russia/rosstat_ipc_mes_{name}.xlsx") for name in ("11-2025", "05-2026"))
    assert (vintages(old), vintages(new)) == ({date(2025, 12, 10)}, {date(2026, 6, 10)})
    monthly = "price_index:RUS._._.CPI.index.month.PREVIOUS_MONTH_100._.index.M.N"
    since_december = "price_index:RUS._._.CPI.index.ytd.DECEMBER_LAST_YEAR_100._.index.M.N"
    assert one(new, since_december, date(2026, 5, 31)) == 103.29, "103,292) is 103.29 with note 2)"
    assert one(old, since_december, date(2025, 11, 30)) == 105.25
    food = "price_index:RUS._._.CPI_FOOD.index.ytd.DECEMBER_LAST_YEAR_100._.index.M.N"
    assert one(new, food, date(2026, 5, 31)) == 102.11
    shipped = dict(history("context/russia_cpi").select("period_end", "value").iter_rows())  # both blocks
    assert {end: value for (series, end), value in values(new).items() if series == monthly} == shipped
    before = {end: value for end, value in shipped.items() if end <= date(2025, 11, 30)}
    assert {end: value for (series, end), value in values(old).items() if series == monthly} == before
    assert new.set_aside == ()


def test_the_federal_budget_is_cumulative_and_half_filled_at_its_end(shared: Path) -> None:
    reading = recorded(shared, "russia/minfin_fedbud_month_trimmed.csv")
    key, june = "federal_budget:RUS._._.{}.value.ytd._.RUB.RUB.M.N", date(2026, 6, 30)
    assert one(reading, key.format("REVENUE"), june) == 18_621.8e9
    assert one(reading, key.format("BALANCE"), june) == -5_731.2e9
    assert (key.format("DOMESTIC_DEBT_RAISED"), june) not in values(reading)
    assert (key.format("DOMESTIC_DEBT_RAISED"), date(2026, 5, 31)) in values(reading)
    assert reading.set_aside == () and vintages(reading) == {None}


def test_trade_now_is_an_estimate(shared: Path) -> None:
    reading = recorded(shared, "policy/imf_portwatch_Monthly_TradeNow_USA_2024m01-m03.json")
    assert set(reading.observations["obs_status"]) == {"E"}
    key = "trade_nowcast:USA._.import.TANKER.quantity.month.IMF_TRADENOW._.kg.M.N"
    assert one(reading, key, date(2024, 1, 31)) == 21_587_496_000


def test_forecasts_of_a_copy_from_before_the_release(shared: Path) -> None:
    name = "calendar/ff_calendar_thisweek_recorded_2026-08-02.json"
    table = recorded(shared, name, recorded="2026-08-02T15:35Z").records["consensus_forecast"]
    found = {(row["indicator"], row["currency"]): row for row in table.to_dicts()}
    assert float(found["trade_balance", "USD"]["forecast"]) == 109.4e9
    assert float(found["trade_balance", "CNY"]["forecast"]) == 740e9
    assert {row["release_date"] for row in found.values() if row["currency"]} == {"2026-08-07"}, "22:03 in New York"
    assert {row["period"] for row in found.values()} == {"2026-07"}
    later = "calendar/ff_calendar_thisweek_recorded_2026-08-07T0324Z.json"
    after = recorded(shared, later, recorded="2026-08-07T03:24Z")
    assert {row.code for row in after.set_aside} == {"after_release"}
    assert set(after.records["consensus_forecast"]["indicator"]) == {"cpi_yoy", "ppi_yoy"}, "prices came two days later"


def test_a_forecast_that_was_rewritten_after_the_actual_is_none(shared: Path) -> None:
    before = recorded(shared, "calendar/calendar_day_page_2025-12-08T0032Z_before.md", recorded="2025-12-08T00:32Z")
    balance = before.records["consensus_forecast"].filter(indicator="trade_balance", currency="USD")
    assert float(balance["forecast"][0]) == 100.2e9
    changed = shared / "live/calendar/calendar_day_page_2025-12-08T0912Z_forecast_changed.md"
    for stamp in ("2025-12-08T09:12Z", "2025-12-08T00:32Z"):  # even a false stamp: the actual is there
        assert refused(payload(changed.read_bytes(), recorded=stamp)).code == "no_forecasts"


def test_interventions_have_their_zeros_and_the_day_of_the_export(shared: Path) -> None:
    reading = recorded(shared, "policy/gta_interventions_2026-07-02_trimmed.csv")
    events = reading.records["policy_event"]
    assert reading.release.period == "2026-07-02" and set(events["seen_on"]) == {"2026-07-02"}
    china = events.filter(pl.col("source").str.ends_with(" 153309"))
    assert china["products"][0] == "271012; 271019; 271020" and china["jurisdiction"][0] == "CHN"
    codes = {code for cell in events["products"].drop_nulls() for code in cell.split("; ")}
    assert {len(code) for code in codes} == {6}
    assert {row.code for row in reading.set_aside} == {"unknown_product"}, "lists that are cut are no lists"


def test_shipped_policy_events_can_be_given_by_hand(shared: Path) -> None:
    path = shared / "policy_events.csv"
    assert read(payload(path.read_bytes(), path.name)).records["policy_event"].height == 4
