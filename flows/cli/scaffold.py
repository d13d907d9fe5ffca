"""`portvault new source`: the four files that make a source of one monthly table, ready to run and to be changed."""

from __future__ import annotations

from pathlib import Path
from string import Template

from flows.sources import sources
from flows.sources.source import ID
from warehouse.files import write_atomic

TEMPLATES = Path(__file__).parent / "new_source"
FILES = {
    "source.py.tmpl": "flows/sources/{id}.py",
    "reader.py.tmpl": "transforms/context/{id}.py",
    "suite.yaml.tmpl": "expectations/{id}.yaml",
    "calendar.yaml.tmpl": "warehouse/calendar/{id}.yaml",
}


class CannotScaffold(ValueError):
    """Why the files were not written, and what to do."""


def new_source(project: Path, name: str, publisher: str, url: str, terms: str) -> list[Path]:
    """Write the files below `project`; their paths. Raises CannotScaffold, and then writes nothing."""
    if not (project / "flows" / "sources" / "source.py").is_file():
        raise CannotScaffold(f"{project} is no folder of the project: call it where README.md is")
    if not ID.fullmatch(name):
        raise CannotScaffold(
            f"a source is named by lower-case letters, digits and _, starting with a letter, not {name!r}"
        )
    if name in sources():
        raise CannotScaffold(f"there is a source {name} already")
    if wrong := [text for text in (publisher, url, terms) if set(text) & set('"\\{}\n')]:
        raise CannotScaffold(f"no quotes, braces or backslashes, please: {wrong[0]}")
    targets = {template: project / target.format(id=name) for template, target in FILES.items()}
    if there := [path for path in targets.values() if path.exists()]:
        raise CannotScaffold(f"{there[0]} is there already; choose another name")
    for template, path in targets.items():
        text = Template((TEMPLATES / template).read_text("utf-8"))
        write_atomic(path, text.substitute(id=name, publisher=publisher, url=url, terms=terms).encode())
    return list(targets.values())
