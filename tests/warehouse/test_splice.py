"""A file of parts that is brought up to date has the bytes of one that is written from nothing."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest

from tests.expectations.small import DECEMBER, FIRST, NOVEMBER, claims, printed, warehouse
from warehouse import files
from warehouse.sdmx import write_sdmx
from warehouse.splice import Kept, write_parts

HEAD = b"letter\n"


class Letters:
    """Parts of a file: each a word of rows; remembers what it was asked for."""

    def __init__(self, **words: str) -> None:
        self.words = words
        self.asked: list[str] = []

    def rows(self, parts: Collection[str]) -> Iterator[tuple[str, bytes]]:
        self.asked = list(parts)
        return ((part, f"{letter}\n".encode()) for part in parts for letter in self.words[part])

    def write(self, path: Path, kept: Kept | None, head: bytes = HEAD) -> bytes:
        write_parts(path, head, self.words, self.rows, kept)
        return path.read_bytes()


BEFORE = {"a": "abc", "b": "", "c": "xyz", "d": "d"}
AFTER = [
    ({**BEFORE, "c": "xy"}, ["c"]),
    ({**BEFORE, "b": "new"}, ["b"]),
    ({"a": "abc", "c": "xyz", "d": "d"}, []),
    ({"0": "first", **BEFORE, "e": "last"}, ["0", "e"]),
    ({"z": "alone"}, ["z"]),
    ({}, []),
]


@pytest.mark.parametrize("system_copies", [True, False])
@pytest.mark.parametrize(("words", "asked"), AFTER)
def test_only_parts_that_changed_are_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: dict[str, str], asked: list[str], system_copies: bool
) -> None:
    if not system_copies:
        monkeypatch.delattr(os, "copy_file_range", raising=False)
        monkeypatch.setattr(files, "BLOCK", 2)
    kept = Kept(tmp_path / "cache", "code")
    Letters(**BEFORE).write(tmp_path / "file.csv", kept)
    after = Letters(**words)
    spliced = after.write(tmp_path / "file.csv", kept)
    assert after.asked == asked
    assert spliced == after.write(tmp_path / "other.csv", None)
    again = Letters(**words)
    assert again.write(tmp_path / "file.csv", kept) == spliced and again.asked == []


@pytest.mark.parametrize("what", ["code", "head", "file", "index", "no file", "no index"])
def test_all_is_written_where_it_is_not_known_what_is_there(tmp_path: Path, what: str) -> None:
    path, kept, letters = tmp_path / "file.csv", Kept(tmp_path / "cache", "code"), Letters(**BEFORE)
    letters.write(path, kept)
    index = tmp_path / "cache" / "file.csv.index.json"
    head = b"other\n" if what == "head" else HEAD
    if what == "code":
        kept = Kept(kept.folder, "other code")
    elif what == "file":
        path.write_bytes(path.read_bytes().replace(b"a", b"A"))
    elif what == "index":
        index.write_bytes(index.read_bytes()[:-9])
    elif what.startswith("no "):
        (index if what == "no index" else path).unlink()
    assert letters.write(path, kept, head) == head + b"a\nb\nc\nx\ny\nz\nd\n"
    assert letters.asked == list(BEFORE)


def test_a_range_beyond_the_end_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "short").write_bytes(b"four")
    with (tmp_path / "short").open("rb") as short, (tmp_path / "to").open("wb") as to, pytest.raises(EOFError):
        files.copy_range(short, to, 2, 3)


RATE = claims(("_", NOVEMBER, FIRST, 7.5), dataset="key_rate", unit="percent", release="rate")
REVISED = claims(("import", DECEMBER, date(2026, 7, 7), 244.9e9), release="second")
LATER = claims(("export", date(2026, 1, 31), date(2026, 2, 9), 1e11), release="third")
PARTNER = claims(
    ("export", DECEMBER, FIRST, 4e9), dataset="trade_by_partner", counterpart_area="RUS", release="partner"
)
STATES: Sequence[Sequence[pl.DataFrame]] = [
    [printed(), RATE],
    [printed(), RATE, LATER],
    [printed(), RATE, LATER, REVISED],
    [printed(), RATE, LATER, REVISED, PARTNER],
    [RATE, PARTNER],
    [printed(), PARTNER],
]


@pytest.mark.slow
def test_sdmx_that_is_brought_up_to_date_is_sdmx_written_from_nothing(tmp_path: Path) -> None:
    kept = Kept(tmp_path / "cache", "code")
    for number, state in enumerate(STATES):
        with warehouse(tmp_path / f"{number}.duckdb", *state) as con:
            both(con, tmp_path, kept)
    path = tmp_path / f"{len(STATES) - 1}.duckdb"
    with duckdb.connect(str(path)) as con:
        con.execute("UPDATE series SET title = 'Another title' WHERE dataset = 'trade_by_partner'")
        assert b"Another title" in both(con, tmp_path, kept)


def both(con: duckdb.DuckDBPyConnection, folder: Path, kept: Kept) -> bytes:
    """history.csv by both ways, which are equal, as the two other files are."""
    spliced = [path.read_bytes() for path in write_sdmx(con, folder / "spliced", kept)]
    whole = [path.read_bytes() for path in write_sdmx(con, folder / "whole")]
    assert spliced == whole
    return spliced[1]
