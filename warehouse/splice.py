"""A long text file whose rows stand in the order of parts: of what did not change the bytes are copied, not made again.

The file is written whole and put in place at once, as every other; where it is the file of the last time, most of it
passes through the system alone. An index in the cache says which part stands where, and for which bytes that is so.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from warehouse.files import copy_range, state, write_atomic, written_whole
from warehouse.parts import Prints, same

Rows = Callable[[Collection[str]], Iterator[tuple[str, bytes]]]
"""The rows of some parts, piece by piece, in the order of the parts; each piece with its part."""


@dataclass(frozen=True)
class Kept:
    """Where it is kept what stands where in a file, and the version of the code that writes its rows."""

    folder: Path
    code: str


@dataclass(frozen=True)
class _Index:
    """By part what tells whether its rows are what they were, and where they stand: first byte, number of bytes."""

    prints: Prints
    places: dict[str, tuple[int, int]]


def write_parts(path: Path, head: bytes, prints: Prints, rows: Rows, kept: Kept | None) -> None:
    """Write a file of `head` and the rows of all parts that `prints` names, in that order.

    `rows` is asked for those parts alone whose print is another than in the file that is there. All are written where
    nothing is `kept`, by other code, below another head, and where anything was done to the file since.
    """
    version = hashlib.sha256(head + kept.code.encode()).hexdigest() if kept else ""
    place = kept.folder / f"{path.name}.index.json" if kept else None
    before = _read(place, path, version) if place else _Index({}, {})
    stands = same(prints, before.prints)
    fresh = groupby(rows([part for part in prints if part not in stands]), itemgetter(0))
    coming = next(fresh, None)
    after = _Index(prints, {})
    with written_whole(path) as temporary:
        with ExitStack() as stack:
            file = stack.enter_context(temporary.open("wb"))
            old = stack.enter_context(path.open("rb")) if stands else None
            file.write(head)
            for part in prints:
                start = file.tell()
                if old and part in stands:
                    copy_range(old, file, *before.places[part])
                elif coming and coming[0] == part:
                    file.writelines(piece for _, piece in coming[1])
                    coming = next(fresh, None)
                after.places[part] = start, file.tell() - start
        assert coming is None, f"{path.name}: rows of {coming[0]} are out of order"
    if place:
        facts = {"version": version, "file": state(path), "prints": dict(prints), "places": after.places}
        write_atomic(place, json.dumps(facts).encode())


def _read(place: Path, path: Path, version: str) -> _Index:
    """The index at `place` if it is that of the file that is there; an empty one otherwise."""
    try:
        facts = json.loads(place.read_bytes())
        if facts["version"] == version and facts["file"] == state(path):
            return _Index(facts["prints"], facts["places"])
    except (OSError, ValueError, KeyError, TypeError):
        pass
    return _Index({}, {})
