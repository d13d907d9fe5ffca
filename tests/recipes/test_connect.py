"""The page that leads to the recipes leads to all of them, and to nothing else."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import duckdb

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


def test_the_queries_about_a_day_answer(built_home: Path) -> None:
    """December 2025: imports first printed as 243.64 bn, the bulletin's exports, and the revisions of imports to 244.9 and 245.3 bn (USD)."""
    known, moved, steps = re.findall(r"```sql\n(.*?)```", PAGE, re.DOTALL)
    with duckdb.connect(str(built_home / "warehouse.duckdb"), read_only=True) as con:
        assert con.execute(known).fetchall() == [(357.747e9, 243.64e9)]
        assert (date(2025, 12, 31), "import", 243.64e9, 245.3e9) in con.execute(moved).fetchall()
        assert [row[2] for row in con.execute(steps).fetchall() if row[2] in (244.9e9, 245.3e9)] == [244.9e9, 245.3e9]
