"""What a run did: the facts from which its pages, ops.run and the exit code of the command line are made."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

EXIT = {"published": 0, "unchanged": 0, "failed": 1, "partial": 3, "held": 4, "locked": 5}


class RunFailed(Exception):
    """A run ended without publishing; its report says why."""


@dataclass
class Report:
    """What a run did, filled in while it goes."""

    run_id: str
    started_at: datetime
    finished_at: datetime | None = None
    outcome: str = "failed"
    reason: str = ""
    sources: list[dict[str, Any]] = field(default_factory=list)  # source, state, reason, new, seen, requests
    new_releases: list[str] = field(default_factory=list)
    quarantined: list[dict[str, Any]] = field(default_factory=list)  # release_id, code, expected, got, where, hint
    set_aside: list[dict[str, Any]] = field(default_factory=list)  # release_id, row, code, reason, where
    notes: list[str] = field(default_factory=list)
    added: dict[str, int] = field(default_factory=dict)
    revised_count: int = 0
    revised: list[dict[str, Any]] = field(default_factory=list)  # the largest in percent
    largest: list[dict[str, Any]] = field(default_factory=list)  # the largest in value, by unit
    lost_count: int = 0
    lost: list[dict[str, Any]] = field(default_factory=list)
    products: list[dict[str, Any]] = field(default_factory=list)  # as `portvault status` shows them after the run
    checks: dict[str, int] = field(default_factory=dict)  # met, warned, failed
    failing_checks: list[dict[str, Any]] = field(default_factory=list)
    stages: dict[str, float] = field(default_factory=dict)
    publication: dict[str, Any] = field(default_factory=dict)
    outputs: dict[str, str] = field(default_factory=dict)

    def incomplete(self) -> bool:
        """Was something refused or set aside, or could a source not do its work for a reason of ours?"""
        return bool(self.quarantined or self.set_aside) or any(row["state"] == "failed" for row in self.sources)

    def say(self, sentence: str) -> None:
        """Add a sentence to the reason."""
        self.reason = f"{self.reason} {sentence}".strip()

    def unmet(self) -> dict[str, list[dict[str, Any]]]:
        """The failing checks by heading; apart stands what the shipped figures are known to contradict in every run."""
        by_heading: dict[str, list[dict[str, Any]]] = {"Checks not met": [], "Known in the figures as published": []}
        for check in self.failing_checks:
            known = check["severity"] == "warn" and check["suite"].startswith("history_")
            by_heading["Known in the figures as published" if known else "Checks not met"].append(check)
        return {heading: checks for heading, checks in by_heading.items() if checks}

    @property
    def exit_code(self) -> int:
        return EXIT[self.outcome]

    def facts(self) -> dict[str, Any]:
        """All of it as one mapping, with the exit code."""
        return vars(self) | {"exit_code": self.exit_code}
