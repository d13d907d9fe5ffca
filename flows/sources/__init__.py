"""One file a source: it lists what its publisher offers and takes it into the archive. Nothing here reads figures."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import Any

from flows.http.client import Client
from flows.http.transfer import Limits
from flows.settings import Settings
from flows.sources.source import Schedule, Source
from flows.sources.visit import SourceReport, Visit

__all__ = ["Limits", "Schedule", "Source", "SourceReport", "Visit", "address", "sources", "visit"]


@cache
def sources() -> Mapping[str, Source]:
    """Every source by its id, found by walking this folder. Raises ValueError where two files contradict each other."""
    found = {source.id: source for source in _declared()}
    for source in found.values():
        if source.site_of and source.site_of not in found:
            raise ValueError(f"source {source.id}: site_of names {source.site_of!r}, and there is no such source")
    return found


def _declared() -> Iterator[Source]:
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda module: module.name):
        source = getattr(import_module(f"{__name__}.{module.name}"), "SOURCE", None)
        if source is None:
            continue  # code that sources share
        if not isinstance(source, Source) or source.id != module.name:
            raise ValueError(f"flows/sources/{module.name}.py: SOURCE is to be a Source whose id is {module.name!r}")
        yield source


def address(source: Source, settings: Settings) -> str:
    """Base address of a source: what the settings say, or what its publisher uses; empty where nobody is asked."""
    site = sources()[source.site_of] if source.site_of else source
    return settings.addresses.get(site.id, site.url)


def unknown_addresses(settings: Settings) -> list[str]:
    """Settings that name the address of a source that does not exist, as they are spelt."""
    known = {source.id for source in sources().values() if source.url}
    return [f"{name}_url" for name in settings.addresses if name not in known]


def visit(source_id: str, settings: Settings, *given: Any, limits: Limits | None = None, **span: Any) -> SourceReport:
    """Visit one source for the periods `since`..`until` (YYYY-MM), or for what is new; the rest is given to Visit.

    The client is its own: it may ask the site of its source alone, remembers which hosts are dead and counts requests.
    """
    source = sources()[source_id]
    base = address(source, settings)
    site = sources()[source.site_of] if source.site_of else source
    sites = [base] if base else []
    client = Client(settings, sites, limits or source.limits, either_scheme=site.either_scheme)
    return Visit(source, base, client, settings, *given, **span).conclude()
