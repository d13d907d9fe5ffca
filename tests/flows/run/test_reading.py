"""A fault of one reader or one source is told and harms nothing else; the cache of readings holds the present code's."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from expectations import suites
from flows import sources
from flows.archive import Archive, Quarantine
from flows.run import carrier, extract, reading, reading_cache
from flows.run.code_version import READING, code_hash
from flows.run.ingest import ingest_files
from flows.run.read import Read
from flows.settings import Settings
from tests.transforms.customs_pages import english
from tests.transforms.customs_products import by_partner_preliminary
from tests.transforms.customs_tables import by_partner_rows, total_rows

PAGES = {"partners": english(*by_partner_rows("2026-03", "CNY")), "totals": english(*total_rows("2026-03", "CNY"))}


class PanicException(BaseException):
    pass


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "data", now=datetime(2026, 4, 14, tzinfo=UTC))


def ingest(settings: Settings, folder: Path) -> list[dict[str, object]]:
    for name, content in PAGES.items():
        (folder / f"{name}.html").write_bytes(content)
    return ingest_files(settings, sorted(folder.glob("*.html")), published=datetime(2026, 4, 14).date())


def read(settings: Settings) -> dict[str, Read]:
    found = reading.read_all(Archive(settings.archive), Quarantine(settings.quarantine), settings.readings)
    return {result.snapshot.product.partition(".")[2]: result for result in found}


@pytest.mark.slow
@pytest.mark.parametrize("fault", [TypeError("no such thing"), PanicException("index out of range")])
def test_a_reader_that_fails_quarantines_its_release_alone(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture,
    fault: BaseException,
) -> None:  # fmt: skip
    assert ingest(settings, tmp_path) == []

    def broken(payload: object) -> None:
        raise fault

    monkeypatch.setattr(by_partner_preliminary, "read", broken)
    with caplog.at_level(logging.ERROR):
        found = read(settings)
    refusal = found["by_partner_preliminary"].refusal
    assert (refusal.code, str(fault) in refusal.got) == ("reader_failed", True)
    assert "Traceback" in caplog.text, "the log has the whole story"
    assert found["total_preliminary"].reading is not None
    (refused,) = ingest(settings, tmp_path)
    assert (refused["code"], refused["name"]) == ("reader_failed", "partners.html")


def test_who_interrupts_a_reader_is_obeyed() -> None:
    with pytest.raises(KeyboardInterrupt), reading.faults_as_refusals("x"):
        raise KeyboardInterrupt


def test_a_source_that_breaks_off_is_told_and_the_others_are_asked(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(visit: object) -> None:
        raise IndexError("no such row")

    declared = sources.sources()
    breaks = {"cbr": replace(declared["cbr"], discover=broken), "inbox": declared["inbox"]}
    monkeypatch.setattr(sources, "sources", lambda: breaks)
    visits = carrier.Here().visits(
        list(breaks), lambda name: extract.visit_source(name, Archive(settings.archive), settings)
    )
    told = {report.source: report for report in visits}
    assert (told["cbr"].state, "IndexError: no such row" in told["cbr"].reason) == ("failed", True)
    assert told["inbox"].state == "reachable"


@pytest.mark.slow
def test_what_other_code_has_read_is_removed_from_the_cache(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest(settings, tmp_path)
    read(settings)
    before = {path.name for path in settings.readings.rglob("*.parquet")}
    under_way = settings.readings / "an ingest under way.parquet"
    under_way.touch()
    monkeypatch.setattr(reading_cache, "code_hash", lambda rooms: f"another{code_hash(rooms)}")
    read(settings)
    after = {path.name for path in settings.readings.rglob("*.parquet")} - {under_way.name}
    assert len(after) == len(before) and not after & before
    assert all(f".another{code_hash(READING)[:9]}" in name for name in after)
    assert under_way.exists()


@pytest.mark.slow
def test_a_product_without_a_suite_and_one_that_the_code_no_longer_knows_are_states_of_their_releases(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ingest(settings, tmp_path) == []
    gone = Archive(settings.archive)
    gone.store(b"of a later version", source="gacc_en", product="gacc.of_a_later_version", period="2026-03",
               extension="html", url="", now=datetime(2026, 4, 14, tzinfo=UTC))  # fmt: skip
    known = suites.of
    monkeypatch.setattr(suites, "of", lambda product: None if "total" in product else known(product))
    found = read(settings)
    assert {name: one.refusal.code if one.refusal else "" for name, one in found.items()} == {
        "by_partner_preliminary": "", "total_preliminary": "no_suite", "of_a_later_version": "unknown_product",
    }  # fmt: skip
    assert {item["code"] for item in Quarantine(settings.quarantine).items()} == {"no_suite", "unknown_product"}
