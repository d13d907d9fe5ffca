"""The wheel carries all that a scheduled run needs: what is installed from it works without the checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.conftest import ROOT, Portvault

PACKAGES = ("flows", "transforms", "expectations", "warehouse")
ASK = """
import json, pathlib, flows, warehouse.history, transforms.products as products
from flows.deployments import deployments
from flows.sources import sources
print(json.dumps({"from": str(pathlib.Path(flows.__file__).parents[1]), "deployments": len(deployments()),
                  "sources": sorted(sources()), "products": sorted(products.all_products()),
                  "claims": warehouse.history.shipped().claims.height}))
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the wheel holds, unpacked."""
    source, built = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("built")
    for name in PACKAGES:  # a copy, since building leaves files beside the code
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, source)
    uv = [sys.executable, "-m", "uv", "build", "--quiet", "--wheel", "--out-dir", str(built), str(source)]
    subprocess.run(uv, check=True, timeout=300)
    (wheel,) = built.glob("*.whl")
    with ZipFile(wheel) as archive:
        archive.extractall(built / "site")
    return built / "site"


@pytest.mark.slow
def test_every_file_of_the_packages_is_in_it(installed: Path) -> None:
    tracked = [path for name in PACKAGES for path in (ROOT / name).rglob("*") if path.is_file()]
    kept = {str(path.relative_to(ROOT)) for path in tracked if "__pycache__" not in path.parts}
    assert kept and not {name for name in kept if not (installed / name).exists()}


@pytest.mark.slow
def test_it_knows_its_sources_products_schedules_and_history(installed: Path, tmp_path: Path) -> None:
    def asked(path: Path) -> str:
        env = os.environ | {"PYTHONPATH": str(path), "PORTVAULT_HOME": str(tmp_path / "data")}
        done = subprocess.run([sys.executable, "-c", ASK], env=env, cwd=tmp_path, text=True, capture_output=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert str(installed) in asked(installed)
    assert asked(installed) == asked(ROOT).replace(str(ROOT), str(installed))


def test_the_version_is_said_once(portvault: Portvault, tmp_path: Path) -> None:
    assert version("portvault") == tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert version("portvault") in portvault("--version", home=tmp_path).stdout
