"""Every recipe of docs/recipes is run as it is printed there and shows the first print of December 2025."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import duckdb
import pytest
from s3fs import S3FileSystem

from flows.metrics_endpoint import endpoint
from flows.settings import Settings
from tests.recipes.conftest import Environment

RECIPES = Path(__file__).parents[2] / "docs" / "recipes"
EXPORTS, IMPORTS = "357780000000", "243640000000"
pytestmark = pytest.mark.slow


def program(name: str, language: str) -> str:
    """The fenced program of a recipe."""
    [code] = re.findall(rf"^```{language}\n(.*?)^```", (RECIPES / name).read_text("utf-8"), re.M | re.S)
    return str(code)


def output(command: list[str], home: Path) -> str:
    done = subprocess.run(command, cwd=home, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(
    ("recipe", "packages"),
    [
        *[("python-duckdb.md", (f"duckdb=={v}",)) for v in ("1.1.3", "1.2.2", "1.3.2", "1.4.4", "1.5.6", "2.0.0")],
        ("polars.md", ("duckdb", "polars", "pyarrow")),
        ("pandas.md", ("duckdb", "pandas", "pyarrow")),
        ("sqlalchemy.md", ("duckdb-engine", "duckdb==2.0.0", "sqlalchemy<2.1")),
        ("sqlalchemy.md", ("duckdb-engine", "duckdb==1.5.6", "sqlalchemy<2")),
        ("sqlalchemy.md", ("duckdb-sqlalchemy",)),
        ("adbc.md", ("duckdb==2.0.0", "adbc-driver-manager", "pyarrow")),
        ("adbc.md", ("duckdb==1.4.4", "adbc-driver-manager", "pyarrow")),
        ("clickhouse.md", ("chdb",)),
        pytest.param("spark.md", ("pyspark",), marks=pytest.mark.skipif(not shutil.which("java"), reason="needs Java")),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value),
)
def test_python_recipe(environment: Environment, home: Path, recipe: str, packages: tuple[str, ...]) -> None:
    shown = output([str(environment(*packages) / "python"), "-c", program(recipe, "python")], home)
    assert EXPORTS in shown
    if recipe == "sqlalchemy.md":
        assert "Last day of the month" in shown


def test_sqlalchemy_reflects_tables(environment: Environment, home: Path) -> None:
    """The newest of both; pandas reads a table by its name."""
    bin = environment("duckdb-sqlalchemy", "sqlalchemy>=2.1", "pandas")
    code = program("sqlalchemy.md", "python") + program("sqlalchemy.md", "py")
    shown = output([str(bin / "python"), "-c", code], home)
    assert "(357780000000.0,)" in shown and "Exports, free on board" in shown and "[243640000000.0]" in shown


def test_a_publication_is_attached_over_http(environment: Environment, home: Path) -> None:
    with endpoint(Settings(home=home / "data", metrics_port=0)) as port:
        command = [
            "env",
            f"SERVER=http://127.0.0.1:{port}",
            str(environment("duckdb<2", "duckdb-extension-httpfs") / "python"),
        ]
        shown = output([*command, "-c", program("http.md", "python")], home)
    assert EXPORTS in shown and "[(4,)]" in shown


def test_a_publication_is_attached_from_a_bucket(environment: Environment, home: Path, s3: dict[str, str]) -> None:
    store = S3FileSystem(key="key", secret="secret", endpoint_url=s3["FSSPEC_S3_ENDPOINT_URL"])
    for name in ("warehouse.duckdb", "parquet/series.parquet"):
        store.put_file(str(home / "data" / name), f"bucket/{name}")
    command = ["env", *(f"{name}={value}" for name, value in s3.items())]
    command.append(f"S3_ENDPOINT={s3['FSSPEC_S3_ENDPOINT_URL'].removeprefix('http://')}")
    command.append(str(environment("duckdb<2", "duckdb-extension-httpfs") / "python"))
    shown = output([*command, "-c", program("http.md", "py")], home)
    assert EXPORTS in shown and "[(4,)]" in shown


def test_dbt_builds_and_tests_the_warehouse_as_a_source(environment: Environment, home: Path, tmp_path: Path) -> None:
    project = Path(shutil.copytree(RECIPES.parents[1] / "scripts" / "dbt", tmp_path / "dbt"))
    bin = environment("dbt-duckdb", "dbt-core<1.12")
    command = [
        "env",
        f"PORTVAULT_HOME={home / 'data'}",
        str(bin / "dbt"),
        "--no-use-colors",
        "build",
        "--profiles-dir",
        ".",
    ]
    assert "PASS=8 WARN=0 ERROR=0" in output(command, project)
    with duckdb.connect(str(project / "dbt.duckdb"), read_only=True) as con:
        assert con.execute("SELECT exports_bn, imports_bn FROM trade_balance").fetchall() == [(357.78, 243.64)]


COUNTS = {  # rows of each of `paths`, all columns read
    "chdb": """
from chdb import query
for path in paths:
    print(query(f"SELECT * FROM file('{path}', Parquet)", "JSONEachRow").bytes().count(b"\\n"))
""",
    "pyspark": """
from pyspark.sql import SparkSession
spark = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
for path in paths:
    print(len(spark.read.parquet(path).collect()))
""",
}


@pytest.mark.parametrize("engine", COUNTS)
def test_clickhouse_and_spark_read_every_table_of_the_twin(environment: Environment, home: Path, engine: str) -> None:
    if engine == "pyspark" and not shutil.which("java"):
        pytest.skip("needs Java")
    files = json.loads((home / "data/parquet/manifest.json").read_text("utf-8"))["files"]
    paths = [f"data/parquet/{file['path']}" for file in files]
    shown = output([str(environment(engine) / "python"), "-c", f"paths = {paths}\n{COUNTS[engine]}"], home)
    assert [int(rows) for rows in shown.split()] == [file["rows"] for file in files]


def test_shell_recipe(environment: Environment, home: Path) -> None:
    folder = environment("duckdb-cli")
    shown = output(["sh", "-c", f"PATH='{folder}':$PATH\n{program('cli.md', 'sh')}"], home)
    assert shown.strip() == f"2025-12-31,{EXPORTS}.0,{IMPORTS}.0"
    [shell] = folder.parent.rglob("duckdb_cli/duckdb")
    safe = [str(shell), "-readonly", "-safe", "-csv", "data/warehouse.duckdb"]
    assert EXPORTS in output([*safe, "SELECT exports FROM trade_total"], home)
    refused = subprocess.run([*safe, "FROM read_text('data/parquet/manifest.json')"], cwd=home, capture_output=True, text=True,
                             timeout=300, check=False)  # fmt: skip
    assert refused.returncode != 0 and "disabled" in refused.stdout + refused.stderr


@pytest.mark.skipif(not shutil.which("npm"), reason="needs Node")
def test_node_recipe(home: Path, tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text(json.dumps({"type": "module"}))
    install = ["npm", "install", "--no-audit", "--no-fund", "--silent", "@duckdb/node-api"]
    subprocess.run(install, cwd=tmp_path, check=True, capture_output=True, timeout=300)
    shutil.copytree(home / "data", tmp_path / "data")
    (tmp_path / "recipe.mjs").write_text(program("node.md", "js"), "utf-8")
    assert EXPORTS in output(["node", "recipe.mjs"], tmp_path)


def test_sdmx_recipe(environment: Environment, home: Path) -> None:
    shown = output([str(environment("sdmx1") / "python"), "-c", program("sdmx.md", "python")], home)
    assert "4 observations" in shown
    assert "243640000000" in shown


def test_croissant_is_valid_and_reads_back(environment: Environment, home: Path) -> None:
    """The validator of MLCommons takes the description, and reads a table with its files by it."""
    bin = environment("mlcroissant[parquet]")
    folder = home / "data" / "parquet"
    command = [str(bin / "mlcroissant"), "validate", "--jsonld", "croissant.json"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0 and not re.search("error|warning", done.stdout + done.stderr, re.I), done.stderr
    read = "import mlcroissant as m; [r] = m.Dataset('croissant.json').records('trade_total'); print(r['trade_total/exports'])"
    assert float(output([str(bin / "python"), "-c", read], folder)) == float(EXPORTS)


def test_data_package_is_valid(environment: Environment, home: Path) -> None:
    """Frictionless' own validator takes the descriptor as it is, and checks every row against the types of its columns."""
    command = [str(environment("frictionless[parquet]", "pandas") / "frictionless"), "validate", "datapackage.json"]
    folder = home / "data" / "parquet"
    done = subprocess.run([*command, "--json"], cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    report = json.loads(done.stdout)
    errors = report["errors"] + [task["errors"] for task in report["tasks"] if not task["valid"]]
    assert report["valid"], json.dumps(errors)[:2000]
    assert len(report["tasks"]) > 20
