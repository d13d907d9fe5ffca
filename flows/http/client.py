"""HTTP as a polite and suspicious guest of the publishers' sites.

Polite: an honest name, a pause between requests, conditional requests, few retries and only where they can help.
Suspicious: nothing leaves the site of the source, nothing is endless, and a challenge page is never an answer.
"""

from __future__ import annotations

import base64
import hashlib
import ipaddress
import json
import logging
import random
import time
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from urllib.parse import quote, urljoin, urlsplit

import requests
from requests.structures import CaseInsensitiveDict
from urllib3.exceptions import ReadTimeoutError
from urllib3.util import Retry

from flows.http.errors import Blocked, FetchError, ForeignHost, NotFound, TooLarge, Unreachable, shown, told
from flows.http.transfer import FAILURES, Broken, Limits, Response, Slow, TooMuch, Transfer
from flows.settings import Settings
from transforms.model import Payload, ReadError
from transforms.refusals import HINT, refuse_non_data
from warehouse.files import write_atomic

__all__ = ["Blocked", "Client", "FetchError", "ForeignHost", "NotFound", "Response", "TooLarge", "Unreachable"]

log = logging.getLogger("portvault.http")

RETRY = {429, 500, 502, 503, 504}
REDIRECT = {301, 302, 303, 307, 308}
GONE = {404, 410}
MAX_REDIRECTS = 5


class Client:
    """One session of requests for one run of one source; remembers which hosts are dead."""

    def __init__(
        self, settings: Settings, sites: Sequence[str], limits: Limits | None = None, *, either_scheme: bool = False
    ) -> None:
        """`sites` are the base addresses that may be asked, and nothing else is; with `either_scheme` a site that does
        not answer at all under https is asked under http, and the other way round."""
        self.limits = limits or Limits()
        self.not_allowed: list[str] = []  # why an address that was to be asked is none of the sites
        self.requests = 0  # sent in all, retries and redirects included
        self.busy = 0.0  # seconds spent on requests and the pauses between them
        self._clock = settings.clock
        self._cache = settings.root / "cache" / "pages"
        self._sites = [urlsplit(url) for url in sites]
        self._session = requests.Session()
        self._session.auth = lambda request: request  # keeps passwords of ~/.netrc at home
        contact = f"; +{settings.contact}" if settings.contact else ""
        self._session.headers.update(
            {
                "User-Agent": f"Mozilla/5.0 (compatible; portvault/{version('portvault')}{contact})",
                "Accept-Encoding": "gzip",
            }
        )
        self._either_scheme = either_scheme
        self._scheme: dict[str, str] = {}  # of sites that answer under another one than their address says
        self._alive: set[str] = set()
        self._knocked: set[str] = set()  # whose guard has been seen
        self._dead: dict[str, str] = {}
        self._strikes: Counter[str] = Counter()
        self._last: dict[str, float] = {}
        self._wasted = 0.0  # seconds spent on hosts that turned out dead: the next one gets less patience

    def get(
        self, url: str, *, etag: str | None = None, last_modified: str | None = None, accept: str = "*/*"
    ) -> Response:
        """The page at `url`, or Response.not_modified when the validators still hold. Raises a FetchError."""
        headers = {"Accept": accept}
        if etag:
            headers["If-None-Match"] = etag
        if last_modified:
            headers["If-Modified-Since"] = last_modified
        asked = url
        for _ in range(MAX_REDIRECTS):
            response = self._persistently(url, headers, asked)
            if response.not_modified and not (etag or last_modified):
                raise Unreachable(url, "HTTP 304 to a request without a condition", "The next run tries again.", 304)
            if response.status not in REDIRECT:
                try:
                    return self._judged(response)
                except Blocked:
                    site = urlsplit(url).netloc
                    if response.status != 200 or site in self._knocked:
                        raise
                    self._knocked.add(site)  # a guard may stand in for the first answer alone: ask once more
                    continue
            url = urljoin(url, quote(response.headers.get("Location", ""), safe="%/:=&?~#+!$,;'@()*[]"))
        raise Unreachable(asked, f"more than {MAX_REDIRECTS} redirects", "The site sends in circles; try later.")

    def post(self, url: str, body: bytes, headers: dict[str, str]) -> Response:
        """The answer to a query that must be posted (SOAP). Redirects are not followed. Raises a FetchError."""
        response = self._persistently(url, headers, url, body)
        if response.status in REDIRECT:
            raise Unreachable(url, f"HTTP {response.status} to a posted query", "The service has moved.")
        return self._judged(response)

    def is_dead(self, url: str) -> bool:
        """Was the host given up for this run?"""
        return urlsplit(url).netloc in self._dead

    def page(self, url: str, accept: str = "text/html", fresh_for: timedelta = timedelta(0)) -> bytes:
        """A page that is no release (an index, a query): asked conditionally, kept in the cache folder.

        One that was asked for less than `fresh_for` ago is not asked for again.
        """
        path = self._cache / f"{hashlib.sha256(url.encode()).hexdigest()}.json"
        kept = _cached(path)
        now = self._clock()
        if kept and timedelta(0) <= now - datetime.fromisoformat(kept["asked"]) < fresh_for:
            return base64.b64decode(kept["content"])
        response = self.get(url, etag=kept.get("etag"), last_modified=kept.get("last_modified"), accept=accept)
        entry: dict[str, str | None] = {**kept, "asked": now.isoformat()}
        if not response.not_modified:
            entry |= {
                "url": shown(url),
                "etag": response.headers.get("ETag"),
                "last_modified": response.headers.get("Last-Modified"),
                "content": base64.b64encode(response.content).decode(),
            }
        write_atomic(path, json.dumps(entry).encode())
        return base64.b64decode(str(entry["content"]))

    def _check(self, url: str, asked: str) -> None:
        """Raise ForeignHost unless `url` belongs to a site of the source: same host and port, or a sister machine."""
        parts = urlsplit(url)
        default = {"http": 80, "https": 443}
        try:
            port = parts.port or default.get(parts.scheme)
        except ValueError:
            port = None
        host = parts.hostname or ""
        for site in self._sites if parts.scheme in default else ():
            own = site.port or default[site.scheme]
            if host == site.hostname and (port == own or {port, own} == {80, 443}):
                return
            # www.customs.gov.cn also speaks for tjs.customs.gov.cn and for itself without www, on the usual ports
            if f".{host}".endswith("." + (site.hostname or "").removeprefix("www.")) and {port, own} <= {80, 443}:
                return
        came = "an address" if url == asked else f"a redirect from {shown(asked)}"
        error = ForeignHost(url, f"{came} off the site of its source", "Not followed. Check the site in a browser.")
        if url == asked:
            self.not_allowed.append(error.reason)
        raise error

    def _persistently(self, url: str, headers: dict[str, str], asked: str, body: bytes | None = None) -> Response:
        """The answer under the scheme of the address, or under the other one where nobody answers there."""
        site = urlsplit(url).netloc
        if site in self._scheme:
            url = urlsplit(url)._replace(scheme=self._scheme[site]).geturl()
        silent = self._either_scheme and site not in self._alive and site not in self._dead
        try:
            return self._until_answered(url, headers, asked, body)
        except Unreachable as error:
            if not silent or error.status is not None or site in self._alive:
                raise
            other = "http" if urlsplit(url).scheme == "https" else "https"
            reason = self._dead.pop(site, error.reason)
            try:
                response = self._until_answered(urlsplit(url)._replace(scheme=other).geturl(), headers, asked, body)
            except FetchError as second:
                if isinstance(second, Unreachable) and second.status is None:
                    self._dead[site] = reason
                    raise error from None
                raise
            self._scheme[site] = other
            return response

    def _until_answered(self, url: str, headers: dict[str, str], asked: str, body: bytes | None = None) -> Response:
        """Send until there is an answer that a retry would not change."""
        self._check(url, asked)
        site = urlsplit(url).netloc
        if site in self._dead:
            raise Unreachable(url, self._dead[site], "Not asked again in this run.")
        began, came, status = time.monotonic(), "", None
        first = max(self.limits.first / 4, self.limits.first - self._wasted)
        for attempt in range(self.limits.attempts):
            wait = self.limits.backoff * 2 ** (attempt - 1) * random.uniform(0.75, 1.25) if attempt else 0.0
            known = site in self._alive
            if not known and time.monotonic() - began + wait >= first:
                break
            time.sleep(wait)
            try:
                response = self._send(
                    url, site, headers, self.limits.total if known else began + first - time.monotonic(), body
                )
            except (Slow, requests.ReadTimeout, ReadTimeoutError) as error:
                came, status = str(error) if isinstance(error, Slow) else f"silent for {self.limits.read:g} s", None
                break  # a slow server is not helped by asking again
            except TooMuch as error:
                raise TooLarge(
                    url, f"too large: {error}", "Nothing was kept. Fetch it by hand if it is real."
                ) from None
            except (*FAILURES, Broken) as error:
                came, status = told(error), None
                continue
            self._alive.add(site)
            if response.status not in RETRY:
                return response
            came, status = f"HTTP {response.status}", response.status
            after = _retry_after(response)
            if after > self.limits.patience:
                came += f", come back in {after:.0f} s"
                break
            if attempt + 1 < self.limits.attempts:
                time.sleep(after)
        if status == 429:
            raise Blocked(url, came, "The site asks for fewer requests; the next run tries again.", status)
        if status is None:
            self._strikes[site] += 1
            if site not in self._alive or self._strikes[site] > 1:
                self._dead[site] = came
                self._wasted += time.monotonic() - began
        raise Unreachable(url, came, "The next run tries again.", status)

    def _send(self, url: str, site: str, headers: dict[str, str], first: float, body: bytes | None) -> Response:
        """Send once; wait `first` seconds for an answer to begin."""
        began_here = time.monotonic()
        if not _loopback(url):
            ready = self._last.get(site, 0.0) + self.limits.pause * random.uniform(0.75, 1.25)
            time.sleep(max(0.0, ready - time.monotonic()))
        self._last[site] = time.monotonic()
        self.requests += 1
        log.debug("%s %s", "GET" if body is None else "POST", shown(url))
        try:
            return Transfer(self._session, url, headers, self.limits, body).outcome(first)
        finally:
            self.busy += time.monotonic() - began_here

    def _judged(self, response: Response) -> Response:
        """Let through a page or "not modified"; turn everything else into the error that explains it."""
        if response.status == 304:
            return response
        payload = Payload(response.content, name=urlsplit(response.url).path.rpartition("/")[2], url=response.url)
        try:
            refuse_non_data(payload)
        except ReadError as error:
            # an error status mostly has an empty body: the status says more than the emptiness
            refused = error.code == "challenge_page" or (error.code == "empty" and response.status == 200)
            if refused:  # other faults of the bytes are for the archive's door, which keeps the evidence
                raise Blocked(response.url, f"HTTP {response.status}, {error.got}", HINT, response.status) from None
        if response.status == 200:
            return response
        if response.status in GONE:
            raise NotFound(response.url, f"HTTP {response.status}", "No such page.", response.status)
        if 400 <= response.status < 500:
            raise Blocked(response.url, f"HTTP {response.status}", HINT, response.status)
        raise Unreachable(response.url, f"HTTP {response.status}", "The next run tries again.", response.status)


def _cached(path: Path) -> dict[str, str]:
    """A cache entry; {} when there is none or it is damaged (it only saves a download)."""
    try:
        entry = json.loads(path.read_bytes())
        base64.b64decode(entry["content"], validate=True)
        datetime.fromisoformat(entry["asked"])
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    made: dict[str, str] = entry
    return made


def _retry_after(response: Response) -> float:
    """Seconds that the server asks us to wait; 0 if it does not say, or says nonsense."""
    value = CaseInsensitiveDict(response.headers).get("Retry-After")
    try:
        return Retry().parse_retry_after(value) if value else 0.0
    except (ValueError, requests.exceptions.InvalidHeader, TypeError, OverflowError):
        return 0.0


def _loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
