"""A simulated year: twelve months of releases, one late, a blocked week, January with February, silent revisions,
a corrected page and a suspended series. One test a chapter, in the order of the calendar, on one home.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from flows.run import approval, due_periods, freshness
from flows.run.derived_files import write as write_outputs
from tests.flows.sources.test_context import CONTEXT
from tests.replica import faults
from tests.replica.context import Services
from tests.year.world import World, level, open_world
from warehouse import calendar

pytestmark = pytest.mark.slow
MORTGAGE = "cbr.mortgage"


@pytest.fixture(scope="module")
def world(small: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with ExitStack() as stack, pytest.MonkeyPatch.context() as clock:
        yield open_world(stack, tmp_path_factory.mktemp("year"), clock, small, outputs=False)


def on_time(world: World, day: str, period: str) -> None:
    """A release that comes on its day: nothing before, then one vintage of that day, and nobody is alerted."""
    assert world.state(day) == ("due", period)
    world.publish_totals(period)
    report = world.poll(day)
    assert (report["exit_code"], report["outcome"], len(report["new_releases"])) == (0, "published", 1), report
    assert world.state(day)[0] == "published"
    assert world.exports(period, day) is not None
    assert world.poll(day)["outcome"] == "unchanged"
    assert [line for line in world.alerts() if "total_preliminary" in line] == []


def test_first_run_then_a_release_on_the_official_day(world: World) -> None:
    world.publish_totals("2026-08"), world.publish_totals("2026-09"), world.publish_totals("2026-10")
    first = world.poll("2026-12-01")
    assert (first["exit_code"], len(first["new_releases"])) == (0, 3), first
    world.alerts()  # what the made-up site does not have is late from the first day on
    assert world.state("2026-12-07") == ("published", "2026-11")
    on_time(world, "2026-12-08", "2026-11")
    assert world.exports("2026-11", "2026-12-07") is None, "not known the day before"


def test_after_a_quarter_the_release_is_due_later(world: World) -> None:
    assert world.state("2027-01-13") == ("published", "2026-12")
    on_time(world, "2027-01-14", "2026-12")


def test_the_banks_workbook_is_overwritten_every_month_and_each_download_is_a_vintage(world: World) -> None:
    for day, last in (("2026-12-31", "2026-11"), ("2027-01-29", "2026-12")):
        world.publish_mortgages(last)
        assert world.poll(day, "cbr")["exit_code"] == 0
        assert world.state(day, MORTGAGE)[0] == "published"


def test_january_comes_with_february_and_is_not_awaited_alone(world: World) -> None:
    for day in ("2027-02-09", "2027-02-28", "2027-03-08"):
        assert world.state(day) == ("published", "2027-02"), day
    on_time(world, "2027-03-09", "2027-02")
    assert world.exports("2027-02", "2027-03-09") == round(level("export", 2027, 1) + level("export", 2027, 2), 1)
    assert world.exports("2027-01", "2027-12-31") is None, "no month is made of two"


def test_a_late_release_is_told_once_and_dated_by_the_day_it_came(world: World) -> None:
    seen = {}
    for day in ("2027-04-14", "2027-04-17", "2027-04-18", "2027-04-21"):
        assert world.poll(day)["outcome"] == "unchanged"
        seen[day] = world.state(day)[0]
    assert list(seen.values()) == ["due", "due", "late", "late"]
    (told,) = [line for line in world.alerts() if "total_preliminary" in line]
    assert told == "gacc.total_preliminary 2027-03 is late: 4 days; expected 2027-04-14 (rule)"
    world.publish_totals("2027-03")
    assert world.poll("2027-04-22")["outcome"] == "published"
    assert [line[:32] for line in world.alerts() if "total_prel" in line] == ["over: gacc.total_preliminary 202"]
    assert (world.exports("2027-03", "2027-04-21"), world.exports("2027-03", "2027-04-22")) == (
        None, level("export", 2027, 3),
    )  # fmt: skip


def test_a_blocked_week_is_a_state_with_reason_and_one_alert(world: World) -> None:
    on_time(world, "2027-05-10", "2027-04")
    world.alerts()
    world.site.fault("/stati*", faults.script_challenge())
    before = world.poll("2027-06-08")
    assert (before["outcome"], before["sources"][0]["state"]) == ("unchanged", "blocked")
    assert world.state("2027-06-08")[0] == "published", "nothing is missing yet"
    assert world.alerts() == [], "a challenge of a day is nobody's business"
    for day in ("2027-06-09", "2027-06-11", "2027-06-12", "2027-06-14"):
        world.poll(day)
        assert world.state(day)[0] == "blocked"
    row = next(row for row in freshness.current(world.at("2027-06-14")) if row["product"] == "gacc.total_preliminary")
    assert row["reason"] == "since 2027-06-08; expected 2027-06-09 (rule)"
    assert row["answer"].startswith("asked 2027-06-14: blocked")
    (told,) = world.alerts()
    assert told.startswith("gacc_en is blocked since 2027-06-08")
    world.site.heal()
    world.publish_totals("2027-05")
    assert world.poll("2027-06-15")["outcome"] == "published"
    assert [line for line in world.alerts() if "blocked" in line] == ["over: " + told]
    assert world.exports("2027-05", "2027-06-14") is None


def test_a_silent_revision_within_bounds_is_a_new_vintage(world: World) -> None:
    on_time(world, "2027-07-14", "2027-06")
    world.publish_totals("2027-06", factor=1.01)  # the same address, other bytes
    report = world.poll("2027-07-20")
    assert (report["exit_code"], report["outcome"]) == (0, "published")
    assert {row["period_end"] for row in report["revised"]} == {"2027-06-30"} or report["revised_count"] > 0
    first = level("export", 2027, 6)
    assert world.exports("2027-06", "2027-07-19") == first
    assert world.exports("2027-06", "2027-07-20") == round(first * 1.01, 1)


def test_a_page_that_contradicts_itself_waits_in_quarantine_for_its_correction(world: World) -> None:
    world.alerts()
    world.publish_totals("2027-07", unit="CNY 100 Million")  # titled in USD
    report = world.poll("2027-08-09")
    assert report["exit_code"] == 3, report
    (refusal,) = report["quarantined"]
    assert world.state("2027-08-09")[0] == "quarantined"
    assert world.exports("2027-07", "2027-12-31") is None
    assert [line for line in world.alerts() if "2027-07 is quarantined" in line or "quarantined" in line]
    world.publish_totals("2027-07")
    assert world.poll("2027-08-11")["exit_code"] in (0, 3)
    assert world.state("2027-08-11")[0] == "published"
    assert world.exports("2027-07", "2027-08-10") is None
    assert world.exports("2027-07", "2027-08-11") == level("export", 2027, 7), refusal
    assert any(line.startswith("over: ") and "quarantined" in line for line in world.alerts())


def test_a_large_revision_is_held_until_approved(world: World) -> None:
    on_time(world, "2027-09-09", "2027-08")
    first = level("export", 2027, 8)
    world.publish_totals("2027-08", factor=1.2)
    held = world.poll("2027-09-20")
    assert (held["exit_code"], held["outcome"]) == (4, "held")
    assert [line for line in world.alerts() if "held" in line]
    again = world.poll("2027-09-21")
    assert (again["exit_code"], again["outcome"]) == (4, "held"), "it survives the next poll"
    assert world.exports("2027-08", "2027-12-31") == first, "nothing is published meanwhile"
    assert approval.approve(world.at("2027-09-21"), held["run_id"]).exit_code == 0
    assert world.exports("2027-08", "2027-09-19") == first
    assert world.exports("2027-08", "2027-12-31") == round(first * 1.2, 1)
    assert world.poll("2027-09-22")["outcome"] == "unchanged"


def test_a_wrong_revision_is_rejected_and_stays_out(world: World) -> None:
    on_time(world, "2027-10-14", "2027-09")
    world.publish_totals("2027-09", factor=1.5)
    held = world.poll("2027-10-20")
    assert held["exit_code"] == 4
    assert approval.reject(world.at("2027-10-21"), held["run_id"]).exit_code == 0
    after = world.poll("2027-10-22")
    assert after["exit_code"] == 3
    assert [refusal["code"] for refusal in after["quarantined"]] == ["rejected"]
    assert not [line for line in world.alerts() if "quarantined" in line], "a person has decided"
    assert world.exports("2027-09", "2027-12-31") == level("export", 2027, 9)


def test_a_suspended_series_is_late_until_the_calendar_says_so(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The engineer who learns that a publisher stops writes it into warehouse/calendar."""
    world.publish_mortgages("2027-04")
    assert world.poll("2027-10-29", "cbr")["outcome"] == "published"
    assert world.state("2027-06-30", MORTGAGE) == ("due", "2027-05")
    world.poll("2027-11-01", "cbr")
    assert world.state("2027-11-01", MORTGAGE) == ("late", "2027-05")
    assert [line for line in world.alerts() if line.startswith(f"{MORTGAGE} 2027-05 is late")]
    pause = {"from": "2027-05", "to": "2028-12", "note": "withheld by decision of the board"}
    monkeypatch.setitem(calendar.group_of(MORTGAGE), "suspended", [pause])  # type: ignore[arg-type]
    world.poll("2027-11-02", "cbr")
    assert world.state("2027-11-02", MORTGAGE)[0] == "suspended"
    assert [line for line in world.alerts() if line.startswith(f"over: {MORTGAGE} 2027-05 is late")]


def test_the_banks_silent_revision_of_an_old_month_keeps_both_vintages(world: World) -> None:
    world.publish_mortgages("2027-04", {"2026-03": 90_500})
    assert world.poll("2027-11-08", "cbr")["exit_code"] == 0
    import duckdb

    with duckdb.connect(str(world.home / "warehouse.duckdb"), read_only=True) as con:
        told = con.execute("""SELECT r.vintage_date::VARCHAR, r.previous_value, r.value FROM revision AS r
            JOIN series AS s USING (series_id) WHERE s.measure = 'count' AND s.dataset = 'mortgage'
            AND s.currency = 'ALL' AND r.period_end = DATE '2026-03-31'""").fetchall()
    assert told == [("2027-11-08", 90_000.0, 90_500.0)]


def test_at_the_end_of_the_year_everything_is_there_once(world: World) -> None:
    on_time(world, "2027-11-09", "2027-10")
    on_time(world, "2027-12-09", "2027-11")
    settings = world.at("2027-12-10")
    found = {row["period"]: row["state"] for row in due_periods.periods(settings, "gacc.total_preliminary")}
    months = [f"2027-{month:02}" for month in range(2, 12)]
    assert {period: found[period] for period in ("2026-12", *months)} == dict.fromkeys(
        ("2026-12", *months), "published"
    )
    assert found["2027-12"] == "not due"
    written = write_outputs(settings)  # of a publication with all that the year brought
    assert {"bulletin", "catalogue", "series", "feeds", "data docs", "SDMX", "Parquet"} <= written.keys()
    assert all(Path(place).exists() for place in written.values())


def test_the_services_of_the_context_come_are_revised_and_one_has_a_wall_overnight(small: Path, tmp_path: Path) -> None:
    """All sources on one day; the next, one service says something else; then one wants a browser and the others go on."""
    with ExitStack() as stack, pytest.MonkeyPatch.context() as clock:
        world = open_world(stack, tmp_path, clock, small)
        world.publish_totals("2027-03")
        services, everyone = Services(world.site, 2027), ("gacc_en", "cbr", *CONTEXT)
        services.world, services.imports = [260_540.25, 251_300.5], 21_058.5
        first = world.poll("2027-04-23", *everyone)
        states = {row["source"]: row["state"] for row in first["sources"]}
        assert (first["exit_code"], first["outcome"]) == (0, "published"), first
        assert states == dict.fromkeys(everyone, "reachable")
        assert {release.split(".")[0] for release in first["new_releases"]} >= {
            "alfred",
            "bis",
            "census",
            "ecb",
            "comext",
        }
        assert world.poll("2027-04-24", *everyone)["outcome"] == "unchanged"
        services.imports = 21_158.5
        revised = world.poll("2027-04-26", *everyone)
        assert revised["outcome"] == "published" and revised["revised_count"] > 0
        assert all(
            "USA.CHN.import" in row["series_id"] for row in revised["revised"] if row["dataset"] == "mirror_trade"
        )
        world.alerts()
        world.site.fault("/foreign-trade/*", faults.script_challenge())
        services.vintages["RBCNBIS"]["2030-04-27"] = 92.75
        behind = world.poll("2027-04-28", *everyone)
        states = {row["source"]: row["state"] for row in behind["sources"] if row["state"] != "reachable"}
        assert (behind["exit_code"], behind["outcome"], states) == (0, "published", {"census": "blocked"})
        world.site.heal()
        assert world.poll("2027-04-29", *everyone)["outcome"] == "unchanged"
