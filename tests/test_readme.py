"""The README is true: its queries give the output it shows, its tables are those of the project."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import typer.main

from flows.cli import app
from tests.conftest import ROOT, Run
from warehouse.schema import tables

README = (ROOT / "README.md").read_text("utf-8")
EXAMPLES = re.findall(r"```sh\n(portvault sql .*?)\n```\n\n```\n(.*?)```", README, re.DOTALL)


def between(start: str, end: str) -> str:
    match = re.search(rf"<!-- {start}[^\n]*-->\n(.*?)<!-- end of {end} -->", README, re.DOTALL)
    assert match
    return match[1]


def table_list() -> str:
    rows = [f"| `{t.name}` | {re.split(r'(?<=[.:]) ', t.comment)[0].rstrip('.:')} |" for t in tables()]
    return "\n".join(["| table | what |", "|---|---|", *sorted(rows)]) + "\n"


def command_list() -> str:
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    rows = [f"| `portvault {name}` | {command.help.split('.')[0]} |" for name, command in commands.items()]
    return "\n".join(["| command | does |", "|---|---|", *rows]) + "\n"


def test_the_tables_are_those_of_the_schema() -> None:
    assert between("tables", "tables") == table_list()


def test_the_commands_are_those_of_the_command_line() -> None:
    assert between("commands", "commands") == command_list()


@pytest.mark.parametrize(("command", "output"), EXAMPLES)
def test_the_examples_give_the_output_shown(portvault: Run, built_home: Path, command: str, output: str) -> None:
    done = portvault(*shlex.split(command)[1:], home=built_home)
    assert done.stdout == output, done.stderr


def test_files_the_readme_names_exist() -> None:
    named = re.findall(r"\]\((?!http)([^)#]+)\)", README)
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []
