"""Gate 1 on what was archived: sums that do not hold refuse their release, told by cell, and harm no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.archive import Archive, Quarantine
from flows.run import judging
from flows.run.ingest import ingest_files
from flows.run.reading import read_all
from flows.settings import Settings
from tests.transforms.banking import books


@pytest.mark.slow
@pytest.mark.parametrize("together", [500_000, 1])
def test_a_book_that_contradicts_itself_is_refused_and_another_one_passes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, together: int
) -> None:
    monkeypatch.setattr(judging, "TERMS", together)
    settings = Settings(home=tmp_path / "data")
    layout = books.product("household_debt").layout
    contents = {
        "right.xlsx": books.regional(layout, {"debt": 10, "overdue": 1}, months=2),
        "wrong.xlsx": books.edited(
            books.regional(layout, {"debt": 10, "overdue": 1}), lambda book: book["итого"].__setitem__("B4", 123)
        ),
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    assert ingest_files(settings, [tmp_path / name for name in contents]) == []
    archive, quarantine = Archive(settings.archive), Quarantine(settings.quarantine)
    reads = {read.snapshot.period: read for read in read_all(archive, quarantine, settings.readings)}
    right, wrong = reads["2024-03"], reads["2024-04"]
    assert right.reading is not None and right.reading.identities.is_empty(), "what was judged is not kept"
    assert wrong.refusal is not None
    assert (wrong.refusal.code, wrong.refusal.where) == ("sum_mismatch", "sheet 'итого', cell B4")
    assert [item["code"] for item in quarantine.items()] == ["sum_mismatch"]
