"""Answers of web services as data: JSON whose numbers stay as printed, CSV rows by header, errors in plain words."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache, wraps
from typing import Any
from zoneinfo import ZoneInfo

from transforms.context.points import Points
from transforms.model import Payload, ReadError, Reading
from transforms.periods import month_end
from transforms.units import parse_number

NO_VALUE = {"", ".", ":", "null", "nan", "none"}
"""Signs for "no figure": an empty cell and a point (FRED), a colon (Eurostat), NaN (the BIS)."""
_UNCLEAR = re.compile(r"[+-]?\d{1,3},\d{3}")
_PERIODS: tuple[tuple[re.Pattern[str], Callable[[int, int], date | None]], ...] = (
    (re.compile(r"(\d{4})-?(\d{2})"), lambda y, m: month_end(y, m) if 1 <= m <= 12 else None),
    (re.compile(r"(\d{4})-?Q([1-4])"), lambda y, q: month_end(y, 3 * q)),
    (re.compile(r"(\d{4})()"), lambda y, _: month_end(y, 12)),
)


@lru_cache(maxsize=2)
def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError:
        return ""


def text(payload: Payload) -> str:
    """The bytes as UTF-8 without a byte order mark, lines ending in \\n; '' if they are something else."""
    return _text(payload.content)


@lru_cache(maxsize=4)
def _json(content: bytes) -> Any:
    try:
        return json.loads(content.decode("utf-8-sig"), parse_float=Decimal, parse_int=Decimal)
    except (UnicodeDecodeError, ValueError, RecursionError):
        return None


def json_of(payload: Payload) -> Any:
    """The parsed answer, numbers as Decimal, kept as printed; None for bytes that are no JSON. Not to be changed."""
    return _json(payload.content) if payload.content.lstrip()[:1] in (b"{", b"[", b"\xef") else None


def header(payload: Payload, delimiter: str = ",") -> list[str]:
    """Cells of the first line of a delimited file, blanks removed; [] if it is none."""
    line = text(payload).lstrip("\n").partition("\n")[0]
    return [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter), [])] if line else []


def rows(
    payload: Payload, delimiter: str = ",", *, trailing: bool = False, points: Points | None = None
) -> list[tuple[str, dict[str, str]]]:
    """(where, cells by header) of each line. Raises ReadError `ragged_row`, `duplicate_column`.

    `trailing` allows one empty cell more than the header has (a comma at the end of each line). With `points`, a last
    line that does not end is set aside there: a service ends each of its lines, so the last cell may be half a number.
    """
    found = [row for row in csv.reader(io.StringIO(text(payload).strip("\n")), delimiter=delimiter) if any(row)]
    names = [cell.strip() for cell in found[0]]
    if len(set(names)) != len(names):
        raise ReadError("duplicate_column", expected="columns of different names", got=str(names), where=payload.name)
    made = []
    for number, row in enumerate(found[1:], start=2):
        where = f"{payload.name} line {number}"
        if trailing and len(row) == len(names) + 1 and row[-1] == "":
            row = row[:-1]
        if len(row) != len(names):
            raise ReadError(
                "ragged_row",
                expected=f"{len(names)} cells",
                got=f"{len(row)}: {row[:4]}",
                where=where,
                hint="The file may be cut. Download it again.",
            )
        made.append((where, dict(zip(names, row, strict=True))))
    if points is not None and made and not text(payload).endswith("\n"):
        where, cells = made.pop()
        points.leave(
            next(iter(cells.values())), "truncated", "expected a line that ends, got the end of the file", where
        )
    return made


def known_shape(read: Callable[[Payload], Reading]) -> Callable[[Payload], Reading]:
    """A reader of a service whose answers may change their fields: what is missing is then a refusal, and no fault.

    Raises ReadError `changed_shape` beside what the reader raises.
    """

    @wraps(read)
    def guarded(payload: Payload) -> Reading:
        try:
            return read(payload)
        except (LookupError, TypeError, AttributeError, ValueError, ArithmeticError) as error:
            raise ReadError(
                "changed_shape",
                expected="the fields that this service has answered with until now",
                got=f"{type(error).__name__}: {error}",
                where=payload.name,
                hint="If the download is whole, the service has changed its answers: its reader has to learn them.",
            ) from error

    return guarded


def number(cell: object, where: str, *, grouped: bool = False) -> Decimal | None:
    """The number of a cell as printed, or None for a sign of "no figure". Raises ReadError `not_a_number`.

    91,330 is 91.33 by a service that turned to decimal commas, and ninety-one thousand by one that began to group its
    digits: it is read only with `grouped`, of a publisher who always groups them.
    """
    if isinstance(cell, Decimal):
        return None if cell.is_nan() else cell
    if cell is None or (isinstance(cell, str) and cell.strip().lower() in NO_VALUE):
        return None
    if isinstance(cell, str) and re.fullmatch(r"[+-]?\d+(\.\d+)?(?:[eE][+-]|E)\d+", cell.strip()):
        return Decimal(cell.strip())
    if not grouped and isinstance(cell, str) and _UNCLEAR.fullmatch(cell.strip()):
        raise ReadError("not_a_number", expected="digits that are not grouped", got=f"{cell!r}, which may be "
                        "thousands or a fraction", where=where)  # fmt: skip
    return parse_number(cell, where)


def clear_number(cell: object, row: str, where: str, points: Points, *, grouped: bool = False) -> Decimal | None:
    """As `number`, but a cell that is no number is set aside in `points` as `row`: it costs that row alone."""
    try:
        return number(cell, where, grouped=grouped)
    except ReadError as error:
        points.leave(row, error.code, f"expected {error.expected}, got {error.got}", where)
        return None


def period(cell: str, where: str) -> tuple[date, str]:
    """Last day of a period and its frequency: 2024-05, 202405, 2025-Q4, 2025, 2026-06-03. ReadError `bad_period`."""
    cell = cell.strip()
    try:
        return date.fromisoformat(cell) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", cell) else _whole(cell), _freq(cell)
    except ValueError:
        raise ReadError("bad_period", expected="a day, month, quarter or year", got=repr(cell), where=where) from None


def _whole(cell: str) -> date:
    for pattern, end in _PERIODS:
        if match := pattern.fullmatch(cell):
            found = end(int(match[1]), int(match[2] or 0))
            if found:
                return found
    raise ValueError(cell)


def _freq(cell: str) -> str:
    return "D" if cell.count("-") == 2 else "Q" if "Q" in cell else "A" if len(cell) == 4 else "M"


def day_of(stamp: str, where: str, zone: ZoneInfo | None = None) -> date:
    """Day of an ISO time stamp as its publisher's clock shows it: 2026-09-15T11:00:00+0200 is 15 September.

    With `zone`, a stamp in another zone is of the day that the clock of the publisher showed then.
    """
    try:
        told = datetime.fromisoformat(stamp.strip())
        return (told.astimezone(zone) if zone and told.tzinfo else told).date()
    except ValueError:
        raise ReadError("bad_period", expected="an ISO time stamp", got=repr(stamp), where=where) from None
