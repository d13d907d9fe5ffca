"""README and docs are true: their queries give the output they show, their lists are those of the project."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import typer.main

from flows.cli.app import app
from flows.deployments import deployments
from flows.settings import Settings
from flows.sources import sources
from tests.conftest import ROOT, Portvault
from warehouse.schema import tables

README = (ROOT / "README.md").read_text("utf-8")
TABLES = (ROOT / "docs" / "tables.md").read_text("utf-8")
COMMANDS = (ROOT / "docs" / "commands.md").read_text("utf-8")
SOURCES = (ROOT / "docs" / "sources.md").read_text("utf-8")
EXAMPLES = re.findall(r"```sh\n(portvault sql .*?)\n```\n\n```\n(.*?)```", README + TABLES, re.DOTALL)


def between(start: str, end: str, page: str) -> str:
    match = re.search(rf"<!-- {start}[^\n]*-->\n(.*?)<!-- end of {end} -->", page, re.DOTALL)
    assert match
    return match[1]


def table_list() -> str:
    rows = [f"| `{t.name}` | {re.split(r'(?<=[.:]) ', t.comment)[0].rstrip('.:')} |" for t in tables()]
    return "\n".join(["| table | what |", "|---|---|", *sorted(rows)]) + "\n"


def deployment_list() -> str:
    rows = [
        f"| `{entry['name']}` | {', '.join(entry['parameters']['sources'])} | "
        + "; ".join(f"`{s['cron']}` {s['timezone']}" for s in entry["schedules"])
        + f" | {entry['description']} |"
        for entry in deployments()
    ]
    return "\n".join(["| deployment | asks | when | why then |", "|---|---|---|---|", *rows]) + "\n"


def command_list() -> str:
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    rows = [f"| `portvault {name}` | {command.help.split('.')[0]} |" for name, command in commands.items()]
    return "\n".join(["| command | does |", "|---|---|", *rows]) + "\n"


def source_list() -> str:
    rows = [f"| `{s.id}` | {s.publisher} | {s.offers} | {s.terms} |" for s in sources().values()]
    return "\n".join(["| source | publisher | what | terms |", "|---|---|---|---|", *rows]) + "\n"


def test_the_sources_are_those_that_are_declared() -> None:
    assert between("sources", "sources", SOURCES) == source_list()


def test_the_tables_are_those_of_the_schema() -> None:
    assert between("tables", "tables", TABLES) == table_list()


def test_the_commands_are_those_of_the_command_line() -> None:
    assert between("commands", "commands", COMMANDS) == command_list()


@pytest.mark.parametrize(("command", "output"), EXAMPLES)
def test_the_examples_give_the_output_shown(portvault: Portvault, built_home: Path, command: str, output: str) -> None:
    done = portvault(*shlex.split(command)[1:], home=built_home)
    assert done.stdout == output, done.stderr


def test_a_stranger_gets_three_answers() -> None:
    assert len(EXAMPLES) == 5 and README.count("portvault sql") == 3 and README.count("\n") < 120


def test_the_site_is_built_without_a_link_that_leads_nowhere(tmp_path: Path) -> None:
    """Every page is in it, can be searched for, and asks for nothing from elsewhere."""
    from mkdocs.commands.build import build
    from mkdocs.config import load_config

    build(load_config(str(ROOT / "mkdocs.yml"), site_dir=str(tmp_path / "site")))  # strict: a dead link ends it
    site = tmp_path / "site"
    pages = {page.relative_to(ROOT / "docs").with_suffix(".html").as_posix() for page in (ROOT / "docs").rglob("*.md")}
    listed = set(re.findall(r'href="([^"#:]+\.html)"', (site / "index.html").read_text("utf-8")))
    assert pages <= listed | {"index.html"}
    assert "vintage" in (site / "search" / "search_index.json").read_text("utf-8")
    for page in site.rglob("*.html"):
        assert not re.search(
            r'<(?:script|img)[^>]*src="(?:https?:)?//|<link[^>]*stylesheet[^>]*//', page.read_text("utf-8")
        ), page


def test_files_the_readme_names_exist() -> None:
    named = re.findall(r"\]\((?!http)([^)#]+)\)", README)
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []


PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")), *sorted((ROOT / "docs" / "deploy").iterdir())]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_settings_that_pages_name_exist(page: Path) -> None:
    named = {name.lower() for name in re.findall(r"PORTVAULT_([A-Z]+(?:_[A-Z]+)*)", page.read_text("utf-8"))}
    addresses = {f"{source.id}_url" for source in sources().values() if source.url}
    keys = {f"{source.id}_key" for source in sources().values() if source.keyed}
    assert named <= set(Settings.model_fields) | addresses | keys


def test_the_guide_names_every_deployment_and_its_links_lead_somewhere() -> None:
    guide = (ROOT / "docs" / "operate.md").read_text("utf-8")
    assert between("deployments", "deployments", guide) == deployment_list()
    assert all((ROOT / "docs" / name).exists() for name in re.findall(r"\]\((?!http)([^)#]+)\)", guide))


def test_the_container_copies_what_is_there() -> None:
    copied = re.findall(
        r"^COPY (.+) \S+$", (ROOT / "docs" / "deploy" / "Containerfile").read_text("utf-8"), re.MULTILINE
    )
    assert {"flows", "transforms", "expectations", "warehouse"} <= set(copied)
    assert all((ROOT / name).exists() for names in copied for name in names.split())
