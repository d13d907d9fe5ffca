"""Files are there whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from warehouse.files import write_atomic, written_whole


def test_a_writer_that_fails_leaves_what_was_there_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "new" / "x.csv"
    with written_whole(path) as temporary:
        temporary.write_text("1")
    with pytest.raises(KeyError), written_whole(path) as temporary:
        temporary.write_text("2")
        raise KeyError
    assert [file.name for file in path.parent.iterdir()] == ["x.csv"] and path.read_text() == "1"
    write_atomic(path, b"3")
    assert path.read_bytes() == b"3" and len(list(path.parent.iterdir())) == 1
