"""A candidate that gate 2 holds: kept beside the publication until a person approves or rejects it."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from flows.run.report_pages import number
from flows.settings import Settings
from warehouse import publish as publication
from warehouse.files import names, put_in_place, write_atomic
from warehouse.publish import Manifest

REASONS_SHOWN = 3
"""Of what keeps a candidate; all of them are in its report."""


def hold(
    settings: Settings, path: Path, manifest: Manifest, reasons: Sequence[str], fresh: Sequence[str],
    figures: Sequence[dict[str, Any]] = (),
) -> None:  # fmt: skip
    """Keep the candidate at `path` for a person to decide; an older held one is superseded.

    `reasons` are the sentences of gate 2, `fresh` the hashes of the snapshots that a rejection would leave out,
    `figures` the values beyond their bounds, the largest first.
    """
    settings.held.mkdir(parents=True, exist_ok=True)
    for old in settings.held.glob("*.duckdb"):
        old.unlink()
        old.with_suffix(".json").unlink(missing_ok=True)
    base = publication.read_manifest(settings.warehouse)
    facts = {
        "manifest": asdict(manifest),
        "base_digest": base.content_digest if base else None,
        "reasons": list(reasons),
        "snapshots": list(fresh),
        "figures": list(figures),
    }
    kept = settings.held / f"{manifest.run_id}.duckdb"
    put_in_place(path, kept)
    write_atomic(kept.with_suffix(".json"), json.dumps(facts, indent=1, default=str).encode())


def held(settings: Settings) -> dict[str, Any] | None:
    """Facts of the held candidate; None if none is held."""
    for path in settings.held.glob("*.json"):
        with contextlib.suppress(ValueError):  # torn by a power cut: the next run builds and holds it again
            if path.with_suffix(".duckdb").exists():
                return dict(json.loads(path.read_bytes())) | {"path": str(path.with_suffix(".duckdb"))}
    return None


def decision(settings: Settings) -> str:
    """What a person is asked to decide; empty if nothing is held."""
    waiting = held(settings)
    if waiting is None:
        return ""
    run_id = waiting["manifest"]["run_id"]
    figures = waiting.get("figures") or ()
    why = [told(figure) for figure in figures[:REASONS_SHOWN]] or list(waiting.get("reasons", ())[:REASONS_SHOWN])
    if more := len(figures) - REASONS_SHOWN if figures else 0:
        why += [f"{more} more: `portvault diff {run_id}`."] if more > 0 else []
    asked = f"Run {run_id} is held for approval: portvault approve {run_id}, or portvault reject {run_id}."
    return " ".join([asked, *why])


def told(figure: Mapping[str, Any]) -> str:
    """A figure beyond its bound in a sentence: what it is, the old and the new value, what may pass, and why."""
    name = " ".join(str(part) for part in (figure["title"] or figure["series_id"], figure["period_end"]) if part)
    old, new, allowed = figure["previous_value"], figure["value"], figure["allowed"]
    if old is None:
        return f"{name}: would leave. {figure['why']}"
    change = f"{number(old)} -> {'nothing' if new is None else number(new)} {figure['unit'] or ''}".rstrip()
    known = f", known on {figure['vintage_date']}" if figure["vintage_date"] else ""
    bound = (
        f", a change by {number(abs(new - old))} where {number(allowed)} may pass"
        if allowed and new is not None
        else ""
    )
    return f"{name}{known}: {change}{bound}. {figure['why']}"


def rejected(settings: Settings) -> set[str]:
    """Hashes of snapshots that came with a rejected run."""
    return names(settings.held / "rejected")
