"""Ways in which an answer of a service goes wrong: cut, emptied, columns moved, fields taken away or filled with others."""

from __future__ import annotations

import copy
import csv
import io
import json
import random
from collections.abc import Iterator
from typing import Any

HTML = b"<html><head><title>Service</title></head><body><p>Temporarily unavailable</p><table></table></body></html>"
Mutant = tuple[str, bytes]


def of(content: bytes, extension: str, rng: random.Random, each: int) -> Iterator[Mutant]:
    """(fault, bytes): `each` of every kind of fault."""
    yield "empty", b""
    yield "page", HTML
    for place in rng.sample(range(1, len(content)), min(each, len(content) - 1)):
        yield f"cut at {place}", content[:place]
    for back in range(1, each + 1):
        yield f"cut {back} bytes before the end", content[:-back]
    if extension == ".json":
        yield from _of_json(json.loads(content.decode("utf-8-sig")), rng, each)
    elif extension in (".csv", ".tsv"):
        yield from _of_table(content.decode("utf-8-sig"), rng, each)


def _of_json(said: Any, rng: random.Random, each: int) -> Iterator[Mutant]:
    paths = [path for path in _paths(said) if path]
    for path in rng.sample(paths, min(4 * each, len(paths))):
        for fault in ("gone", "null", "empty", "half"):
            changed = copy.deepcopy(said)
            holder = changed
            for key in path[:-1]:
                holder = holder[key]
            value = holder[path[-1]]
            if fault == "gone":
                del holder[path[-1]]
            elif fault == "half" and isinstance(value, list) and len(value) > 1:
                holder[path[-1]] = value[: len(value) // 2]
            else:
                holder[path[-1]] = None if fault == "null" else type(value)() if isinstance(value, dict | list) else ""
            yield f"{fault}: {path}", json.dumps(changed, ensure_ascii=False).encode()


def _paths(said: Any, before: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield before
    if isinstance(said, dict):
        for key, value in said.items():
            yield from _paths(value, (*before, key))
    elif isinstance(said, list):
        for place, value in enumerate(said[:3]):
            yield from _paths(value, (*before, place))


def _of_table(text: str, rng: random.Random, each: int) -> Iterator[Mutant]:
    mark = "\t" if "\t" in text.partition("\n")[0] else ","
    rows = list(csv.reader(io.StringIO(text), delimiter=mark))
    width = len(rows[0])

    def told(rows: list[list[str]]) -> bytes:
        out = io.StringIO()
        csv.writer(out, delimiter=mark, lineterminator="\n").writerows(rows)
        return out.getvalue().encode()

    for _ in range(each):
        order = rng.sample(range(width), width)
        yield (
            "columns in another order",
            told([[row[i] for i in order] + row[width:] for row in rows if len(row) >= width]),
        )
    for column in rng.sample(range(width), min(3 * each, width)):
        yield f"no column {column}", told([row[:column] + row[column + 1 :] for row in rows])
        yield f"column {column} by another name", told([[*rows[0][:column], "zz", *rows[0][column + 1 :]], *rows[1:]])
        yield f"column {column} empty", told([rows[0], *([*row[:column], "", *row[column + 1 :]] for row in rows[1:])])
    yield "rows in another order", told([rows[0], *rng.sample(rows[1:], len(rows) - 1)])
    yield "a row twice", told([*rows, rows[-1]])
