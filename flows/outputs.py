"""What is written beside the publication, from the published file alone: a crash here is mended by the next run."""

from __future__ import annotations

import json
from pathlib import Path

from flows.archive import write_atomic
from flows.settings import Settings
from warehouse.publish import Manifest, read_manifest


def write(settings: Settings) -> dict[str, str]:
    """Write everything that goes with the publication; returns name -> path of each output."""
    manifest = read_manifest(settings.warehouse)
    assert manifest, "outputs are written after publishing"
    written: dict[str, str] = {}
    write_atomic(_marker(settings), json.dumps({"digest": manifest.content_digest, "run_id": manifest.run_id}).encode())
    return written


def complete(settings: Settings, manifest: Manifest) -> bool:
    """Were the outputs of this publication written to the end?"""
    try:
        return bool(json.loads(_marker(settings).read_bytes())["run_id"] == manifest.run_id)
    except (FileNotFoundError, ValueError, KeyError):
        return False


def _marker(settings: Settings) -> Path:
    return settings.root / "cache" / "outputs.json"
