"""Why a request brought nothing usable: each error names the address, what came instead, and what to do."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from flows.http.transfer import Broken

_hidden: set[str] = set()


class FetchError(Exception):
    """No usable answer: which address, what came instead, and what to do about it."""

    state = "unreachable"  # what it says about the source

    def __init__(self, url: str, came: str, hint: str = "", status: int | None = None) -> None:
        self.url, self.came, self.hint, self.status = shown(url), came, hint, status
        super().__init__(f"{came} ({self.url}){'. ' + hint if hint else ''}")

    @property
    def reason(self) -> str:
        return str(self)


class Unreachable(FetchError):
    """No connection, no answer in time, or a server error that outlasted the retries."""


class Blocked(FetchError):
    """The site answered, but with a refusal or a challenge instead of the page."""

    state = "blocked"


class NotFound(FetchError):
    """The site answered that there is no such page (404, 410)."""

    state = "reachable"


class TooLarge(FetchError):
    """The body is larger than any release can be, or unpacks to that."""


class ForeignHost(FetchError):
    """An address or a redirect leads off the site of its source."""


def hide(secret: str) -> None:
    """Keep a key out of every message and log from now on."""
    _hidden.update({secret, quote(secret, safe="")})


def shown(url: str) -> str:
    """The address without user name, password and keys, for messages and logs."""
    parts = urlsplit(url)
    plain = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
    for secret in _hidden:
        plain = plain.replace(secret, "***")
    return plain


def told(error: Exception) -> str:
    """What went wrong, without the Python of it."""
    text = str(error)
    for sign, meaning in (
        ("NameResolution", "name not found"), ("Temporary failure in name", "name not found"),
        ("Connection refused", "connection refused"), ("ConnectTimeout", "no connection in time"),
        ("timed out", "no connection in time"), ("unreachable", "network unreachable"),
        ("Connection aborted", "connection dropped"), ("reset", "connection dropped"),
        ("CERTIFICATE", "certificate not accepted"),
    ):  # fmt: skip
        if sign in text or sign in type(error).__name__:
            return meaning
    return f"{type(error).__name__}: {text[:120]}" if not isinstance(error, Broken) else f"damaged answer: {text}"
