"""What several rooms' tests share: the official sample files, a Prefect server, a built home."""

from __future__ import annotations

import gc
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from filelock import FileLock

from tests import inside
from tests.browser import driver
from tests.inside import copy_home
from tests.plain import save_small_history, small_history

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared" / "data"
PORTVAULT = Path(sys.executable).parent / "portvault"


WHOLE = {"prefect_server", "own_server", "built_home", "small_home", "ingested", "environment"}
"""Fixtures that take a whole run, a server or an installation: their tests are slow, whatever they do themselves."""


LONGEST = ("flows/test_deployments.py", "year/test_year.py", "faults/test_faults.py", "flows/run/test_living_context.py",
           "recipes/test_superset.py", "transforms/indicators/test_indicators_hostile.py",
           "transforms/indicators/test_indicators_incremental.py", "flows/run/test_incremental.py",
           "recipes/test_recipes.py", "browser/test_pages.py", "flows/run/test_carrier.py", "recipes/test_observable.py",
           "flows/run/test_ingest.py", "flows/run/test_assemble.py", "flows/run/test_kill.py")  # fmt: skip
"""Files of half a minute and more, the longest first. The second and the third need no built home: while the worker of
the first one builds it, others have something to do."""


def pytest_configure(config: pytest.Config) -> None:
    """A folder for temporary files of this session and of all its processes, also of those that a test kills: Prefect,
    Dask, uv and browsers leave some. Those of pytest itself stay where they are, for what failed."""
    if hasattr(config, "workerinput"):
        return
    if config.getoption("numprocesses", None):
        os.environ.setdefault("POLARS_MAX_THREADS", "1")  # workers fill all cores: more threads cost a fifth more
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", tempfile.gettempdir())
    folder = tempfile.mkdtemp(prefix="portvault-tests-")
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
    os.environ["TMPDIR"], tempfile.tempdir = folder, None


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One worker more than cores for the whole suite: a third of the time one of them waits, for a server or a process
    that it started. The fast tests do not wait."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return cores if config.getoption("markexpr") == "not slow" else cores + 1


@pytest.hookimpl(tryfirst=True)  # before pytest leaves out what -m does not want
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first, then those with many slow tests, so that no worker ends on one while the others idle."""
    for item in items:
        if WHOLE & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.slow)
    slow = Counter(item.path for item in items if item.get_closest_marker("slow"))
    place = {Path(__file__).parent / name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: (place.get(item.path, len(place)), -slow[item.path]))


def pytest_collection_finish() -> None:
    """What was imported and collected stays: no collection of garbage has to walk over it again."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure() -> None:
    """What is frozen would be told as leaked at the end."""
    gc.unfreeze()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of official sample files; tests that need them are skipped where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("the official sample files are not here")
    return SHARED


@pytest.fixture(scope="session")
def together(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder that all workers of this session share: what takes long is made there once, under a lock."""
    own = tmp_path_factory.getbasetemp()
    return own if worker_id == "master" else own.parent


@pytest.fixture(scope="session")
def tools(together: Path) -> Path:
    """The folder with the driver of the browser, see browser/driver.py."""
    folder = together / "browser"
    with FileLock(together / "browser.lock"):
        if not (folder / "node_modules").exists():
            folder.mkdir(exist_ok=True)
            driver.install(folder)
    return folder


@pytest.fixture(scope="session")
def prefect_server(together: Path) -> Iterator[dict[str, str]]:
    """A real Prefect server on loopback, one for all workers; yields the environment that points to it."""
    with FileLock(together / "server.lock"):
        users = together / "server"
        mine, server = users / str(os.getpid()), None
        if users.exists():
            environment = json.loads((users / "environment.json").read_bytes())
        else:
            (users / "home").mkdir(parents=True)
            environment = prefect_environment(users / "home", free_port())
            server = start_server(environment)
            (users / "environment.json").write_text(json.dumps(environment))
        mine.touch()
    yield environment
    mine.unlink()
    if server:  # whoever started it waits for the others and stops it
        while users.exists():
            with FileLock(together / "server.lock"):
                if not any(path.name.isdigit() and _alive(int(path.name)) for path in users.iterdir()):
                    stop(server)
                    shutil.rmtree(users)
            time.sleep(0.1)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def prefect_environment(home: Path, port: int) -> dict[str, str]:
    """What makes Prefect use the server at `port`, with its database in `home`."""
    return {
        "PREFECT_HOME": str(home),
        "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
        "PREFECT_SERVER_API_PORT": str(port),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_WORKER_QUERY_SECONDS": "1",  # ten as shipped: a test waits for most of them with each of its runs
        "PREFECT_RUNNER_POLL_FREQUENCY": "1",
        "DO_NOT_TRACK": "1",
    }


def start_server(environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """Start a Prefect server and wait until it answers."""
    log = Path(environment["PREFECT_HOME"]) / "server.log"
    with log.open("a") as out:
        command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1"]
        server = subprocess.Popen(command, env=os.environ | environment, stdout=out, stderr=subprocess.STDOUT)
    try:
        _wait(environment["PREFECT_API_URL"] + "/health", server, log)
    except BaseException:
        stop(server)
        raise
    return server


def stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(60)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _wait(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline:
        if server.poll() is not None:
            break
        try:
            if requests.get(url, timeout=2).ok:
                return
        except requests.RequestException:  # also one that takes its time on a busy machine
            time.sleep(0.3)
    pytest.fail(f"the Prefect server did not start:\n{log.read_text()}")


class Portvault:
    """The command line as a user calls it: `portvault("run", "--offline", home=path)`; no Prefect server is named."""

    def __call__(self, *arguments: str, home: Path, **environment: str) -> subprocess.CompletedProcess[str]:
        """Within this process, see inside.py; `sql` in one of its own: DuckDB opens no file twice in one process with two
        configurations, and the tests have the publication open."""
        if arguments[:1] == ("sql",):
            return self.process(*arguments, home=home, **environment)
        return inside.call(list(arguments), self._environment(home, environment), home.parent)

    def process(self, *arguments: str, home: Path, **environment: str) -> subprocess.CompletedProcess[str]:
        """As a process of its own, eight seconds dearer: for what shows only there."""
        command, env = [str(PORTVAULT), *arguments], self._environment(home, environment)
        return subprocess.run(command, env=env, text=True, capture_output=True, timeout=300, cwd=home.parent)

    def _environment(self, home: Path, more: dict[str, str]) -> dict[str, str]:
        own = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
        return own | {"PORTVAULT_HOME": str(home)} | more


@pytest.fixture(scope="session")
def portvault() -> Portvault:
    return Portvault()


@pytest.fixture(scope="session")
def built_home(portvault: Portvault, together: Path) -> Path:
    """A home after `portvault run --offline`: history alone, built once for all workers. Do not write into it; see `home`."""
    home = together / "built" / "data"
    with FileLock(together / "built.lock"):
        if not (home / "warehouse.duckdb").exists():
            home.parent.mkdir(exist_ok=True)
            done = portvault("run", "--offline", home=home)
            assert done.returncode == 0, done.stdout + done.stderr
    return home


@pytest.fixture(scope="session")
def small(together: Path) -> Path:
    """The folder of the small history, see plain.py."""
    folder = together / "small" / "history"
    with FileLock(together / "small.lock"):
        if not folder.exists():
            save_small_history(folder)
    return folder


@pytest.fixture(scope="session")
def small_home(portvault: Portvault, small: Path, together: Path) -> Path:
    """A home like `built_home` on the small history, a tenth of the work: for what a run does, not what it says. Runs on
    it are for `small_history`."""
    home = small.parent / "data"
    with FileLock(together / "small.lock"):
        if not (home / "warehouse.duckdb").exists():
            with small_history(small):
                done = portvault("run", "--offline", home=home)
            assert done.returncode == 0, done.stdout + done.stderr
    return home


@pytest.fixture
def home(built_home: Path, tmp_path: Path) -> Path:
    """A copy of the built home that a test may change."""
    return copy_home(built_home, tmp_path / "data")


@pytest.fixture
def s3() -> Iterator[dict[str, str]]:
    """A stand-in for S3 on loopback with an empty bucket named "bucket"; yields what makes any process use it."""
    from moto.moto_api._internal import moto_api_backend
    from moto.server import ThreadedMotoServer
    from s3fs import S3FileSystem

    moto_api_backend.reset()  # all its servers of one process share what they hold
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    S3FileSystem(key="key", secret="secret", endpoint_url=address, skip_instance_cache=True).mkdir("bucket")
    yield {
        "AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_DEFAULT_REGION": "us-east-1",
        "FSSPEC_S3_ENDPOINT_URL": address,
    }  # fmt: skip
    server.stop()
