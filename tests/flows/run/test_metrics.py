"""Figures about the operation, and its health, as monitors read them."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
import requests

from flows.cli import doctor
from flows.metrics_endpoint import endpoint
from flows.run import extract, metrics, open_points, report_files
from flows.run.report import Report
from flows.settings import Settings
from flows.sources import SourceReport
from tests.conftest import ROOT

LINE = re.compile(r"^[a-z_]+(\{[a-z]+=\"[^\"\n]*\"(,[a-z]+=\"[^\"\n]*\")*\})? [-+0-9.e]+$")


RUN = Report("20260410T000000Z-0001", datetime(2026, 4, 10, tzinfo=UTC), outcome="published")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "data", metrics_port=0, now="2026-04-14T03:00:00Z")


def save(settings: Settings, outcome: str, number: int = 1) -> None:
    run = Report(f"2026041{number}T000000Z-0001", settings.clock(), outcome=outcome, stages={'say "so"': 1.5})
    report_files.save(settings, run)


def test_every_line_is_of_the_format_and_every_figure_is_described(settings: Settings) -> None:
    save(settings, "published")
    extract.remember(settings, [SourceReport("cbr", requests=1), SourceReport("gacc_en", "blocked", requests=1)])
    text = metrics.text(settings)
    assert text.endswith("# EOF\n")
    told = [line for line in text.splitlines() if not line.startswith("#")]
    assert [line for line in told if not LINE.match(line.replace(r"\"", ""))] == []
    assert 'portvault_source_reachable{source="gacc_en"} 0' in told
    assert 'portvault_source_reachable{source="cbr"} 1' in told
    assert "portvault_run_success 1" in told and "portvault_held 0" in told
    assert any(line.startswith('portvault_product_days_late{product="cbr.') for line in told)
    assert {line.partition("{")[0].partition(" ")[0] for line in told} <= set(metrics.TYPES)
    assert (settings.root / "metrics.txt") == metrics.write(settings)


def test_health_is_lost_with_the_publication_a_failure_or_silence(settings: Settings) -> None:
    assert len(metrics.health(settings).problems) == 1, "there is no publication"
    save(settings, "failed")
    assert len(metrics.health(settings).problems) == 2
    save(settings, "unchanged", 2)
    assert len(metrics.health(settings).problems) == 1
    later = settings.model_copy(update={"now": settings.clock() + metrics.STALE * 2})
    assert len(metrics.health(later).problems) == 2


def test_the_endpoint_answers_what_the_file_says(settings: Settings) -> None:
    with endpoint(settings) as port:
        base = f"http://127.0.0.1:{port}"
        answer = requests.get(f"{base}/metrics", timeout=10)
        assert answer.text.endswith("# EOF\n") and answer.headers["Content-Type"].startswith("application/openmetrics")
        assert requests.get(f"{base}/health", timeout=10).status_code == 503
        assert requests.get(f"{base}/x", timeout=10).status_code == 404


@pytest.mark.parametrize(
    ("wanted", "status", "answer"),
    [("", 200, b"0123456789"), ("bytes=2-4", 206, b"234"), ("bytes=7-", 206, b"789"), ("bytes=-3", 206, b"789"),
     ("bytes=5-99", 206, b"56789"), ("bytes=40-", 200, b"0123456789"), ("lines=1-2", 200, b"0123456789")],
)  # fmt: skip
def test_the_endpoint_gives_readers_files_whole_or_in_part(
    settings: Settings, wanted: str, status: int, answer: bytes
) -> None:
    settings.root.mkdir(parents=True)
    settings.target.write_bytes(b"0123456789")
    with endpoint(settings) as port:
        got = requests.get(f"http://127.0.0.1:{port}/warehouse.duckdb", headers={"Range": wanted}, timeout=10)
        head = requests.head(f"http://127.0.0.1:{port}/warehouse.duckdb", timeout=10)
    assert (got.status_code, got.content) == (status, answer)
    assert (head.headers["Content-Length"], head.headers["Accept-Ranges"]) == ("10", "bytes")


def test_the_endpoint_gives_nothing_that_others_sent(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    for name in ("archive/a", "inbox/b", "catalog/index.html", "catalog/checks/index.html", "portvault.lock"):
        path = settings.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    (settings.root / "catalog" / "link").symlink_to(tmp_path / "secret.txt")
    with endpoint(settings) as port, requests.Session() as session:

        def ask(path: str) -> requests.Response:
            request = requests.Request("GET", f"http://127.0.0.1:{port}/").prepare()
            request.url = f"http://127.0.0.1:{port}/{path}"  # as it is: requests would tidy `..` away
            return session.send(request, timeout=10)

        assert ask("catalog/checks/index.html").text == "catalog/checks/index.html"
        assert ask("catalog/").text.count("<li>") == 3
        top = ask("").text
        assert "catalog/" in top and not any(name in top for name in ("archive", "inbox", "portvault.lock"))
        for path in ("archive/a", "inbox/b", "inbox/", "portvault.lock", "catalog/../archive/a", "catalog/link",
                     "catalog/%2e%2e/%2e%2e/secret.txt", "..", "%2e%2e/", "catalog%5c..%5carchive"):  # fmt: skip
            assert ask(path).status_code == 404, path


def test_a_disk_that_is_nearly_full_is_told_everywhere(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    assert metrics.cramped(settings) == "" and "disk" not in open_points.points(settings, RUN)
    monkeypatch.setattr(metrics.shutil, "disk_usage", lambda _: SimpleNamespace(free=metrics.ROOM - 1))
    assert metrics.cramped(settings) in metrics.health(settings).problems
    assert metrics.cramped(settings) in open_points.points(settings, RUN)["disk"]
    found = {finding.check: finding for finding in doctor.examine(settings.model_copy(update={"offline": True}))}
    assert found["disk"].state == "bad"


def test_the_dashboard_shows_every_figure_and_no_other() -> None:
    board = json.loads((ROOT / "docs" / "deploy" / "grafana.json").read_bytes())
    asked = " ".join(target["expr"] for panel in board["panels"] for target in panel.get("targets", ()))
    assert set(re.findall(r"portvault_[a-z_]+", asked)) == set(metrics.TYPES)
    boxes = [panel["gridPos"] for panel in board["panels"]]
    assert all(box["x"] + box["w"] <= 24 for box in boxes) and len({panel["id"] for panel in board["panels"]}) == len(
        boxes
    )
