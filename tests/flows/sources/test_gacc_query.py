"""GACC's online query: what the settings name is asked for month by month, and in parts where a download may be cut."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from flows.archive import Archive, Quarantine, Snapshot
from flows.http.transfer import Limits
from flows.settings import Settings
from flows.sources import SourceReport, visit
from tests.replica import Replica, faults
from tests.replica.gacc_query import DOWNLOAD, OnlineQuery
from transforms.customs import online_query
from transforms.model import Payload

QUICK = Limits(backoff=0.01)  # time-outs as in earnest: a busy machine is no slow server
SOYBEANS = {"flow": "import", "commodities": ["12019019"], "currency": "CNY"}
PARTNERS = [("502", "美国"), ("410", "巴西"), ("402", "阿根廷"), ("116", "日本"), ("304", "德国")]


class World:
    def __init__(self, site: Replica, home: Path) -> None:
        self.site, self.home, self.query = site, home, OnlineQuery(site, cap=online_query.CAP)
        for month in ("202401", "202402", "202403"):
            self.query.rows += [(month, "import", code, name, "12019019", 100) for code, name in PARTNERS]

    def visit(self, *queries: dict[str, Any], now: str = "2024-04-21T03:00:00Z", **span: str) -> SourceReport:
        settings = Settings(home=self.home, now=datetime.fromisoformat(now), gacc_query_url=self.site.url,
                            queries=queries)  # type: ignore[arg-type]  # fmt: skip
        self.site.log.clear()
        self.query.forms.clear()
        return visit("gacc_query", settings, Archive(settings.archive), limits=QUICK, **span)

    def held(self) -> list[Snapshot]:
        return sorted(Archive(self.home / "archive").snapshots(), key=lambda s: (s.period, s.url))

    def partners(self) -> list[str]:
        """The partner of every archived row."""
        payloads = (Payload(s.read(), "x.csv", options=s.sidecar["options"]) for s in self.held())
        return sorted(p for one in payloads for p in online_query.read(one).records["customs_microdata"]["partner"])


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with Replica() as site:
        yield World(site, tmp_path)


def test_without_queries_nothing_is_asked(world: World) -> None:
    report = world.visit()
    assert (report.state, report.requests, report.new) == ("reachable", 0, [])


def test_the_newest_two_months_are_asked_for_and_archived_with_their_flow(world: World) -> None:
    report = world.visit(SOYBEANS)
    assert (report.state, report.requests, len(report.new)) == ("reachable", 2, 2)
    assert [s.period for s in world.held()] == ["2024-02", "2024-03"]
    assert {s.product for s in world.held()} == {"gacc.online_query"}
    assert all(s.sidecar["options"] == {"flow": "import"} for s in world.held())
    (first, _) = world.query.forms
    wanted = {"iEType": "1", "currencyType": "rmb", "year": "2024", "startMonth": "2", "endMonth": "2", "codeLength": "8",
              "outerField1": "CODE_TS", "outerValue1": "12019019", "outerField2": "ORIGIN_COUNTRY"}  # fmt: skip
    assert wanted.items() <= first.items()
    assert {"monthFlag": "1", "selectTableState": "3", "currentStartTime": "202408"}.items() <= first.items()


def test_exports_in_dollars_by_regime_and_region_of_another_year(world: World) -> None:
    world.query.rows = [("202303", "export", "502", "美国", "12019019", 1)]
    query = {"flow": "export", "currency": "USD", "by": ["partner", "regime", "region"]}
    world.visit(query, since="2023-03", until="2023-03")
    (form,) = world.query.forms
    wanted = {"iEType": "0", "currencyType": "usd", "outerField1": "CODE_TS", "outerField2": "ORIGIN_COUNTRY",
              "outerField3": "TRADE_MODE", "outerField4": "TRADE_CO_PORT", "selectTableState": "2"}  # fmt: skip
    assert wanted.items() <= form.items()


def test_a_month_is_not_due_before_its_day(world: World) -> None:
    world.visit(SOYBEANS, now="2024-04-19T03:00:00Z")
    assert [s.period for s in world.held()] == ["2024-01", "2024-02"]


def test_a_download_just_looked_at_is_not_asked_for_again_and_a_restated_one_is_a_snapshot_of_its_own(
    world: World,
) -> None:
    world.visit(SOYBEANS)
    assert world.visit(SOYBEANS, now="2024-04-21T04:00:00Z").requests == 0
    world.query.rows = [(m, f, c, n, hs, 101) for m, f, c, n, hs, _ in world.query.rows]
    later = world.visit(SOYBEANS, now="2024-04-22T04:00:00Z")
    assert (later.requests, len(later.new), len(world.held())) == (2, 2, 4)


def test_backfill_asks_for_the_months_it_is_given(world: World) -> None:
    world.visit(SOYBEANS, since="2024-01", until="2024-02")
    assert [s.period for s in world.held()] == ["2024-01", "2024-02"]


def test_partners_are_asked_for_by_their_customs_codes(world: World) -> None:
    world.visit(SOYBEANS | {"partners": ["USA", "BRA"]}, since="2024-03", until="2024-03")
    assert world.query.forms[0]["outerValue2"] == "502,410"
    assert world.partners() == ["BRA", "USA"]


def test_a_download_of_exactly_the_cap_is_fetched_in_parts_until_none_is_cut(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a cap of two rows: five partners come in parts that hold fewer, and every row once."""
    monkeypatch.setattr(online_query, "CAP", 2)
    world.query.cap = 2
    world.visit(SOYBEANS, since="2024-03", until="2024-03")
    assert world.partners() == ["ARG", "BRA", "DEU", "JPN", "USA"]
    assert len(world.held()) > 2


def test_a_month_without_rows_is_a_note(world: World) -> None:
    world.query.rows.clear()
    report = world.visit(SOYBEANS, since="2024-03", until="2024-03")
    assert (world.held(), report.refused) == ([], [])
    assert report.notes == ["Online query, imports of 12019019, 2024-03: no rows"]


@pytest.mark.parametrize(
    "fault",
    [
        faults.script_challenge(),
        faults.status(400),
        faults.status(200, b"<html><body>login</body></html>"),
    ],
)
def test_a_shield_or_a_page_in_place_of_the_file_is_blocked_with_advice(world: World, fault: faults.Fault) -> None:
    world.site.fault(DOWNLOAD, fault)
    report = world.visit(SOYBEANS)
    assert (report.state, world.held()) == ("blocked", [])
    assert report.reason and report.requests == 1


def test_another_month_than_asked_for_is_refused(world: World) -> None:
    world.query.rows = [("202403", "import", "502", "美国", "12019019", 1)]
    fixed = world.site.forms[DOWNLOAD]
    world.site.answer_form(DOWNLOAD, lambda body: fixed(body.replace(b"Month=1", b"Month=3")))
    report = world.visit(SOYBEANS, since="2024-01", until="2024-01")
    assert [reason["code"] for reason in report.refused] == ["other_period"]
    assert world.held() == [] and len(list(Quarantine(world.home / "quarantine").items())) == 1


@pytest.mark.parametrize(("year", "state"), [(2019, "2"), (2023, "2"), (2024, "3"), (2025, "1"), (2026, "1")])
def test_the_form_names_the_table_of_its_year(world: World, year: int, state: str) -> None:
    """As public clients send it in 2026."""
    world.visit(SOYBEANS, now="2026-11-21T03:00:00Z", since=f"{year}-05", until=f"{year}-05")
    assert [form["selectTableState"] for form in world.query.forms] == [state]
