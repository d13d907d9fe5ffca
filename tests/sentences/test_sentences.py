"""Each sentence of the notes on formats, dates and traps is held by tests that exist."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import ROOT

SECTIONS: dict[str, dict[str, list[dict[str, Any]]]] = {
    name: yaml.safe_load((Path(__file__).parent / f"{name}.yaml").read_text("utf-8")) for name in ("gacc", "cbr")
}
WRITTEN = [(note, section) for note, sections in SECTIONS.items() for section in sections]


@cache
def _tests_of(file: Path) -> set[str]:
    """Names of the tests in a file: functions, and methods as Class::name."""
    tree = ast.parse(file.read_text("utf-8"))
    names = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    for group in (node for node in tree.body if isinstance(node, ast.ClassDef)):
        names |= {f"{group.name}::{node.name}" for node in group.body if isinstance(node, ast.FunctionDef)}
    return {name for name in names if name.rpartition("::")[2].startswith("test_")}


@pytest.mark.parametrize(("note", "section"), WRITTEN)
def test_each_sentence_is_held_by_tests_that_exist(note: str, section: str) -> None:
    without = []
    for sentence in SECTIONS[note][section]:
        named = [test.partition("::") for test in sentence["shown"]]
        missing = [f"{file}::{name}" for file, _, name in named if name not in _tests_of(ROOT / "tests" / file)]
        if missing or not named:
            without.append((sentence["says"], missing))
    assert without == []


@pytest.mark.parametrize(("note", "section"), WRITTEN)
def test_no_sentence_of_the_notes_is_left_out(note: str, section: str, shared: Path) -> None:
    text = (shared / note / "README.md").read_text("utf-8")
    heading = re.compile(rf"^#+ {re.escape(section)}\.? .*$", re.MULTILINE)
    body = re.split(r"^#", text[heading.search(text).end() :], maxsplit=1, flags=re.MULTILINE)[0]  # type: ignore[union-attr]
    assert _plain(entry["says"] for entry in SECTIONS[note][section]) == _plain(
        re.sub(r"^[-*] ", "", line) for line in _said(body.splitlines())
    )


def _said(lines: list[str]) -> Iterator[str]:
    """Lines without the headings of tables and the rules below them."""
    for line, after in zip(lines, [*lines[1:], ""], strict=True):
        if not any(re.fullmatch(r"\|[-| ]+\|", rule) for rule in (line, after)):
            yield line


def _plain(lines: Iterable[str]) -> str:
    return " ".join(" ".join(lines).split())
