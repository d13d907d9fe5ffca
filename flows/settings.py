"""Everything a user may set: PORTVAULT_* variables, then `portvault.toml` in the working folder, then defaults."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, HttpUrl, SecretStr, TypeAdapter, ValidationError, field_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from flows.http.errors import hide
from warehouse.files import Place, place

PREFIX = "PORTVAULT_"
URL = "_url"
KEY = "_key"
SECRET = "prefect:"
"""A key that starts so names a Secret block of Prefect: prefect:census-key."""


class Query(BaseModel, extra="forbid"):
    """A download of GACC's online query that is wanted of every month."""

    flow: Literal["import", "export"]
    commodities: list[Annotated[str, Field(pattern=r"^\d{8}$")]] = Field(default_factory=list)  # none: all
    partners: list[Annotated[str, Field(pattern=r"^[A-Z]{3}$")]] = Field(default_factory=list)  # none: all
    by: list[Literal["partner", "regime", "region"]] = Field(default=["partner"])
    currency: Literal["USD", "CNY"] = "USD"


def _gathered(given: Mapping[str, Any]) -> dict[str, Any]:
    """Settings with every `<source>_url` moved into `addresses` and every `<source>_key` into `keys`.

    Sources are not listed here, they list themselves.
    """
    rest = dict(given)
    for suffix, field in ((URL, "addresses"), (KEY, "keys")):
        names = [name for name in given if name.endswith(suffix) and name not in Settings.model_fields]
        if found := {name.removesuffix(suffix): rest.pop(name) for name in names}:
            rest[field] = {**rest.get(field, {}), **found}
    return rest


def unknown_variables() -> list[str]:
    """Environment variables that look like settings and are none: a slip of the pen, or of another version."""
    known = set(Settings.model_fields) | {"addresses", "keys"}
    names = [
        name
        for name in os.environ
        if name.startswith(PREFIX) and name.lower().removeprefix(PREFIX.lower()) not in known
    ]
    of_sources = [name for name in names if name.endswith((URL.upper(), KEY.upper()))]
    if of_sources:
        from flows.sources import sources  # late: only who sets such a variable pays for it

        ours = {f"{PREFIX}{source.id.upper()}{URL.upper()}" for source in sources().values() if source.url}
        ours |= {f"{PREFIX}{source.id.upper()}{KEY.upper()}" for source in sources().values() if source.keyed}
        names = [name for name in names if name not in ours]
    return sorted(names)


class _Given(PydanticBaseSettingsSource):
    """The arguments of the call, with their addresses gathered."""

    def __init__(self, inner: PydanticBaseSettingsSource) -> None:
        super().__init__(inner.settings_cls)
        self._inner = inner

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        return self._inner.get_field_value(field, field_name)

    def __call__(self) -> dict[str, Any]:
        return _gathered(self._inner())


class _File(TomlConfigSettingsSource):
    """`portvault.toml`, with its addresses gathered."""

    def __call__(self) -> dict[str, Any]:
        return _gathered(super().__call__())


class _OfEnvironment(PydanticBaseSettingsSource):
    """The variables PORTVAULT_<SOURCE>_URL and PORTVAULT_<SOURCE>_KEY."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        return None, field_name, False

    def __call__(self) -> dict[str, Any]:
        names = {name: name.lower().removeprefix(PREFIX.lower()) for name in os.environ if name.startswith(PREFIX)}
        found = {short: os.environ[name] for name, short in names.items() if short.endswith((URL, KEY))}
        gathered = _gathered(found)
        return {field: gathered.get(field, {}) for field in ("addresses", "keys")}


class Settings(BaseSettings):
    """Settings of one run. Folders are properties, so that no room spells a path of its own."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, toml_file="portvault.toml", extra="forbid")

    home: Path = Field(Path("data"), description="Folder of everything Portvault keeps.")
    offline: bool = Field(False, description="Use history and archive alone; ask no publisher.")
    archive_url: str = Field("", description="fsspec address of the archive, such as s3://bucket/archive.")
    parquet_url: str = Field("", description="fsspec address that gets a copy of the Parquet files.")
    task_runner: Literal["threads", "processes", "dask"] = Field("threads", description="Where the archive is read.")
    dask_address: str = Field("", description="Scheduler of the Dask cluster; a temporary local one if empty.")
    log: Literal["", "json"] = Field("", description="json: structured logs, one object a line, on standard error.")
    alert_urls: list[str] = Field(default_factory=list, description="Apprise URLs that get the digest of a run.")
    contact: str = Field("", description="Address put into the User-Agent, so that a publisher can reach you.")
    addresses: dict[str, str] = Field(
        default_factory=dict, description="Base address by source; PORTVAULT_<SOURCE>_URL, or <source>_url in the file."
    )
    keys: dict[str, SecretStr] = Field(
        default_factory=dict, description="Key by source; PORTVAULT_<SOURCE>_KEY, or <source>_key in the file."
    )
    queries: list[Query] = Field(default_factory=list, description="Downloads of the online query to ask for monthly.")
    metrics_port: int | None = Field(
        None, ge=0, le=65535, description="Port of /metrics, /health and the pages under serve."
    )
    pages_url: str = Field("", description="Address at which a web server of yours shows HOME, for links in Prefect.")
    keep_publications: int = Field(5, ge=1, description="Dated publications kept for roll-back.")
    now: datetime | None = Field(None, description="An ISO time that replaces the clock, for simulations.")

    @field_validator("task_runner")
    @classmethod
    def _runner(cls, name: str) -> str:
        if name == "dask" and find_spec("prefect_dask") is None:
            raise ValueError("dask is an extra: install portvault[dask]")
        return name

    @field_validator("archive_url", "parquet_url")
    @classmethod
    def _store(cls, url: str) -> str:
        if url and "://" not in url:
            raise ValueError("wants an address with a protocol, such as s3://bucket/folder or file:///srv/folder")
        if url:
            from fsspec import get_filesystem_class  # type: ignore[import-untyped]  # late: only remote stores need it

            try:
                get_filesystem_class(url.partition("://")[0])
            except (ImportError, ValueError) as error:  # ValueError: nobody knows the protocol
                raise ValueError(str(error)) from None
        return url.rstrip("/")

    @field_validator("addresses")
    @classmethod
    def _base_urls(cls, urls: dict[str, str]) -> dict[str, str]:
        for source, url in urls.items():
            try:
                TypeAdapter(HttpUrl).validate_python(url)
            except ValidationError as error:
                raise ValueError(f"{source}_url: {error.errors()[0]['msg']}, not {url!r}") from None
        return {source: url.rstrip("/") for source, url in urls.items()}

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return _Given(init_settings), env_settings, _OfEnvironment(settings_cls), _File(settings_cls)

    def key(self, source: str) -> str:
        """The key of a service, from the settings or from the Prefect block that they name; '' if there is none.

        From then on it is left out of every message that names an address.
        """
        value = self.keys[source].get_secret_value().strip() if source in self.keys else ""
        if value.startswith(SECRET):
            from prefect.blocks.system import Secret  # late: only who keeps keys there pays for it

            value = str(Secret.load(value.removeprefix(SECRET), _sync=True).get())  # type: ignore[call-arg, union-attr]
        if value:
            hide(value)
        return value

    def clock(self) -> datetime:
        """The present moment in UTC, or NOW."""
        if self.now is None:
            return datetime.now(UTC)
        return self.now if self.now.tzinfo else self.now.replace(tzinfo=UTC)

    @property
    def pages(self) -> str:
        """Where a browser finds HOME: the address set, or that of `serve`; empty where there is neither."""
        return self.pages_url.rstrip("/") or (f"http://127.0.0.1:{self.metrics_port}" if self.metrics_port else "")

    @cached_property
    def root(self) -> Path:
        return self.home.expanduser().resolve()

    @property
    def target(self) -> Path:
        """Where publications are put."""
        return self.root / "warehouse.duckdb"

    @property
    def warehouse(self) -> Path:
        """The publication: `target`, or the dated file that `warehouse.path` names if `target` was not replaceable."""
        pointer = self.target.with_suffix(".path")
        name = pointer.read_text("utf-8") if pointer.exists() else ""  # empty: torn by a power cut
        return self.root / (name or self.target.name)

    @property
    def archive(self) -> Place:
        return place(self.archive_url) if self.archive_url else self.root / "archive"

    @property
    def quarantine(self) -> Path:
        return self.root / "quarantine"

    @property
    def readings(self) -> Path:
        """Cache of what snapshots say, keyed by content and code; safe to delete."""
        return self.root / "cache" / "readings"

    @property
    def inbox(self) -> Path:
        """Where people put files that no program may fetch."""
        return self.root / "inbox"

    @property
    def held(self) -> Path:
        return self.root / "held"

    @property
    def parquet(self) -> Path:
        return self.root / "parquet"

    @property
    def bulletin(self) -> Path:
        return self.root / "bulletin"

    @property
    def catalog(self) -> Path:
        return self.root / "catalog"

    @property
    def runs(self) -> Path:
        return self.root / "runs"

    @property
    def lock(self) -> Path:
        return self.root / "portvault.lock"
