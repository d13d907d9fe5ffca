"""Label books: YAML files that name, beside the one code of a thing, every label under which a table prints it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

from transforms.model import ReadError

_OF_WHICH = re.compile(r"^\s*(of which|among them|其中|из них|в том числе)\s*[:：∶]?\s*", re.I)


def key(label: str) -> str:
    """What two spellings of one name share: no case, blanks, punctuation, accents; "&" is "and"."""
    label = _OF_WHICH.sub("", label.replace("\xa0", " "))
    plain = unicodedata.normalize("NFKD", label).replace("&", " and ").casefold()
    return "".join(char for char in plain if char.isalnum())


def codes(labels: Iterable[tuple[str, str]], file: str) -> Mapping[str, str]:
    """Code by key of every label, from pairs of code and label. ValueError if a label stands for two codes."""
    found: dict[str, str] = {}
    for code, label in labels:
        if found.setdefault(key(label), code) != code:
            raise ValueError(f"{file}: {label!r} stands for both {found[key(label)]} and {code}")
    return found


def resolve(label: str, book: Mapping[str, str], kind: str, file: str, where: str = "") -> str:
    """The code of a printed label. ReadError `unknown_<kind>` if the book lacks it; nothing is guessed."""
    if code := book.get(key(label)):
        return code
    raise ReadError(
        f"unknown_{kind}", expected=f"a {kind} named in {file}", got=repr(label), where=where,
        hint="If the name is right, add it there: to the labels of its code, or with a code of its own.",
    )  # fmt: skip
