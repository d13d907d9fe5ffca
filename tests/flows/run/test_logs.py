"""Structured logs: a JSON object a line, with the run and the release; counters of a run in its table."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.archive import Archive, Quarantine
from flows.run import logs, report_files
from flows.run.progress import Progress
from flows.run.read import Read
from flows.run.reading import read_all
from flows.run.report import Report
from flows.settings import Settings
from flows.sources import SourceReport
from transforms.model import Refusal

RUN = "20260707T010203Z-beef"


@pytest.fixture(autouse=True)
def without_handlers() -> Iterator[None]:
    yield
    logs.LOG.handlers.clear()
    logs.LOG.setLevel(logging.NOTSET)
    logs.LOG.propagate = True


def report() -> Report:
    return Report(
        RUN, datetime(2026, 7, 7, 1, 2, 3, tzinfo=UTC), outcome="published", new_releases=["a/2026-05/1"],
        added={"trade_total": 3, "key_rate": 2}, revised_count=4, lost_count=1, stages={"publish": 0.5},
        sources=[SourceReport("cbr", requests=7, seen=9), SourceReport("gacc_en", requests=5, seen=9)],
    )  # fmt: skip


def test_every_line_is_an_object_with_the_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = Settings(home=tmp_path, log="json")
    archive = Archive(settings.archive)
    facts = {"source": "gacc_en", "product": "gacc.total_preliminary", "extension": "html", "url": ""}
    stored = archive.store(b"x", period="2026-05", now=settings.clock(), **facts)
    logs.begin(settings, "an earlier run")
    logs.begin(settings, RUN)
    refuse = lambda found: [Read(snapshot, None, Refusal("not_it")) for snapshot in found]  # noqa: E731
    read_all(archive, Quarantine(settings.quarantine), settings.readings, spread=refuse)
    with Progress().stage("publish"):
        pass
    report_files.save(settings, report())
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [line["event"] for line in lines] == ["release read", "stage ended", "run ended"]
    assert {line["run_id"] for line in lines} == {RUN}
    assert (lines[0]["release_id"], lines[0]["state"], lines[0]["refusal"]) == (
        stored.release_id,
        "quarantined",
        "not_it",
    )
    assert lines[1]["stage"] == "publish" and lines[1]["seconds"] >= 0
    assert (lines[2]["outcome"], lines[2]["added"], lines[2]["stages"]) == ("published", 5, {"publish": 0.5})


def test_without_the_setting_nothing_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    logs.begin(Settings(home=tmp_path), RUN)
    logging.getLogger("portvault.runs").info("run ended")
    assert capsys.readouterr().err == ""


def test_an_exception_stays_on_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    logs.begin(Settings(home=tmp_path, log="json"), RUN)
    try:
        raise ValueError("first\nsecond")
    except ValueError:
        logging.getLogger("portvault.http").exception("broke")
    (line,) = capsys.readouterr().err.splitlines()
    assert "ValueError: first\nsecond" in json.loads(line)["exception"]


def test_counters_and_seconds_of_a_run_are_in_its_table(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    report_files.save(settings, report())
    (row,) = report_files.table(settings).to_dicts()
    counted = {name: row[name] for name in ("new_releases", "added", "revised", "lost", "requests", "quarantined")}
    assert counted == {"new_releases": 1, "added": 5, "revised": 4, "lost": 1, "requests": 12, "quarantined": 0}
    assert json.loads(row["stages"]) == {"publish": 0.5}
