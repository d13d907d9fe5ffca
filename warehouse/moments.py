"""Times as the warehouse keeps them."""

from __future__ import annotations

from datetime import UTC, datetime


def naive(moment: datetime) -> datetime:
    """The same moment in UTC, without its zone."""
    return moment.astimezone(UTC).replace(tzinfo=None)
