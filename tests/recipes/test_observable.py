"""The sample site of Observable Framework, built on a publication and, after the next one, built again."""

from __future__ import annotations

import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import duckdb
import pytest

from tests.browser.driver import look, needs_browser

SCRIPT = Path(__file__).parents[2] / "scripts" / "observable.sh"
DRAWN = "document.querySelectorAll('.card figure, .card svg').length >= 6"
pytestmark = [pytest.mark.slow, pytest.mark.skipif(not shutil.which("npm"), reason="needs Node")]


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of a static site on loopback."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def build(warehouse: Path, folder: Path) -> Path:
    done = subprocess.run(["sh", str(SCRIPT), str(warehouse), str(folder)], capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return folder / "dist"


@needs_browser
def test_the_site_shows_the_publication_it_was_built_on(built_home: Path, tools: Path, tmp_path: Path) -> None:
    """Charts of real history are drawn; the next publication is shown after the next build."""
    target = Path(shutil.copyfile(built_home / "warehouse.duckdb", tmp_path / "warehouse.duckdb"))
    site = build(target, tmp_path / "site")
    text = "".join(path.read_text("utf-8") for path in site.glob("*.html"))
    assert not re.search(r"(src|href)=[\"']?(https?:)?//", text), "the site asks other servers"
    with served(site) as address:
        page = look(tools, address, tmp_path / "site.png", DRAWN)
    assert f"run {_fact(target, 'run_id')}" in page
    assert page.count("<figure") == 6
    assert "United States" in page
    assert "observablehq--error" not in page
    assert (tmp_path / "site.png").stat().st_size > 30_000

    following = tmp_path / "next.duckdb"
    shutil.copyfile(target, following)
    with duckdb.connect(str(following)) as con:
        con.execute("UPDATE publication SET run_id = 'the next one'")
    following.replace(target)
    with served(build(target, tmp_path / "site")) as address:
        assert "run the next one" in look(tools, address, tmp_path / "next.png", DRAWN)
    shutil.rmtree(tmp_path / "site")


def _fact(warehouse: Path, name: str) -> str:
    with duckdb.connect(str(warehouse), read_only=True) as con:
        return str(con.execute(f"SELECT {name} FROM publication").fetchall()[0][0])
