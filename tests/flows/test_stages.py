"""What the command line and a worker decide alike."""

from __future__ import annotations

from pathlib import Path

from flows import stages
from flows.settings import Settings


def test_nothing_to_build_is_unchanged_or_partial_if_a_page_was_refused(built_home: Path) -> None:
    settings = Settings(home=built_home)
    inputs = stages.fingerprint(settings)
    assert stages.already(settings, inputs) == "unchanged"
    assert stages.already(settings, inputs, refused=True) == "partial"
    assert stages.already(settings, "something else", refused=True) is None
