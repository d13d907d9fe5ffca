"""The page that leads to the recipes leads to all of them, and to nothing else."""

from __future__ import annotations

import re
from pathlib import Path

from tests.recipes.test_publication import VERSIONS

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "connect.md").read_text("utf-8")


def test_every_recipe_is_listed_and_every_link_leads_somewhere() -> None:
    recipes = sorted((DOCS / "recipes").glob("*.md"))
    linked = re.findall(r"\]\(([^)#]+\.md)\)", PAGE + (DOCS / "recipes" / "bi.md").read_text("utf-8"))
    assert {Path(link).name for link in linked} >= {path.name for path in recipes}
    for page in (DOCS / "connect.md", *recipes):
        for link in re.findall(r"\]\((?!http)([^)#]+)\)", page.read_text("utf-8")):
            assert (page.parent / link).exists(), f"{page.name}: {link}"


def test_the_versions_it_promises_are_those_that_are_tested() -> None:
    for text in (PAGE, (DOCS / "recipes" / "python-duckdb.md").read_text("utf-8")):
        [promised] = re.findall(r"[Tt]ested: ((?:\d+\.\d+\.\d+(?:, )?)+)", text)
        assert tuple(promised.split(", ")) == VERSIONS
