"""The story of a month of 2026 with the context alive: all services on a replica, crawled from nothing, then again."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import polars as pl
import pytest

from flows.archive import Archive
from flows.http.transfer import Limits
from flows.run import engine
from flows.run.editions import claims
from flows.run.engine import Request
from flows.run.ingest import ingest_files
from flows.run.reading import read_snapshot
from flows.settings import Settings
from flows.sources import visit
from tests.conftest import SHARED, Portvault
from tests.flows.run.conftest import archive_downloads, official_files
from tests.flows.sources.test_context import CONTEXT, HELD
from tests.inside import copy_home
from tests.replica import Replica
from tests.replica.addresses import everywhere
from tests.replica.context import Services
from tests.warehouse.test_series_pages import series_data
from transforms.model import CLAIM, series_id
from warehouse import bulletin
from warehouse.files import sha256_of
from warehouse.store import resolve

NOW = datetime(2026, 4, 19, 12, tzinfo=UTC)
CALENDAR = [
    {"title": "USD-Denominated Trade Balance", "country": "CNY", "date": "2026-04-13T23:00:00-04:00", "impact": "High",
     "forecast": "101.5B", "previous": "90.9B"},
]  # fmt: skip
"""Made up, in the form of the weekly calendar: due on 14 April in Beijing, when the customs released March."""


@pytest.fixture(scope="module")
def crawled(built_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Services]]:
    """A home with files of customs and banking in its archive, where they are here; `ask` crawls into it."""
    home = copy_home(built_home, tmp_path_factory.mktemp("living") / "data")
    archive_downloads(home)
    if SHARED.is_dir():
        assert not ingest_files(Settings(home=home), official_files(SHARED))
    with Replica() as site:
        services = Services(site, 2026)
        services.world, services.imports = [260_540.25, 251_300.5], 21_058.5
        yield home, services


def ask(home: Path, services: Services, later: timedelta = timedelta()) -> dict[str, object]:
    settings = Settings(home=home, now=NOW + later, **everywhere(services.site.url))
    return engine.run(settings, Request(sources=(*CONTEXT, "inbox"))).facts()


def test_a_crawl_from_nothing_takes_what_every_service_has(crawled: tuple[Path, Services]) -> None:
    home, services = crawled
    inbox = home / "inbox"
    inbox.mkdir(exist_ok=True)
    path = inbox / "2026-04-12 calendar.json"
    path.write_text(json.dumps(CALENDAR), "utf-8")
    os.utime(path, (0, 0))  # long finished
    told = ask(home, services)
    assert told["outcome"] in ("published", "partial"), told
    states = {row["source"]: (row["state"], row["new"]) for row in told["sources"]}  # type: ignore[attr-defined]
    assert states == {name: ("reachable", HELD[name]) for name in CONTEXT if name != "cfets"} | {
        "inbox": ("reachable", 1),
        "cfets": ("reachable", 0),  # the shipped parity reaches beyond that day
    }
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as con:
        seams = dict(con.execute("SELECT series_id, state FROM ops.seam").fetchall())
        china = "mirror_trade:USA.CHN.import.TOTAL.value.month.GENERAL_IMPORTS.USD.USD.M.N"
        assert seams[china] in ("equal", "break") and len(seams) >= 5


def test_a_second_crawl_finds_nothing_new(crawled: tuple[Path, Services]) -> None:
    home, services = crawled
    told = ask(home, services, timedelta(hours=20))
    assert (told["outcome"], told["exit_code"]) == ("unchanged", 0)
    assert {row["new"] for row in told["sources"]} == {0}  # type: ignore[attr-defined]


def test_the_bulletin_of_march_2026_has_all_its_sections_and_says_how_old_its_inputs_are(
    crawled: tuple[Path, Services],
) -> None:
    home, _ = crawled
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as con:
        made = bulletin.build(con, NOW.date())
    assert made.period == date(2026, 3, 31)
    sections = {section.name: section for section in made.sections}
    assert set(sections) == {"trade", "surprises", "growth", "rerouting", "partners", "competitiveness", "banking",
                             "composite-chn", "composite-rus", "revisions", "events", "gaps"}  # fmt: skip
    for name, section in sections.items():
        assert section.sentences or section.tables or section.charts, name
    assert sections["surprises"].notes == [] and sections["surprises"].sentences, "a forecast stood before the figure"
    reach = {str(row[0]): row[1:] for row in sections["gaps"].tables[0].rows}
    assert reach["Imports as the United States count them"][:2] == ("February 2026", "two months")
    assert reach["Real effective exchange rate"][:2] == ("February 2026", "two months")
    assert reach["Imports as Vietnam counts them"][:2] == ("March 2026", "one month")
    assert reach["Real effective rate of the rouble, Bank of Russia"][:2] == ("February 2026", "two months")
    assert (reach["Price indices of Russia"][0], reach["Price indices of China"][0]) == ("March 2026", "February 2026")
    assert {row[2] for name, row in reach.items() if name.startswith(("Imports", "Real", "Price"))}.isdisjoint(
        {"no day of the next release is known"}
    )


def test_a_full_rebuild_gives_the_same_content_digest_and_the_same_outputs(
    crawled: tuple[Path, Services], portvault: Portvault
) -> None:
    """Of customs, banking, the inbox and every service of the context, built on the history alone and from nothing; all
    is written anew."""
    home, _ = crawled
    before = _published(home)
    made = outputs(home)
    for folder in ("parquet", "sdmx", "catalog"):
        shutil.rmtree(home / folder)
    done = portvault("run", "--offline", "--full", "--json", home=home, PORTVAULT_NOW="2026-04-19T12:00:00Z")
    assert done.returncode == 0, done.stdout
    after = _published(home)
    assert after[0] == before[0]
    assert after[1] != before[1]
    again = outputs(home)
    assert {name for name in made.keys() | again.keys() if made.get(name) != again.get(name)} == set()


def _published(home: Path) -> tuple[str, str]:
    """Digest and run of the publication."""
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as con:
        ((digest, run),) = con.execute("SELECT content_digest, run_id FROM publication").fetchall()
    return digest, run


def outputs(home: Path) -> dict[str, str]:
    """What tells apart what is written of the figures: the prints of Parquet, the bytes of SDMX, the list of series."""
    files = json.loads((home / "parquet/manifest.json").read_bytes())["files"]
    found = {f"{one['table']} {one['path']}": one["print"] for one in files if one["table"] not in RUNS}
    found |= {path.name: sha256_of(path) for path in (home / "sdmx").glob("*.csv")}
    found |= {f"series: {path.stem}": sha256_of(path) for path in (home / "catalog/series").glob("*.js")}
    data = series_data(home / "catalog")
    return found | {f"pages: {name}": json.dumps(data[name]) for name in ("releases", "breaks")}


RUNS = {"publication", "ops.run", "ops.check_result", "ops.sighting", "freshness", "next_release"}
"""Tables that tell of the run or its day."""


@pytest.mark.slow
def test_two_states_of_the_census_workbook_are_two_vintages(tmp_path: Path, shared: Path) -> None:
    """October 2022: 44,572 million dollars in the state of January 2023, 44,671 in that of June 2024."""
    found = []
    with Replica() as site:
        for name, day in (
            ("2023-01", datetime(2023, 3, 8, 15, tzinfo=UTC)),
            ("2024-06", datetime(2024, 8, 6, 15, tzinfo=UTC)),
        ):
            content = (shared / "live" / f"census/country_state-{name}_trimmed.xlsx").read_bytes()
            site.put("/foreign-trade/balance/country.xlsx", content)
            settings = Settings(home=tmp_path, now=day, **everywhere(site.url))
            report = visit("census", settings, Archive(settings.archive), limits=Limits(backoff=0.01))
            found += [read_snapshot(snapshot) for snapshot in report.new]
    vintages = resolve(pl.concat([frame.select(CLAIM.keys()) for frame in claims(found)])).filter(
        period_end=date(2022, 10, 31), counterpart_area="CHN", flow="import"
    )
    assert vintages.with_columns(series_id())["series_id"].n_unique() == 1
    assert [(str(day), round(value / 1e6)) for day, value in vintages.select("vintage_date", "value").iter_rows()] == [
        ("2023-03-08", 44_572), ("2024-08-06", 44_671)
    ]  # fmt: skip
    assert set(vintages["vintage_kind"]) == {"observed"}
