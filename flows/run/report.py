"""What a run did: the facts from which its pages, ops.run and the exit code of the command line are made."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flows.sources import SourceReport

RUN_ID = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{4}")
ADDRESS = re.compile(r"0x[0-9a-f]+")
KNOWN = "Known in the figures as published"
"""Heading of the warnings that the shipped figures give in every run: they are no news."""
EXIT = {"published": 0, "unchanged": 0, "failed": 1, "partial": 3, "held": 4, "locked": 5, "cancelled": 1}


@dataclass
class Report:
    """What a run did, filled in while it goes."""

    run_id: str
    started_at: datetime
    finished_at: datetime | None = None
    outcome: str = "failed"
    reason: str = ""
    error: str = ""  # the exception that broke the run, if one did
    sources: list[SourceReport] = field(default_factory=list)
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
    beyond_count: int = 0
    beyond: list[dict[str, Any]] = field(default_factory=list)  # figures to decide on: old, new, allowed, why
    products: list[dict[str, Any]] = field(default_factory=list)  # as `portvault status` shows them after the run
    checks: dict[str, int] = field(default_factory=dict)  # met, warned, failed
    failing_checks: list[dict[str, Any]] = field(default_factory=list)
    stages: dict[str, float] = field(default_factory=dict)
    publication: dict[str, Any] = field(default_factory=dict)
    outputs: dict[str, str] = field(default_factory=dict)

    def incomplete(self) -> bool:
        """Was something refused or set aside, or could a source not do its work for a reason of ours?"""
        return bool(self.quarantined or self.set_aside) or any(visit.state == "failed" for visit in self.sources)

    def headline(self) -> str:
        """What a person should know at a glance: the reason, what changed, who did not answer, what was refused."""
        parts = [self.reason] if self.reason else []
        if self.added or self.revised_count or self.lost_count:
            added = sum(self.added.values())
            parts.append(f"{added:,} values added, {self.revised_count:,} revised, {self.lost_count:,} lost.")
        for state in ("failed", "blocked", "keyed", "unreachable"):
            if names := [visit.source for visit in self.sources if visit.state == state]:
                parts.append(f"{state.capitalize()}: {', '.join(names)}.")
        if self.quarantined:
            parts.append(f"{len(self.quarantined)} refused.")
        if self.set_aside:
            parts.append(f"{len(self.set_aside)} rows set aside.")
        return " ".join(parts)

    def kind_of_failure(self) -> str:
        """The reason without what differs from run to run: two runs that fail alike are one thing to tell."""
        return RUN_ID.sub("RUN", ADDRESS.sub("0x", self.reason))

    def say(self, sentence: str) -> None:
        """Add a sentence to the reason."""
        self.reason = f"{self.reason} {sentence}".strip()

    def unmet(self) -> dict[str, list[dict[str, Any]]]:
        """The failing checks by heading; apart stands what the shipped figures are known to contradict in every run."""
        by_heading: dict[str, list[dict[str, Any]]] = {"Checks not met": [], KNOWN: []}
        for check in self.failing_checks:
            known = check["severity"] == "warn" and check["suite"].startswith("history_")
            by_heading[KNOWN if known else "Checks not met"].append(check)
        return {heading: checks for heading, checks in by_heading.items() if checks}

    @property
    def exit_code(self) -> int:
        return EXIT[self.outcome]

    def facts(self) -> dict[str, Any]:
        """All of it as one mapping, with the exit code."""
        visits = [visit.facts() for visit in self.sources]
        return vars(self) | {"sources": visits, "exit_code": self.exit_code}
