"""The services of the context on a replica: asked politely, taken once, walls told as what they are."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from flows.archive import Archive, Quarantine
from flows.http.transfer import Limits
from flows.run import extract, freshness
from flows.run.editions import claims
from flows.run.reading import read_snapshot
from flows.settings import Settings
from flows.sources import SourceReport, sources, visit
from tests.replica import Page, Replica, faults
from tests.replica.addresses import everywhere
from tests.replica.context import JSON, Services
from tests.replica.vietnam import Row
from tests.replica.vietnam import table as of_vietnam

QUICK = Limits(backoff=0.01)
NOW = datetime(2030, 4, 19, 12, tzinfo=UTC)
CONTEXT = (
    "alfred",
    "bis",
    "cbr_external",
    "census",
    "cfets",
    "comext",
    "comtrade",
    "ecb",
    "japan_customs",
    "minfin",
    "nbs",
    "nbs_press",
    "portwatch",
    "rosstat",
    "vietnam_customs",
)
HELD = {"alfred": 1, "bis": 4, "census": 1, "cfets": 1, "comext": 8, "comtrade": 3, "ecb": 2, "japan_customs": 1, "minfin": 1,
        "portwatch": 2, "rosstat": 1, "cbr_external": 3, "nbs": 5, "nbs_press": 2, "vietnam_customs": 2}  # fmt: skip
"""Answers of the replica with figures, by source, when they are asked on NOW."""


@pytest.fixture
def services() -> Iterator[Services]:
    with Replica() as site:
        yield Services(site)


def ask(services: Services, home: Path, source: str, *, days: float = 0, **span: str) -> SourceReport:
    settings = Settings(home=home, now=NOW + timedelta(days=days), **everywhere(services.site.url))
    return visit(source, settings, Archive(settings.archive), limits=QUICK, **span)


def test_all_services_are_sources_of_one_daily_deployment() -> None:
    for name in CONTEXT:
        source = sources()[name]
        assert [schedule.deployment for schedule in source.schedules] == ["context-daily"]
        assert source.terms and (source.url.startswith("https://") or source.site_of)


@pytest.mark.parametrize("source", [name for name in CONTEXT if name not in ("comtrade", "portwatch")])
@pytest.mark.parametrize("change", [date(2026, 3, 8), date(2026, 3, 29), date(2026, 10, 25), date(2026, 11, 1)])
def test_every_working_day_has_one_run_when_clocks_change(source: str, change: date) -> None:
    """In New York and in Europe clocks change on these Sundays; in Tokyo, Beijing and Moscow never."""
    from prefect.server.schemas.schedules import CronSchedule  # seconds: not in each worker that collects this

    zone = ZoneInfo(sources()[source].timezone)
    start = datetime(change.year, change.month, change.day, tzinfo=zone) - timedelta(days=6)
    (schedule,) = sources()[source].schedules
    runs = [
        moment.astimezone(zone)
        for cron in schedule.cron
        for moment in asyncio.run(
            CronSchedule(cron=cron, timezone=str(zone)).get_dates(100, start, start + timedelta(days=13))
        )
    ]
    days = {run.date() for run in runs}
    assert len(runs) == len(days) == (13 if source.startswith("nbs") else 10), "the bureau publishes on any day"
    assert len({(run.hour, run.minute) for run in runs}) == 1, "the same time of day before and after the change"


@pytest.mark.parametrize("source", CONTEXT)
def test_crawled_from_nothing_and_again_nothing_is_new(services: Services, tmp_path: Path, source: str) -> None:
    first = ask(services, tmp_path, source)
    assert (first.state, first.refused) == ("reachable", [])
    assert len(first.new) == HELD[source], first.notes
    for snapshot in first.new:
        read = read_snapshot(snapshot)
        assert read.reading is not None, read.refusal
        assert read.reading.release.period == snapshot.period
    again = ask(services, tmp_path, source, days=1)
    assert (again.state, again.new, again.refused) == ("reachable", [], [])


def test_only_new_vintages_of_alfred_are_asked_for(services: Services, tmp_path: Path) -> None:
    assert [s.sidecar["vintage"] for s in ask(services, tmp_path, "alfred").new] == ["2030-04-18"]
    services.vintages["RBCNBIS"]["2030-05-18"] = 92.75
    asked = len(services.site.asked("/graph/alfredgraph.csv"))
    assert [s.sidecar["vintage"] for s in ask(services, tmp_path, "alfred", days=30).new] == ["2030-05-18"]
    assert len(services.site.asked("/graph/alfredgraph.csv")) == asked + 1
    old = ask(services, tmp_path, "alfred", days=30, since="2030-03", until="2030-03")
    assert [s.sidecar["vintage"] for s in old.new] == ["2030-03-18"]
    reads = [read_snapshot(snapshot) for snapshot in Archive(tmp_path / "archive").snapshots()]
    february = {str(row[0]): row[1] for frame in claims(reads) for row in frame.filter(
        period_end=datetime(2030, 2, 28).date()).select("vintage_date", "value").iter_rows()}  # fmt: skip
    assert february == {"2030-03-18": 91.5, "2030-04-18": 92.0, "2030-05-18": 92.75}


def test_another_vintage_than_the_one_asked_for_is_kept_out(services: Services, tmp_path: Path) -> None:
    services.site.answer(
        "/graph/alfredgraph.csv", lambda _: Page(b"observation_date,RBCNBIS_20300301\n2030-01-01,9\n", "text/csv")
    )
    report = ask(services, tmp_path, "alfred")
    assert (report.new, [reason["code"] for reason in report.refused]) == ([], ["wrong_vintage"])


def test_an_overwritten_workbook_is_a_new_state(services: Services, tmp_path: Path) -> None:
    ask(services, tmp_path, "census")
    services.imports = 44.75
    later = ask(services, tmp_path, "census", days=40)
    assert len(later.new) == 1
    unchanged = ask(services, tmp_path, "census", days=41)
    assert unchanged.new == []
    assert services.site.asked("/foreign-trade/balance/country.xlsx")[-1].conditional


def test_what_was_just_asked_is_not_asked_again(services: Services, tmp_path: Path) -> None:
    ask(services, tmp_path, "bis")
    asked = len(services.site.log)
    assert ask(services, tmp_path, "bis", days=0.05).new == []
    assert len(services.site.log) == asked


def test_other_bytes_with_the_same_figures_are_nothing_new(services: Services, tmp_path: Path) -> None:
    ask(services, tmp_path, "comext")
    assert ask(services, tmp_path, "comext", days=2).new == []
    assert len({request.path for request in services.site.log}) == 8


def test_a_wall_that_asks_for_a_key_is_a_state_of_its_own(services: Services, tmp_path: Path) -> None:
    page = b"<html><head><title>Missing Key</title></head><body>A valid <em>key</em> must be included</body></html>"
    services.site.answer("/foreign-trade/balance/country.xlsx", lambda _: Page(page))
    report = ask(services, tmp_path, "census")
    assert report.state == "keyed" and report.new == []
    assert [item["code"] for item in Quarantine(tmp_path / "quarantine").items()] == ["keyed"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("wall", "state"),
    [
        (faults.script_challenge(), "blocked"),
        (faults.status(404), "unreachable"),
        (faults.status(403), "blocked"),
        (None, "keyed"),
    ],
)
def test_a_wall_that_appears_overnight_is_shown_within_a_day(
    services: Services, tmp_path: Path, wall: faults.Fault | None, state: str
) -> None:
    def status(days: int) -> dict[str, object]:
        settings = Settings(home=tmp_path, now=NOW + timedelta(days=days), **everywhere(services.site.url))
        extract.remember(settings, [ask(services, tmp_path, "census", days=days)])
        return next(row for row in freshness.current(settings) if row["product"] == "census.census_balance")

    assert status(0)["answer"] == "asked 2030-04-19: reachable"
    path = "/foreign-trade/balance/country.xlsx"
    if wall:
        services.site.fault(path, wall)
    else:
        services.site.answer(
            path, lambda _: Page(b"<html><head><title>Missing Key</title></head><body>x</body></html>")
        )
    row = status(1)
    assert row["state"] == state and str(row["answer"]).startswith(f"asked 2030-04-20: {state}")
    kept = extract.remembered(Settings(home=tmp_path))["census"]["reason"]
    assert len(str(kept)) > 40, "what came, and what to do"
    services.site.heal()
    services.site.answer(path, lambda _: Page(services._census()))
    assert str(status(2)["answer"]) == "asked 2030-04-21: reachable"


def test_a_page_in_place_of_data_and_a_moved_site(services: Services, tmp_path: Path) -> None:
    services.site.fault("/service/data/EXR/*", faults.status(404))
    moved = ask(services, tmp_path, "ecb")
    assert moved.state == "unreachable" and "all 2 addresses" in moved.reason
    services.site.heal()
    services.site.put("/service/data/EXR/M.CNY.EUR.SP00.A", '{"errors": []}', JSON)
    partly = ask(services, tmp_path, "ecb", days=1)
    assert partly.state == "reachable" and [reason["code"] for reason in partly.refused] == ["service_error"]
    assert len(partly.new) == 1, "the other currency is taken"


def test_releases_that_are_not_out_yet_are_no_failure(services: Services, tmp_path: Path) -> None:
    report = ask(services, tmp_path, "japan_customs")
    assert (report.state, len(report.new), report.notes) == ("reachable", 1, [])
    assert ask(services, tmp_path, "cfets", days=3).new[0].period == "2030-03-19"


def test_tables_of_vietnam_are_looked_for_in_the_folders_of_the_last_days(services: Services, tmp_path: Path) -> None:
    """All days of the months after on the first visit, then five, and none once a table is held."""
    first = ask(services, tmp_path, "vietnam_customs")
    assert {s.url.rpartition("TONG_CUC")[2] for s in first.new} == {
        "/2030/4/9/2030-t3-5x(vn-sb).pdf",
        "/2030/4/10/2030-t3-5n(vn-sb).pdf",
    }
    later = ask(services, tmp_path, "vietnam_customs", days=20)
    assert (later.state, later.new, later.requests) == ("reachable", [], 2 * 6), "April, in the folders of 4 to 9 May"
    assert ask(services, tmp_path, "vietnam_customs", days=20.1).requests == 0, "asked just before"
    late = "/CustomsCMS/TONG_CUC/2030/5/19/2030-t4-5n(vn-sb).pdf"
    china: list[Row] = [("TRUNG QUỐC", "", (None, 5, None, 9)), ("Hàng hóa khác", "USD", (None, 5, None, 9))]
    services.site.put(late, of_vietnam("import", 2030, 4, china), "application/pdf")
    assert ask(services, tmp_path, "vietnam_customs", days=29).new == [], "not yet"
    (april,) = ask(services, tmp_path, "vietnam_customs", days=31).new
    assert (read_snapshot(april).reading or pytest.fail()).observations["vintage_date"].unique().to_list() == [
        date(2030, 5, 19)
    ]
    old = "/CustomsCMS/TONG_CUC/2022/9/7/2022-T08T-5N(VN-SB).pdf"
    services.site.put(old, of_vietnam("import", 2022, 8, china), "application/pdf")
    assert len(ask(services, tmp_path, "vietnam_customs", days=31, since="2022-08", until="2022-08").new) == 1


def test_indicators_of_the_nbs_are_found_by_name_whatever_their_ids_are(services: Services, tmp_path: Path) -> None:
    first = ask(services, tmp_path, "nbs")
    prices = "居民消费价格指数(上年同月=100)"
    assert [s.sidecar["title"] for s in first.new] == [
        prices,
        prices,
        "工业生产者出厂价格指数(上年同月=100)",
        "社会消费品零售总额当期值",
        "社会消费品零售总额同比增长",
    ], "the base of 2026 has months of last year, the base of 2030 this year's"
    asked = len(services.site.log)
    services.base_year = "cpi-2031"
    assert [s.sidecar["title"] for s in ask(services, tmp_path, "nbs", days=1).new] == [prices]
    assert "cpi-2031" in {json.loads(request.body)["cid"] for request in services.site.log[asked:] if request.body}
    backfill = ask(services, tmp_path, "nbs", days=1, since="2028-01", until="2028-02")
    assert {json.loads(r.body)["cid"] for r in services.site.log if r.body} >= {"cpi-old"}
    assert backfill.state == "reachable"


def test_a_failure_of_the_nbs_that_comes_with_200_is_a_state(services: Services, tmp_path: Path) -> None:
    services.success = False
    report = ask(services, tmp_path, "nbs")
    assert (report.state, report.new) == ("blocked", []) and "service_error" in report.reason


def test_the_other_way_of_the_nbs_is_asked_where_the_first_is_gone(services: Services, tmp_path: Path) -> None:
    path = "/dg/website/publicrelease/web/external/getEsDataByIndicatorIdAndDa"
    services.site.fault("/dg/website/publicrelease/web/external/stream/esData", faults.status(404))

    def other_way(body: bytes) -> Page:
        level = 100 + len(services.site.log)  # each indicator has figures of its own
        rows = [{"dt": "203001MM", "v": level, "du_name": "亿元"}, {"dt": "203002MM", "v": None}]
        return Page(json.dumps({"data": rows, "success": True, "state": 20000}).encode(), JSON)

    services.site.forms[path] = other_way
    report = ask(services, tmp_path, "nbs")
    assert report.state == "reachable" and report.notes
    found = {str(row[0]) for s in report.new for row in (read_snapshot(s).reading or pytest.fail()).observations.select(
        "product_code").iter_rows()}  # fmt: skip
    assert found == {"CPI", "PPI", "RETAIL_SALES"}


KEY = "not/a-secret"
IMPORTS = [
    ["CTY_CODE", "CTY_NAME", "CON_VAL_MO", "CAL_DUT_MO", "SUMMARY_LVL", "time"],
    ["5700", "CHINA", "18000", "2500", "DET", "2030-02"],
]


def test_a_keyed_service_is_asked_only_with_a_key_that_is_kept_nowhere(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    path = "/data/timeseries/intltrade/imports/hs"
    wall = (
        b"<html><head><title>Invalid Key</title></head><body><p>A valid <em>key</em> must be included</p></body></html>"
    )
    services.site.answer(path, lambda asked: Page(json.dumps(IMPORTS).encode(), JSON, validators=False)
                         if "key=not%2Fa-secret" in asked else Page(wall))  # fmt: skip
    without = ask(services, tmp_path, "census_api")
    assert (without.state, without.requests) == ("reachable", 0), "people bring its files"
    monkeypatch.setenv("PORTVAULT_CENSUS_API_KEY", "wrong")
    walled = ask(services, tmp_path, "census_api")
    assert walled.state == "keyed"
    settings = Settings(home=tmp_path, now=NOW)
    extract.remember(settings, [walled])
    told = {row["product"]: (row["state"], row["answer"]) for row in freshness.current(settings)}
    assert told["census.census_trade"][0] == "keyed" and told["census.census_balance"][0] == "not due"
    monkeypatch.setenv("PORTVAULT_CENSUS_API_KEY", KEY)
    caplog.set_level("DEBUG", "portvault")
    report = ask(services, tmp_path, "census_api", days=1)
    assert (report.state, len(report.new)) == ("reachable", 1)
    assert ask(services, tmp_path, "census_api", days=2).new == []
    services.site.fault(path, faults.status(404))
    gone = ask(services, tmp_path, "census_api", days=3)
    assert gone.state == "unreachable"
    kept = [file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()]
    told = [repr(Settings()), gone.reason, caplog.text, *map(repr, kept)]
    assert not any(secret in text for text in told for secret in (KEY, "not%2Fa-secret"))


def test_a_key_may_be_in_a_secret_block_of_prefect(monkeypatch: pytest.MonkeyPatch) -> None:
    class Secret:
        @staticmethod
        def load(name: str, _sync: bool) -> Secret:
            assert (name, _sync) == ("census-key", True)
            return Secret()

        def get(self) -> str:
            return "of-the-block"

    monkeypatch.setattr("prefect.blocks.system.Secret", Secret)
    monkeypatch.setenv("PORTVAULT_CENSUS_API_KEY", "prefect:census-key")
    assert Settings().key("census_api") == "of-the-block" and Settings().key("ecos") == ""


def test_a_wrong_key_of_ecos_is_keyed(services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTVAULT_ECOS_KEY", "wrong")
    for table in ("403Y001", "403Y002"):
        services.site.put(
            f"/api/StatisticSearch/wrong/json/kr/1/1000/{table}/M/201501/203004/*AA",
            json.dumps({"RESULT": {"CODE": "INFO-100", "MESSAGE": "인증키가 유효하지 않습니다."}}), JSON,
        )  # fmt: skip
    assert ask(services, tmp_path, "ecos").state == "keyed"


def expected(day: str, balance: str, *, actual: str = "", of: str = "Apr") -> dict[str, str]:
    """A row of Trading Economics' calendar."""
    return {"CalendarId": "1", "Date": f"{day}T03:00:00", "Country": "China", "Category": "Balance of Trade",
            "Event": "Balance of Trade", "Reference": of, "ReferenceDate": "2030-04-30T00:00:00", "Actual": actual,
            "Previous": "$90.1B", "Forecast": balance, "TEForecast": "$87.0B", "DateSpan": "0",
            "LastUpdate": "2030-04-19T00:01:00"}  # fmt: skip


def test_forecasts_of_a_keyed_calendar_are_taken_when_they_change(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A copy counts from before the release; the same forecasts a night later, or a release less, are nothing new."""
    said: list[dict[str, str]] = []
    for day in range(1, 5):
        first = NOW.date() + timedelta(days=day)  # NOW is at noon: what is to come is from the next day on
        path = f"/calendar/country/china/{first}/{first + timedelta(days=35)}"
        services.site.answer(path, lambda _: Page(json.dumps(said).encode(), JSON, validators=False))
    assert ask(services, tmp_path, "trading_economics").requests == 0, "people bring its files"
    monkeypatch.setenv("PORTVAULT_TRADING_ECONOMICS_KEY", KEY)
    early = ask(services, tmp_path, "trading_economics")
    assert (early.state, early.new, early.refused) == ("reachable", [], []), "nobody expects anything yet"
    prices = expected("2030-05-09", "") | {"Event": "Inflation Rate YoY", "Forecast": "0.4%", "TEForecast": ""}
    said[:] = [expected("2030-05-09", "$88.5B"), prices]
    (taken,) = ask(services, tmp_path, "trading_economics", days=1).new
    said.pop()
    assert ask(services, tmp_path, "trading_economics", days=2).new == []
    said[:] = [expected("2030-05-09", "$91.0B")]
    later = ask(services, tmp_path, "trading_economics", days=3)
    rows = [row for s in (taken, *later.new) for row in (read_snapshot(s).reading or pytest.fail()).records[
        "consensus_forecast"].filter(indicator="trade_balance", surveyor="Trading Economics consensus").to_dicts()]  # fmt: skip
    assert [(float(r["forecast"]), r["forecast_seen_at"][:10], r["release_date"]) for r in rows] == [
        (88.5e9, "2030-04-20", "2030-05-09"),
        (91e9, "2030-04-22", "2030-05-09"),
    ]


@pytest.mark.parametrize(("status", "state"), [(401, "keyed"), (403, "keyed"), (404, "unreachable")])
def test_a_key_that_is_refused_or_whose_plan_lacks_china_is_keyed(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: int, state: str
) -> None:
    monkeypatch.setenv("PORTVAULT_TRADING_ECONOMICS_KEY", KEY)
    services.site.fault("/calendar/country/china/2030-04-20/2030-05-25", faults.status(status))
    report = ask(services, tmp_path, "trading_economics")
    assert (report.state, report.new) == (state, [])
    assert ("PORTVAULT_TRADING_ECONOMICS_KEY" in report.reason) == (state == "keyed")


def test_recorded_answers_are_taken_by_the_sources(services: Services, tmp_path: Path, shared: Path) -> None:
    for path, name in (
        ("/service/data/EXR/M.CNY.EUR.SP00.A", "ecb/exr_M.CNY.EUR.SP00.A_jsondata.json"),
        ("/foreign-trade/balance/country.xlsx", "census/country_state-2024-06_trimmed.xlsx"),
        ("/storage/mediabank/ipc_mes_03-2030.xlsx", "russia/rosstat_ipc_mes_05-2026.xlsx"),
    ):
        services.site.put(path, (shared / "live" / name).read_bytes())
    taken = [s for source in ("ecb", "census", "rosstat") for s in ask(services, tmp_path, source).new]
    assert {s.period for s in taken} == {"2026-04", "2030-01", "2024-06", "2026-05"}
