"""What this version will do with a home that an earlier one made: said before it is done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version

from flows.archive import Archive
from flows.run import holding, steps
from flows.settings import Settings
from transforms.products import all_products
from warehouse.publish import read_manifest


@dataclass(frozen=True)
class Finding:
    """One thing about a home, and what to do about it."""

    what: str  # version, build, archive, held
    found: str
    advice: str = ""


def check(settings: Settings) -> Iterator[Finding]:
    """What the next run finds. Reads manifests and sidecars, changes nothing."""
    manifest = read_manifest(settings.warehouse)
    ours = version("portvault")
    if manifest is None:
        yield Finding("version", f"no publication; this is {ours}", "`portvault run` makes one.")
    else:
        made = manifest.portvault_version
        yield Finding("version", f"published by {made}, run {manifest.run_id}; this is {ours}")
        same = manifest.fingerprint == steps.fingerprint(settings)
        advice = "" if same else "`portvault run` builds anew; changes beyond the bounds are held for you."
        found = (
            "same code, same archive"
            if same
            else "the code or the archive differs from what the publication was made of"
        )
        yield Finding("build", found, advice)
    known, snapshots = all_products(), Archive(settings.archive).snapshots()
    strange = sorted({snapshot.product for snapshot in snapshots if snapshot.product not in known})
    yield Finding("archive", f"{len(snapshots)} releases are taken over as they are")
    if strange:
        advice = "Their bytes stay; their releases are refused until a version knows them again."
        yield Finding("archive", f"products that this version does not know: {', '.join(strange)}", advice)
    if waiting := holding.held(settings):
        advice = "Decide before you upgrade: a new build replaces the candidate."
        yield Finding("held", f"run {waiting['manifest']['run_id']} waits for a decision", advice)
