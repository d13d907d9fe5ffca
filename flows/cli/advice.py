"""What a person can do about the states that `portvault status` shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flows.run import due_periods, extract, freshness, holding, report_files
from flows.settings import Settings
from transforms.products import all_products

Rows = Sequence[Mapping[str, Any]]


def advice(settings: Settings, rows: Rows) -> Iterator[str]:
    """A count of the states, then a sentence for each thing to do; `rows` as of status.current."""
    if not settings.warehouse.exists():
        yield "There is no publication yet: `portvault run` makes one."
        return
    counts = Counter(row["state"] for row in rows)
    yield f"{len(rows)} products: " + ", ".join(f"{count} {state}" for state, count in counts.most_common()) + "."
    if held := holding.decision(settings):
        yield held
    if failure := report_files.last_failure(settings):
        yield f"The last run, {failure['run_id']}, failed: {failure['reason']}"
    if counts["quarantined"]:
        yield f"Refused files and their reasons: {settings.quarantine}."
    waiting = [row for row in rows if row["state"] in ("due", "late", "blocked", "keyed", "unreachable")]
    by_hand = [row["product"] for row in waiting if freshness.by_hand(settings, _source(row))]
    if by_hand:
        yield f"By hand: {', '.join(by_hand)}. Put downloads into {settings.inbox}, or name them in `queries`."
    asked = extract.remembered(settings)
    if any(_source(row) not in asked for row in waiting if row["product"] not in by_hand):
        yield "Not every publisher was asked yet: `portvault run` does."
    if counts["blocked"] or counts["unreachable"]:
        yield (
            "Sites that do not answer are asked again by the next run. If that lasts, save their pages in a browser "
            f"and `portvault ingest FILE`, or put the files into {settings.inbox}."
        )
    if again := freshness.revisits(settings):
        yield again
    today = settings.clock().date()
    if holes := {
        name: missed for name, missed in due_periods.holes(settings).items() if all_products()[name].SOURCE in asked
    }:
        first = min(period for missed in holes.values() for period in missed)[:7]
        last = max(period for missed in holes.values() for period in missed)[:7]
        named = ", ".join(f"{name} ({len(missed)})" for name, missed in sorted(holes.items()))
        yield (
            f"Periods are missing between the first and the last that are here of {named}: "
            f"`portvault backfill --from {first} --to {last}` asks their publishers for them."
        )
    behind = [row for row in waiting if row["state"] == "late" and row["last_period"] and _source(row) in asked
              and freshness.missing(row["product"], row["expected_period"], today) > 1]  # fmt: skip
    if behind:
        first = min(row["expected_period"] for row in behind)[:7]
        yield (
            f"{len(behind)} products are behind by more than one release. Runs fetch recent ones; for the rest: "
            f"`portvault backfill --from {first} --to {today:%Y-%m}`."
        )


def _source(row: Mapping[str, Any]) -> str:
    return all_products()[row["product"]].SOURCE
