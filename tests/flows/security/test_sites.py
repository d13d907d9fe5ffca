"""Hostile sites on loopback: whatever they send ends in quarantine or as a note, and their words stay words."""

from __future__ import annotations

import json
import logging
import tracemalloc
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from flows import sources
from flows.archive import Archive, Quarantine
from flows.http.transfer import Limits
from flows.run import engine
from flows.run.engine import Request
from flows.settings import Settings
from flows.sources import SourceReport
from tests.flows.security.test_bombs import BOMBS
from tests.plain import small_history
from tests.replica import Page, Replica, faults
from tests.replica.addresses import everywhere
from tests.replica.cbr import VFS, XLSX, Bank
from tests.replica.gacc import English
from tests.transforms.customs_pages import Cell, english
from tests.transforms.customs_tables import by_partner_rows, total_rows

QUICK = Limits(read=3, total=6, size=5_000_000, backoff=0.01)  # seconds that a page needs on a busy machine as well
TOTALS = "(1) China's Total Export & Import Values (in CNY)"
PARTNERS = "(4) China's Total Export & Import Values by Country/Region (in CNY)"
EVIL = "<img src=x onerror=alert(1)><script>alert(2)</script>"
SECRET = "hunter2secret"
BOOK = VFS + "02_05_Debt_ind.xlsx"


@pytest.fixture
def site() -> Iterator[Replica]:
    with Replica() as replica:
        yield replica


def settings_for(site: Replica, home: Path) -> Settings:
    urls = everywhere(site.url)
    return Settings(home=home, now="2026-04-14T03:00:00Z", **urls)  # type: ignore[arg-type]


def visit(source: str, site: Replica, home: Path) -> SourceReport:
    settings = settings_for(site, home)
    return sources.visit(source, settings, Archive(settings.archive), limits=QUICK)


def codes(home: Path) -> set[str]:
    return {item["code"] for item in Quarantine(home / "quarantine").items()}


def files(home: Path) -> list[Path]:
    return [path for path in home.rglob("*") if path.is_file()]


def test_entity_bomb_of_the_rates_script(site: Replica, tmp_path: Path) -> None:
    Bank(site)
    for script in ("XML_daily", "XML_dynamic"):
        site.answer(f"/scripts/{script}.asp", lambda path: Page(BOMBS["entities"](), "application/xml"))
    visit("cbr", site, tmp_path)
    assert codes(tmp_path) == {"bomb"}
    assert not [s for s in Archive(tmp_path / "archive").snapshots() if s.product.startswith("cbr.fx")]


@pytest.mark.slow
@pytest.mark.parametrize("bomb", ["one huge member", "directory that lies", "very many members"])
def test_zip_bomb_in_place_of_a_workbook(site: Replica, tmp_path: Path, bomb: str) -> None:
    Bank(site)
    site.put(BOOK, BOMBS[bomb](), XLSX)
    tracemalloc.start()
    visit("cbr", site, tmp_path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert codes(tmp_path) == {"bomb"}
    assert peak < 40_000_000, "300 MB are never unpacked"


@pytest.mark.parametrize("bomb", ["deep page", "tables in tables"])
def test_page_made_to_exhaust_the_parser(site: Replica, tmp_path: Path, bomb: str) -> None:
    English(site).publish(TOTALS, "2026-03", BOMBS[bomb]())
    visit("gacc_en", site, tmp_path)
    assert codes(tmp_path) == {"bomb"}


@pytest.mark.parametrize(
    "fault",
    [faults.endless(), faults.announced(10**12), faults.gzip_bomb(50_000_000),
     pytest.param(faults.dripping_body(60), marks=pytest.mark.slow), pytest.param(faults.silent(60), marks=pytest.mark.slow),
     faults.redirect("file:///etc/passwd"), faults.redirect("http://example.org/02_05_Debt_ind.xlsx")],
    ids=["endless", "announced", "gzip bomb", "dripping", "silent", "to a file", "to another host"],
)  # fmt: skip
def test_one_hostile_answer_is_a_note_and_the_rest_is_fetched(
    site: Replica, tmp_path: Path, fault: faults.Fault
) -> None:
    Bank(site)
    site.fault(BOOK, fault)
    report = visit("cbr", site, tmp_path)
    assert [note for note in report.notes if "cbr.household_debt" in note]
    assert "cbr.fx_dynamic" in {snapshot.product for snapshot in report.new}
    assert not [s for s in Archive(tmp_path / "archive").snapshots() if s.product == "cbr.household_debt"]
    assert not [path for path in files(tmp_path) if b"root:" in path.read_bytes()]


@pytest.mark.parametrize(
    "address",
    ["/Statics/../../../../etc/passwd", "/Statics/..%2f..%2fx.html", "/Statics/%00.html", "/Statics/" + "a" * 3000],
)
def test_hostile_addresses_never_become_paths(site: Replica, tmp_path: Path, address: str) -> None:
    """The archive names files by product, period and hash; an address is only a word in a sidecar."""
    customs = English(site)
    customs.links[TOTALS, "2026-03"] = site.put(address, english(*total_rows("2026-03", "CNY")))
    customs.refresh()
    home = tmp_path / "deep" / "home"
    visit("gacc_en", site, home)
    assert {path.relative_to(tmp_path).parts[:2] for path in files(tmp_path)} == {("deep", "home")}
    assert {s.path.parent.name for s in Archive(home / "archive").snapshots()} <= {"2026-03"}


@pytest.mark.slow
def test_hostile_words_stay_words_and_secrets_stay_secret(
    site: Replica, tmp_path: Path, small: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    """A whole run on a site that puts markup into a page's title and a label, with a password in an alert address."""
    customs = English(site)
    title, rows = total_rows("2026-03", "CNY")
    customs.publish(TOTALS, "2026-03", english(title, rows))
    customs.publish(TOTALS, "2026-02", english(title + EVIL, rows))
    title, rows = by_partner_rows("2026-03", "CNY")
    evil: list[list[Cell]] = [[EVIL if "Japan" in str(row[0]) else row[0], *row[1:]] for row in rows]
    customs.publish(PARTNERS, "2026-03", english(title, evil))
    site.put("/hook", b"no", status=500)
    environment = {name.upper(): url for name, url in everywhere(site.url).items()}
    hook = site.url.replace("http://", f"json://user:{SECRET}@") + f"/hook?token={SECRET}"
    environment |= {"HOME": str(tmp_path / "data"), "NOW": "2026-04-14T03:00:00Z", "ALERT_URLS": json.dumps([hook])}
    for name, value in environment.items():
        monkeypatch.setenv(f"PORTVAULT_{name}", value)
    with ExitStack() as stack, caplog.at_level(logging.DEBUG):
        stack.enter_context(small_history(small))
        report = engine.run(Settings(), Request(sources=("gacc_en",))).facts()
    assert report["exit_code"] == 3, report["reason"]
    assert [row for row in report["set_aside"] if EVIL in row["reason"]], "the report names the label that nobody knows"

    pages = [path for path in files(tmp_path / "data") if path.suffix in (".html", ".md")]
    assert {"index.html", f"{report['run_id']}.md"} <= {path.name for path in pages}
    for path in pages:
        text = path.read_text("utf-8")
        assert EVIL not in text and "<img src=x" not in text and "<script>alert" not in text, path
    written = b"".join(path.read_bytes() for path in files(tmp_path / "data"))
    output = capfd.readouterr()
    said = "".join([output.out, output.err, json.dumps(report, default=str), *(r.getMessage() for r in caplog.records)])
    assert SECRET.encode() not in written
    assert SECRET not in said
    assert "did not take the message" in " ".join(report["notes"])
