"""What a visit tells the log: a person is warned of sources that do not answer, and of nothing else."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from flows.archive import Archive
from flows.run import extract
from flows.settings import Settings
from flows.sources import SourceReport


@pytest.mark.parametrize(
    ("state", "level"),
    [("reachable", logging.INFO), ("suspended", logging.INFO), ("blocked", logging.WARNING), ("keyed", logging.WARNING),
     ("unreachable", logging.WARNING), ("failed", logging.WARNING)],
)  # fmt: skip
def test_a_source_that_needs_a_person_is_a_warning(state, level, tmp_path: Path, monkeypatch, caplog) -> None:
    monkeypatch.setattr(extract, "visit", lambda source, *_, **__: SourceReport(source, state, "said so"))
    settings = Settings(home=tmp_path)
    with caplog.at_level(logging.INFO, "portvault.sources"):
        extract.visit_source("cbr", Archive(settings.archive), settings)
    assert [record.levelno for record in caplog.records] == [level]
