"""What a source is: one object that says everything about a publisher's channel that is not in its bytes.

Each file of this folder that has a `SOURCE` is one. Settings of addresses, hosts a client may ask, `status`, `doctor`,
names of publishers, deployments and the tables of the documentation are derived from it; see CONTRIBUTING.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from flows.http.transfer import Limits

if TYPE_CHECKING:
    from flows.settings import Settings
    from flows.sources.visit import Visit

ID = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """When a source is asked by itself. Sources that name the same deployment are asked by the same run."""

    deployment: str
    cron: tuple[str, ...]  # in the time zone of the source
    description: str
    tags: tuple[str, ...] = ()


def context_daily(*cron: str) -> Schedule:
    """The schedule that all services of the context share, each at its own hours (cron, in its time zone)."""
    return Schedule(
        deployment="context-daily",
        cron=cron,
        description="What the figures are read with: exchange rates, prices, other countries' trade, budgets.",
        tags=("context", "daily"),
    )


def _always(settings: Settings) -> bool:
    return True


@dataclass(frozen=True, kw_only=True)
class Source:
    """A publisher's channel. Raises ValueError where the declaration contradicts itself."""

    id: str  # name of its file; also the start of PORTVAULT_<ID>_URL
    publisher: str
    offers: str  # what it publishes, in a few words
    terms: str  # what its figures may be used for
    discover: Callable[[Visit], None]  # lists what is offered and takes it into the archive
    url: str = ""  # base address; empty where nobody is asked
    same_products_as: str = ""  # another source whose products this one publishes too
    site_of: str = ""  # another source whose address this one shares
    timezone: str = "UTC"
    schedules: tuple[Schedule, ...] = ()
    with_every_run: bool = False  # asked by each deployment beside its own sources
    either_scheme: bool = False  # answers under http and https: where one is shut, the other is asked
    limits: Limits = field(default_factory=Limits)  # politeness: pauses, time-outs, sizes
    keyed: bool = False  # its service wants a key (PORTVAULT_<ID>_KEY), and is asked only where one is set
    wanted: Callable[[Settings], bool] = _always  # False while no setting asks for it: people bring its files

    def __post_init__(self) -> None:
        if self.keyed:
            object.__setattr__(self, "wanted", lambda settings: self.id in settings.keys)
        if not ID.fullmatch(self.id):
            raise ValueError(f"source {self.id!r}: an id is lower-case letters, digits and _, starting with a letter")
        if self.url and not self.url.startswith(("http://", "https://")):
            raise ValueError(f"source {self.id}: url is an http(s) address, not {self.url!r}")
        if self.url and self.site_of:
            raise ValueError(f"source {self.id}: url or site_of, not both")
        ZoneInfo(self.timezone)  # raises for a zone that does not exist
