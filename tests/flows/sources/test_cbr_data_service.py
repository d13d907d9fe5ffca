"""The Bank of Russia's data service: asked by ids that its own list names, and by names where ids mean nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import parse_qs

import polars as pl
import pytest

from flows.archive import Archive
from tests.flows.sources.cbr_world import DATA, World
from tests.replica import Page, Replica, faults
from transforms.banking import data_service, data_service_table
from transforms.model import Payload


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with Replica() as site:
        yield World(site, tmp_path)


def test_data_service_is_asked_by_looked_up_ids_for_the_country_alone(world: World) -> None:
    world.bank.serve_data(DATA)
    report = world.visit()
    asked = [parse_qs(r.path.partition("?")[2]) for r in world.site.log if "dataNew" in r.path]
    mortgage = next(q for q in asked if "46" in q["i_ids"])
    assert (mortgage["categoryId"], mortgage["m1_ids"], mortgage["m2_ids"]) == (["21"], ["22"], ["35", "36", "40"])
    assert mortgage["i_ids"] == ["44", "45", "46", "47", "48"], "lists are repeated keys"
    assert [q.get("m1_ids") for q in asked if q["i_ids"] in (["29"], ["55"])] == [None, None], "these have no area"
    archive = Archive(world.home / "archive")
    figures = set()
    for snapshot in (s for s in archive.snapshots() if s.product == "cbr.data_service"):
        assert snapshot.path.name.endswith(".data.json")
        made = data_service.read(Payload(snapshot.read())).observations
        figures |= set(made.select("dataset", "measure", "period_end", "value").rows())
    assert figures == {
        ("household_loans", "debt", date(2024, 12, 31), 34_949_464e6),
        ("mortgage", "debt", date(2024, 12, 31), 19_194_852e6), ("mortgage", "debt", date(2024, 12, 31), 19_036_273e6),
        ("mortgage", "count", date(2022, 5, 31), 36603.0), ("mortgage", "rate", date(2024, 12, 31), 8.47),
        ("sme_loans", "debt", date(2021, 8, 31), 6_179_048e6),
    }  # fmt: skip
    assert report.refused == []
    assert world.visit("2025-12-14T12:00:00Z").new == [], "the same answers again are nothing new"


def test_ids_that_moved_are_asked_for_and_read_by_name(world: World) -> None:
    """46 and 47 changed places: by number alone, overdue loans would be all loans."""
    world.bank.serve_data(DATA, moved={46: 47, 47: 46, 42: 142})
    world.visit()
    archive = Archive(world.home / "archive")
    figures = set()
    for snapshot in (s for s in archive.snapshots() if s.product == "cbr.data_service"):
        options = snapshot.sidecar.get("options") or {}
        made = data_service.read(Payload(snapshot.read(), options=options)).observations
        figures |= set(made.filter(pl.col("basis") == "stock").select("dataset", "definition", "value").rows())
    assert {("mortgage", "RESIDENTS_EXCL_ACQUIRED", 19_194_852e6), ("household_loans", "RESIDENTS_EXCL_ACQUIRED", 34_949_464e6)} <= figures  # fmt: skip
    assert not [f for f in figures if f[1].startswith("RAS_OVERDUE")]


def test_data_service_is_not_asked_by_an_id_whose_name_is_gone(world: World) -> None:
    world.bank.serve_data(DATA)
    listed = world.site.pages["/dataservice/categoryNew"]
    assert isinstance(listed, Page)
    renamed = listed.content.decode("unicode_escape").replace("Количество кредитов", "Число кредитов")
    world.site.put("/dataservice/categoryNew", renamed, "application/json")
    report = world.visit()
    assert any("no longer lists Количество кредитов" in note for note in report.notes)
    assert not [r for r in world.site.log if "i_ids=44" in r.path]


def test_data_service_that_answers_501_or_nonsense_is_a_note(world: World) -> None:
    world.bank.serve_data(DATA)
    world.site.fault("/dataservice/dataNew", faults.status(501, b"Not Implemented"))
    report = world.visit()
    assert report.state == "reachable"
    assert any("HTTP 501" in note for note in report.notes)
    world.site.put("/dataservice/categoryNew", "not json")
    assert any("not_json" in note for note in world.visit("2025-12-14T12:00:00Z").notes)


def test_tables_of_the_older_half_are_asked_by_names_alone(world: World) -> None:
    world.bank.serve_tables()
    world.visit()
    (asked,) = [parse_qs(r.path.partition("?")[2]) for r in world.site.log if r.path.startswith("/dataservice/data?")]
    assert (asked["publicationId"], asked["datasetId"], asked["measureId"]) == (["14"], ["27"], ["2"])
    archive = Archive(world.home / "archive")
    (snapshot,) = [s for s in archive.snapshots() if s.product == "cbr.data_service_table"]
    assert snapshot.sidecar["options"] == {"measure": "В рублях"}, "the answer does not name its currency"
    made = data_service_table.read(Payload(snapshot.read(), options=snapshot.sidecar["options"])).observations
    assert made.select("product_code", "currency", "period_end", "value").rows() == [
        ("HOUSEHOLD_OVER_1_YEAR", "RUB", date(2025, 8, 31), 14.15)
    ]
    assert world.visit("2025-12-14T12:00:00Z").new == []


def test_a_measure_that_has_lost_its_name_is_not_asked_for(world: World) -> None:
    world.bank.serve_tables()
    world.site.put("/dataservice/measures", json.dumps({"measure": [{"id": 2, "name": "Рубли"}]}), "application/json")
    report = world.visit()
    assert any("has 0 measures" in note for note in report.notes)
    assert not [r for r in world.site.log if r.path.startswith("/dataservice/data?")]
