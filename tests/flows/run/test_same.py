"""A candidate that tells readers nothing new is not published."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.archive import Archive, Quarantine
from flows.run import derived_files, steps
from flows.run.reading import read_all
from flows.run.same import nothing_new
from flows.settings import Settings
from tests.flows.run.test_corrected import NOTHING
from tests.inside import copy_home
from tests.transforms.customs_case import page
from tests.transforms.customs_tables import total_rows
from transforms import indicators
from warehouse import history
from warehouse.publish import intact

PAGE = page(total_rows("2026-03", "CNY")).content


@pytest.fixture(autouse=True)
def without_history(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "shipped", lambda: NOTHING)
    monkeypatch.setattr(indicators, "CATALOG", [])
    monkeypatch.setattr(derived_files, "complete", lambda *_: True)


@pytest.fixture(scope="module")
def published() -> dict[str, Path]:
    """The home in which PAGE was published, once one of the tests has made it."""
    return {}


@pytest.fixture
def settings(published: dict[str, Path], tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A copy of a home in which PAGE was published; to make the tables of one takes a second of processor."""
    now = datetime(2026, 11, 23, tzinfo=UTC)
    if not published:
        made = Settings(home=tmp_path_factory.mktemp("published") / "data", now=now)
        steps.publish(made, built(made, PAGE))
        published["home"] = made.root
    return Settings(home=copy_home(published["home"], tmp_path / "data"), now=now)


def built(settings: Settings, content: bytes, address: str = "http://x/a.html") -> steps.Candidate:
    """The candidate of a run after a site showed `content`."""
    archive = Archive(settings.archive)
    archive.store(content, source="gacc_en", product="gacc.total_preliminary", period="2026-03", extension="html",
                  url=address, now=settings.clock())  # fmt: skip
    reads = read_all(archive, Quarantine(settings.quarantine), settings.readings)
    number = len(list(archive.snapshots()))
    return steps.build(settings, f"20261123T00000{number}Z-test", reads, f"inputs {number}", steps.supposed(settings))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("content", "same"),
    [
        (PAGE + b"<!-- saved again -->", True),
        (PAGE.replace(b"41,046.4", b"51,046.4"), False),  # refused: readers see it in ops.release
        (PAGE.replace(b"-0.7", b"-0.8"), False),  # another growth
    ],
)
def test_figures_and_what_is_refused_make_a_publication_other_bytes_do_not(
    settings: Settings, content: bytes, same: bool
) -> None:
    assert content != PAGE
    before = settings.warehouse.read_bytes()
    candidate = built(settings, content, "http://x/b.html")
    assert nothing_new(settings, candidate.path, candidate.manifest) is same
    assert settings.warehouse.read_bytes() == before
    last = intact(settings.warehouse)
    assert last and last.fingerprint == ("inputs 2" if same else "inputs 1"), "the next poll builds nothing"
    assert candidate.path.exists() is not same


@pytest.mark.slow
def test_other_code_publishes_the_same_figures_again(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "code_hash", lambda *_: "other")
    candidate = built(settings, PAGE, "http://x/b.html")
    assert not nothing_new(settings, candidate.path, candidate.manifest)


def pages(settings: Settings) -> dict[str, int]:
    """When pages and feeds were written last."""
    names = ("catalog/index.html", "catalog/series-data.js", "catalog/checks/index.html", "feeds/changes.json")
    return {name: (settings.root / name).stat().st_mtime_ns for name in names}


@pytest.mark.slow
def test_outputs_are_written_where_their_tables_changed_or_where_they_are_not_whole(settings: Settings) -> None:
    data, marker = settings.root / "sdmx" / "observation.csv", settings.root / "cache" / "outputs.json"
    derived_files.write(settings)
    first, written = data.stat().st_mtime_ns, pages(settings)
    derived_files.write(settings)
    assert pages(settings) == written, "all of one publication"
    refused = built(settings, PAGE.replace(b"41,046.4", b"51,046.4"), "http://x/b.html")
    steps.publish(settings, refused)
    derived_files.write(settings)
    assert data.stat().st_mtime_ns == first
    assert {name for name, at in pages(settings).items() if at != written[name]} == {
        "catalog/index.html", "catalog/series-data.js", "feeds/changes.json"
    }, "they name the publication or its releases; the results of the gates are what they were"  # fmt: skip
    data.write_bytes(b"cut")
    derived_files.write(settings)
    assert b"VINTAGE_DATE" in data.read_bytes()
    second = data.stat().st_mtime_ns
    steps.publish(settings, built(settings, PAGE.replace(b"-0.7", b"-0.8"), "http://x/c.html"))
    derived_files.write(settings)
    assert data.stat().st_mtime_ns != second
    assert json.loads(marker.read_bytes())["prints"].keys() >= {"SDMX", "series"}
