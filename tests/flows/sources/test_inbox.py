"""Files that people put into the inbox: taken like ingested ones, moved away, never lost."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from flows import sources
from flows.archive import Archive, Quarantine
from flows.settings import Settings
from flows.sources import SourceReport
from tests.transforms.customs_pages import english
from tests.transforms.customs_tables import by_partner_rows

PAGE = english(*by_partner_rows("2026-03", "CNY"))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(home=tmp_path)
    settings.inbox.mkdir()
    return settings


def put(settings: Settings, name: str, content: bytes, age: float = 60) -> None:
    path = settings.inbox / name
    path.write_bytes(content)
    os.utime(path, (time.time() - age,) * 2)


def visit(settings: Settings) -> SourceReport:
    return sources.visit("inbox", settings, Archive(settings.archive))


def files(settings: Settings) -> list[str]:
    return sorted(path.relative_to(settings.inbox).as_posix() for path in settings.inbox.rglob("*") if path.is_file())


def test_a_page_is_archived_with_the_day_of_its_name_and_moved(settings: Settings) -> None:
    put(settings, "2026-04-14 by country.html", PAGE)
    report = visit(settings)
    assert (report.state, report.seen, len(report.new), report.requests) == ("reachable", 1, 1, 0)
    (snapshot,) = Archive(settings.archive).snapshots()
    assert snapshot.product == "gacc.by_partner_preliminary"
    assert snapshot.sidecar["published"] == "2026-04-14"
    assert files(settings) == ["taken/2026-04-14 by country.html"]


def test_what_cannot_be_read_is_kept_with_its_reason(settings: Settings) -> None:
    put(settings, "x.html", b"<html>nothing we know</html>")
    report = visit(settings)
    assert report.new == [] and report.refused[0]["name"] == "x.html"
    (item,) = Quarantine(settings.quarantine).items()
    assert Path(item["path"]).read_bytes() == b"<html>nothing we know</html>"
    assert files(settings) == ["refused/x.html"]


def test_the_same_page_again_is_nothing_new(settings: Settings) -> None:
    for name in ("a.html", "b.html"):
        put(settings, name, PAGE)
        report = visit(settings)
    assert (report.seen, report.new) == (1, [])
    assert files(settings) == ["taken/a.html", "taken/b.html"]


def test_a_file_still_on_its_way_in_is_left(settings: Settings) -> None:
    put(settings, "slow.html", PAGE[:100], age=0)
    put(settings, ".slow.html.part", PAGE[:100])
    report = visit(settings)
    assert report.new == [] and "the next run takes it" in report.notes[0]
    assert files(settings) == [".slow.html.part", "slow.html"]


def test_without_an_inbox_there_is_nothing(tmp_path: Path) -> None:
    assert visit(Settings(home=tmp_path)).seen == 0
