"""What the next run will do with a home, said before it is done."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from flows.archive import Archive
from flows.run import steps, takeover
from flows.settings import Settings
from warehouse.publish import Manifest, write_manifest


def test_a_home_of_another_version_with_products_nobody_knows_is_told(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    assert [finding.what for finding in takeover.check(settings)] == ["version", "archive"]
    facts = {"source": "cbr", "extension": "html", "url": ""}
    Archive(settings.archive).store(b"x", product="cbr.gone", period="2020-01", now=settings.clock(), **facts)
    manifest = Manifest("2025-01-01T00:00:00+00:00", "20250101T000000Z-0001", "digest", "another", "v1.0.0", "0.0.1")
    settings.warehouse.touch()
    write_manifest(settings.warehouse, manifest)
    found = list(takeover.check(settings))
    assert [finding.what for finding in found] == ["version", "build", "archive", "archive"]
    assert "0.0.1" in found[0].found and found[1].advice and "cbr.gone" in found[3].found
    write_manifest(settings.warehouse, replace(manifest, fingerprint=steps.fingerprint(settings)))
    assert list(takeover.check(settings))[1].advice == ""
