"""Ways in which an answer of a service goes wrong: cut, emptied, columns moved, fields taken away or filled with others."""

from __future__ import annotations

import copy
import csv
import io
import json
import random
from collections.abc import Iterator
from typing import Any

from lxml import etree

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
    yield from _recoded(content, rng, each)
    if extension == ".json":
        yield from _of_json(json.loads(content.decode("utf-8-sig")), rng, each)
    elif extension in (".csv", ".tsv"):
        yield from _of_table(content.decode("utf-8-sig"), rng, each)
    elif extension == ".xml":
        yield from _of_xml(content, rng, each)


MARKUP = ("<b>4</b>", "&nbsp;2", "\u200b", "*", "e3", "%", " 5", "?", "<!-- 7 -->")


def _recoded(content: bytes, rng: random.Random, each: int) -> Iterator[Mutant]:
    """Bytes lost, twice or in another code page, and what does not belong beside a digit."""
    text = content.decode("utf-8-sig")
    digits = [place for place, letter in enumerate(text) if letter.isdigit()]
    for _ in range(each):
        place, length = rng.randrange(len(content)), rng.randint(1, 30)
        yield "bytes twice", content[: place + length] + content[place:]
        yield "another encoding", text.encode(rng.choice(("utf-16", "utf-32", "koi8-r", "gb18030")), "replace")
        at = rng.choice(digits) + 1
        yield "markup at a digit", (text[:at] + rng.choice(MARKUP) + text[at:]).encode()


def _of_xml(content: bytes, rng: random.Random, each: int) -> Iterator[Mutant]:
    """Elements and attributes gone, empty, twice or by another name."""
    for fault in ("gone", "empty", "twice", "by another name"):
        for _ in range(3 * each):
            root = etree.fromstring(content)
            node = rng.choice(list(root.iter(etree.Element))[1:])
            holder = node.getparent()
            assert holder is not None
            if fault == "gone":
                holder.remove(node)
            elif fault == "empty":
                node.clear()
            elif fault == "twice":
                holder.insert(holder.index(node), copy.deepcopy(node))
            else:
                node.tag = "zz"
            yield f"element {fault}", etree.tostring(root)
            root = etree.fromstring(content)
            node = rng.choice([found for found in root.iter(etree.Element) if found.attrib] or [root])
            for name in rng.sample(list(node.attrib), min(1, len(node.attrib))):
                value = node.attrib.pop(name)
                if fault != "gone":
                    node.set(*{"empty": (name, ""), "twice": (name, value * 2)}.get(fault, ("zz", value)))
                yield f"attribute {fault}", etree.tostring(root)


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
            yield f"field {fault}: {path}", json.dumps(changed, ensure_ascii=False).encode()


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
