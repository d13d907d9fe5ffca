"""The tags of a page: a page of 1,000 tags is asked ten times for some of them, so they are taken once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from bs4 import Tag


def tags_below(node: Tag) -> list[Tag]:
    """All tags below a node, in their order."""
    return [below for below in node.descendants if isinstance(below, Tag)]


def select(tags: Sequence[Tag], css: str) -> list[Tag]:
    """Those of the tags that a selector finds: `h1`, `div.func`, `div#text`, or one of these within another."""
    outer, _, inner = css.rpartition(" ")
    found = [tag for tag in tags if _is(tag, inner)]
    return [tag for tag in found if any(_is(parent, outer) for parent in tag.parents)] if outer else found


def _is(tag: Tag, css: str) -> bool:
    name, sign, value = _parts(css)
    if tag.name != name:
        return False
    return not sign or (tag.get("id") == value if sign == "#" else value in (tag.get("class") or ()))


@cache
def _parts(css: str) -> tuple[str, str, str]:
    """`div.func` as div, ".", func."""
    return css.partition("#" if "#" in css else ".")
