"""Tell a person, once, that there is something to decide: one digest a run, through any service Apprise knows.

The addresses in PORTVAULT_ALERT_URLS hold passwords and tokens, so they appear nowhere: not in logs, not in errors,
not in what this module returns.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Collection, Mapping
from pathlib import Path

from flows.settings import Settings
from warehouse.files import write_atomic

log = logging.getLogger("portvault.alerts")


def tell(
    settings: Settings, points: Mapping[str, str], title: str = "Portvault", still: Collection[str] = ()
) -> list[str]:
    """Send one digest of the points (key -> sentence) that were not told before, and of those that are over.

    The key is what a point is about: it stays told until it is gone from `points`, however its sentence changes (days
    late, say). `still` are keys that nothing new can be said of while something else hides them: told ones stay told.
    If nobody could be reached, the next run tells it again. Returns what went wrong, see `send`.
    """
    told = _told(settings)
    points = dict(points) | {key: told[key] for key in still if key in told}
    fresh = {key: text for key, text in points.items() if key not in told}
    over = {key: text for key, text in told.items() if key not in points}
    if not (fresh or over) or not settings.alert_urls:
        return []
    lines = [f"- {text}" for text in fresh.values()] + [f"- over: {text}" for text in over.values()]
    open_still = len(points) - len(fresh)
    if open_still:
        lines.append(f"\n{open_still} told before and still open: `portvault status`.")
    failures = send(settings, f"{title}: {_count(len(fresh), len(over))}", "\n".join(lines), _kind(fresh))
    if len(failures) < len(settings.alert_urls):
        write_atomic(_memory(settings), json.dumps(dict(points), ensure_ascii=False, indent=1).encode())
    return failures


def send(settings: Settings, title: str, body: str, kind: str = "info") -> list[str]:
    """Send one message to every alert address; a sentence for each that failed. Never raises for them.

    `kind` is how urgent it is: info, success, warning or failure.
    """
    if not settings.alert_urls:
        return []
    from apprise import Apprise, AppriseAsset, NotifyFormat, NotifyType  # late: it loads a hundred plugins

    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)  # its messages quote addresses
    asset = AppriseAsset(app_id="Portvault", app_desc="Portvault", secure_logging=True, async_mode=False)
    failures = []
    for number, url in enumerate(settings.alert_urls, 1):
        service = Apprise.instantiate(url, asset=asset, suppress_exceptions=True)
        service_name = url.partition("://")[0] if "://" in url else "?"
        if service is None:
            failures.append(f"alert address {number} ({service_name}) is not understood; see PORTVAULT_ALERT_URLS")
            continue
        try:
            sent = service.notify(
                title=title, body=body, notify_type=NotifyType(kind), body_format=NotifyFormat.MARKDOWN
            )
        except (OSError, TypeError, ValueError):  # TypeError: how Apprise refuses a malformed message
            sent = False
        if not sent:
            failures.append(f"alert address {number} ({service_name}) did not take the message")
    for failure in failures:
        log.warning(failure)
    return failures


def _kind(keys: Collection[str]) -> str:
    """How urgent a digest is: a failure, something that waits for a person, or news."""
    if any(key.startswith("failed ") for key in keys):
        return "failure"
    return "warning" if keys else "success"


def _count(fresh: int, over: int) -> str:
    parts = [f"{fresh} to decide"] * bool(fresh) + [f"{over} over"] * bool(over)
    return ", ".join(parts)


def _memory(settings: Settings) -> Path:
    return settings.root / "cache" / "alerts.json"


def _told(settings: Settings) -> dict[str, str]:
    """What was told before. Lost memory means telling again, which is the safe side."""
    try:
        told = json.loads(_memory(settings).read_bytes())
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}
