"""A long text file whose rows stand in the order of parts: of what did not change the bytes are copied, not made again.

The file is written whole and put in place at once, as every other; where it is the file of the last time, most of it
passes through the system alone. An index in the cache says which part stands where, and for which bytes that is so.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
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
class Index:
    """By part what tells whether its rows are what they were, and where they stand: the first byte (or row group), and
    how many."""

    prints: Prints
    places: Mapping[str, Sequence[int]]


def write_parts(path: Path, head: bytes, prints: Prints, rows: Rows, kept: Kept | None) -> None:
    """Write a file of `head` and the rows of all parts that `prints` names, in that order.

    `rows` is asked for those parts alone whose print is another than in the file that is there. All are written where
    nothing is `kept`, by other code, below another head, and where anything was done to the file since.
    """
    about = head.decode()
    before = indexed(kept, path.name, path, about) if kept else Index({}, {})
    stands = same(prints, before.prints)
    fresh = groupby(rows([part for part in prints if part not in stands]), itemgetter(0))
    coming = next(fresh, None)
    places: dict[str, Sequence[int]] = {}
    with written_whole(path) as temporary, ExitStack() as stack:
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
            places[part] = start, file.tell() - start
        assert coming is None, f"{path.name}: rows of {coming[0]} are out of order"
    if kept:
        remember(kept, path.name, path, about, Index(prints, places))


def indexed(kept: Kept, name: str, path: Path, about: str) -> Index:
    """The index of the file at `path` as it was remembered, if nothing was done to the file since and the code and what
    is said `about` it are the same; an empty one otherwise."""
    try:
        facts = json.loads(_place(kept, name).read_bytes())
        if (facts["code"], facts["about"], facts["file"]) == (kept.code, about, state(path)):
            return Index(facts["prints"], facts["places"])
    except (OSError, ValueError, KeyError, TypeError):
        pass
    return Index({}, {})


def remember(kept: Kept, name: str, path: Path, about: str, index: Index) -> None:
    """Keep the index of a file that is in its place."""
    facts = {"code": kept.code, "about": about, "file": state(path), "prints": dict(index.prints)}
    write_atomic(_place(kept, name), json.dumps(facts | {"places": dict(index.places)}).encode())


def _place(kept: Kept, name: str) -> Path:
    return kept.folder / f"{name}.index.json"
