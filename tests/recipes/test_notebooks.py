"""The notebooks of docs/ run on a real publication, as Jupyter and as marimo, and tell what was published."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.recipes.conftest import Environment

NOTEBOOKS = Path(__file__).parents[2] / "docs" / "notebooks"
TOLD = ("330.3", "218.6", "33.7891", "-28.58", "243.64", "245.3", "34.766903", "3.85", "Scoring Bureau")
pytestmark = pytest.mark.slow

RUN = {
    "five_stories.ipynb": """
import sys, nbformat, nbclient
book = nbformat.read(sys.argv[1], 4)
nbclient.NotebookClient(book, timeout=300, kernel_name="python3").execute()
print(*(o.data.get("text/plain", "") for c in book.cells for o in c.get("outputs", []) if "data" in o), sep="\\n")
""",
    "five_stories.py": """
import importlib.util, sys
spec = importlib.util.spec_from_file_location("stories", sys.argv[1])
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
_, found = module.app.run()
print(*(value for name, value in found.items() if name.endswith("_")), sep="\\n")
""",
}


@pytest.mark.parametrize("name", RUN)
def test_a_notebook_tells_its_stories(environment: Environment, built_home: Path, tmp_path: Path, name: str) -> None:
    bin = environment("nbclient", "ipykernel", "marimo", "duckdb", "polars", "pyarrow")
    wide = {"POLARS_FMT_MAX_COLS": "20", "POLARS_FMT_STR_LEN": "200", "POLARS_FMT_TABLE_CELL_LIST_LEN": "20",
            "POLARS_TABLE_WIDTH": "600", "PORTVAULT_HOME": str(built_home), "HOME": str(tmp_path)}  # fmt: skip
    command = [str(bin / "python"), "-c", RUN[name], str(NOTEBOOKS / name)]
    environ = os.environ | wide | {"PATH": f"{bin}:{os.environ['PATH']}"}
    done = subprocess.run(command, env=environ, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert [figure for figure in TOLD if figure not in done.stdout] == [], done.stdout
