"""What lies in an archive: bytes, the sidecars beside them, and what is left of either when the other is lost."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from flows.archive import sightings
from flows.archive.sightings import Sighting
from flows.archive.snapshot import Key, Snapshot
from warehouse.files import SHA256, Place, names_below, read_many

MIRROR = ".sidecars"
"""Second copies of sidecars, which earlier versions kept in place of sightings."""


def suffix(extension: str) -> str:
    """JSON releases must not collide with their sidecars."""
    return "data.json" if extension == "json" else extension


def beside(path: Place) -> Place:
    """Where the sidecar of archived bytes is."""
    return path.with_name(path.name.partition(".")[0] + ".json")


def iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def summary(seen: tuple[Sighting, ...], known: Mapping[str, Any]) -> dict[str, Any]:
    """The sidecar that the sightings of some bytes amount to; `known` is what it held before."""
    first = seen[0]
    said: dict[str, Any] = {k: v for k, v in known.items() if k not in ("rebuilt", "last_seen")}
    addresses = [said.get("url", ""), *said.get("also_at", ())]
    for sighting in seen:
        said |= {name: value for name, value in sighting.facts.items() if name != "also_at"}
        addresses += [sighting.address, sighting.facts.get("also_at", "")]
    named = [address for address in dict.fromkeys(addresses) if address]
    return {"published": None, **said} | {
        "source": first.source, "product": first.product, "sha256": first.sha256,
        "period": known.get("period", first.period), "first_seen": known.get("first_seen", first.seen),
        "url": named[0] if named else "", "also_at": sorted(named[1:]),
    }  # fmt: skip


def scan(root: Place) -> Iterator[Snapshot]:
    """Every entry below `root`: bytes with their sidecar (or what sightings and path still say), and sidecars without
    bytes."""
    there = names_below(root)
    seen: dict[Key, list[Sighting]] = {}
    for sighting in sightings.parse(read_many(root, sorted(n for n in there if sightings.is_sighting(n))).values()):
        seen.setdefault((sighting.source, sighting.product, sighting.sha256), []).append(sighting)
    names = {name for name in there if len(name) == 4 and SHA256.fullmatch(name[-1].partition(".")[0])}
    beside = {name for name in names if name[-1].endswith(".json") and name[-1].count(".") == 1}
    sidecars = {name: _sidecar(name, content) for name, content in read_many(root, sorted(beside)).items()}
    for parts in names - beside:
        path, name = root.joinpath(*parts), (*parts[:3], f"{parts[3][:64]}.json")
        known = tuple(seen.get((parts[0], parts[1], parts[3][:64]), ()))
        sidecar = sidecars.pop(name, None) or _recovered(root, name, known) or _rebuilt(path, parts)
        yield Snapshot(path, sidecar, sightings=known)
    for (*folder, file), lost in sidecars.items():
        if lost:  # reading it will tell what is wrong
            known = tuple(seen.get((folder[0], folder[1], file[:64]), ()))
            path = root.joinpath(*folder, f"{file[:64]}.{suffix(lost.get('extension', 'lost'))}")
            yield Snapshot(path, lost, sightings=known)


def _recovered(root: Place, name: tuple[str, ...], seen: tuple[Sighting, ...]) -> dict[str, Any] | None:
    """A sidecar that is lost, from the sightings or from the second copy of an earlier version."""
    if seen:
        return summary(seen, {"period": name[2]})
    found = read_many(root, [(MIRROR, *name)])
    return _sidecar(name, next(iter(found.values()))) if found else None


def taken_over(found: list[Snapshot]) -> list[Snapshot]:
    """The same with sightings for entries of earlier versions, whose sidecars knew the first and the last sight only.

    Where an address showed others in between, the last sight of the older bytes is their coming back.
    """
    others: dict[str, list[str]] = {}
    for snapshot in found:
        others.setdefault(snapshot.url, []).append(snapshot.sidecar["first_seen"])
    made = []
    for snapshot in found:
        first, last = snapshot.sidecar["first_seen"], snapshot.sidecar.get("last_seen", "")
        if snapshot.sightings:
            made.append(snapshot)
            continue
        kept = {k: v for k, v in snapshot.sidecar.items() if k in ("published", "title", "options", "ingested_name")}
        back = snapshot.url and any(first < other < last for other in others[snapshot.url])
        names = (snapshot.source, snapshot.product, snapshot.period, snapshot.sha256)
        seen = tuple(Sighting(*names, day, snapshot.url, kept) for day in ([first, last] if back else [first]))
        made.append(replace(snapshot, sightings=seen))
    return made


def _sidecar(name: tuple[str, ...], content: bytes) -> dict[str, Any] | None:
    """A sidecar; None if it is damaged."""
    try:
        sidecar = json.loads(content)
        datetime.fromisoformat(sidecar["first_seen"])
        return sidecar if sidecar["sha256"] == name[3][:64] and sidecar["source"] and sidecar["product"] else None
    except (ValueError, KeyError, TypeError):
        return None


def _rebuilt(path: Place, name: tuple[str, ...]) -> dict[str, Any]:
    """What path and file time still say when the sidecar is lost; the next store completes it."""
    source, product, period, _ = name
    stat = path.stat()
    seen = datetime.fromtimestamp(stat.st_mtime, UTC).isoformat(timespec="microseconds")
    sha256, _, extension = path.name.partition(".")
    return {
        "source": source, "product": product, "period": period, "sha256": sha256, "size": stat.st_size,
        "extension": extension.removeprefix("data."), "url": "", "also_at": [], "first_seen": seen,
        "published": None, "rebuilt": True,
    }  # fmt: skip
