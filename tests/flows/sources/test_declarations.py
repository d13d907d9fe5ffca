"""One declaration a source, found by walking the folder; addresses, hosts and schedules follow from it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from flows import sources as room
from flows.archive import Archive
from flows.deployments import deployments
from flows.settings import Settings
from flows.sources import Schedule, Source, Visit, address, sources, unknown_addresses, visit
from tests.replica.server import Replica


def nothing(visit: Visit) -> None:
    pass


def test_every_file_with_a_declaration_is_a_source() -> None:
    folder = Path(room.__file__).parent
    written = {path.stem for path in folder.glob("*.py") if "\nSOURCE = Source(" in path.read_text("utf-8")}
    assert set(sources()) == written
    for source in sources().values():
        assert source.publisher and source.offers and source.terms
        assert source.schedules or source.with_every_run, source.id


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": "With Space"},
        {"url": "ftp://example.org"},
        {"url": "https://example.org", "site_of": "cbr"},
        {"timezone": "Moscow"},
    ],
)
def test_a_declaration_that_contradicts_itself_is_refused(wrong: dict[str, str]) -> None:
    good = {"id": "x", "publisher": "P", "offers": "o", "terms": "t", "discover": nothing}
    Source(**good)  # type: ignore[arg-type]
    with pytest.raises((ValueError, LookupError)):
        Source(**good | wrong)  # type: ignore[arg-type]


def test_addresses_come_from_variable_file_argument_or_declaration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    declared = sources()
    assert address(declared["gacc_en"], Settings()) == declared["gacc_en"].url
    (tmp_path / "portvault.toml").write_text('gacc_en_url = "http://of.file"\ncbr_url = "http://of.file"\n')
    monkeypatch.setenv("PORTVAULT_CBR_URL", "http://of.variable/")
    settings = Settings(gacc_zh_url="http://of.argument")
    assert address(declared["gacc_en"], settings) == "http://of.file"
    assert address(declared["cbr"], settings) == "http://of.variable"
    assert address(declared["reports"], settings) == "http://of.variable", "it asks the site of another source"
    assert address(declared["gacc_zh"], settings) == "http://of.argument"
    assert address(declared["inbox"], settings) == ""
    assert settings.archive_url == "" and not unknown_addresses(settings)
    assert unknown_addresses(Settings(nobody_url="http://x.org")) == ["nobody_url"]
    with pytest.raises(ValueError, match="gacc_en_url"):
        Settings(gacc_en_url="no address")


def test_a_source_that_asks_another_site_has_failed_whoever_swallows_the_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Replica() as own, Replica() as other:
        there = other.put("/a", "<table></table>")

        def strays(visit: Visit) -> None:
            with visit.going_on("a page of another site", there):
                visit.client.get(there)

        declared = replace(sources()["cbr"], discover=strays)
        monkeypatch.setattr(room, "sources", lambda: {"cbr": declared})
        settings = Settings(home=tmp_path, cbr_url=own.url)
        report = visit("cbr", settings, Archive(settings.archive))
        assert (report.state, there in report.reason, other.log) == ("failed", True, [])


def test_sources_of_one_deployment_are_asked_by_one_run(monkeypatch: pytest.MonkeyPatch) -> None:
    at_noon = Schedule(deployment="noon", cron=("0 12 * * *",), description="At noon.")
    made = {
        name: Source(id=name, publisher="P", offers="o", terms="t", discover=nothing, timezone=zone,
                     schedules=(at_noon,) if zone != "UTC" else (), with_every_run=zone == "UTC")
        for name, zone in (("a", "Asia/Tokyo"), ("b", "Europe/Paris"), ("z", "UTC"))
    }  # fmt: skip
    monkeypatch.setattr("flows.deployments.sources", lambda: made)
    (entry,) = deployments()
    assert entry["parameters"]["sources"] == ["a", "b", "z"]
    assert {s["timezone"] for s in entry["schedules"]} == {"Asia/Tokyo", "Europe/Paris"}
    other = replace(at_noon, description="Another.")
    made["b"] = replace(made["b"], schedules=(other,))
    with pytest.raises(ValueError, match="noon"):
        deployments()
