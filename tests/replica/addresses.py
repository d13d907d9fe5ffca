"""Settings that send every source to a loopback site."""

from __future__ import annotations

from flows.sources import sources


def everywhere(url: str) -> dict[str, str]:
    """Keyword arguments of Settings: the address of each source that has one."""
    return {f"{source.id}_url": url for source in sources().values() if source.url}


def variables(url: str) -> dict[str, str]:
    """The same as environment variables."""
    return {f"PORTVAULT_{name.upper()}": value for name, value in everywhere(url).items()}
