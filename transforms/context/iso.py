"""ISO 3166 alpha-2 codes, as statistical services use them, and the areas of this warehouse."""

from __future__ import annotations

from functools import cache

from transforms.context.points import layout


@cache
def _book() -> dict[str, str]:
    book = layout("iso")
    return {**book["countries"], **book["others"]}


def area(code: str) -> str | None:
    """The area of an alpha-2 code ("CN" is CHN, "XM" the euro area), or None."""
    return _book().get(code.strip())
