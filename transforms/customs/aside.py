"""Which rows of a table are kept, and which are set aside because they cannot be read with certainty.

A row is set aside for an unreadable cell, for a label that a closed list does not know, or because its own figures
contradict each other. The release is refused whole where that hits a headline row or more rows than its layout allows:
then it is the table that is misread, not a row of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from transforms.customs import checks
from transforms.customs.row import Row
from transforms.customs.table import Table
from transforms.customs.table_layout import Bound, TableLayout
from transforms.model import ReadError, SetAside

Key = TypeVar("Key")


def sift(
    table: Table,
    plan: TableLayout,
    key: Callable[[Row], Key],
    check: Callable[[Key, Row], None],
    headline: Iterable[Key] = (),
) -> tuple[list[tuple[Key, Row]], list[tuple[Key | None, Row]]]:
    """Rows that can be trusted and rows that cannot, each with what `key` makes of its label (None where it fails).

    The latter are told in `table.set_aside`.

    `check` raises ReadError for a row that contradicts itself. Raises that ReadError for a row of `headline` (a cell
    that is only too narrow costs such a row that cell alone), and the first of them where too many rows are concerned.
    """
    kept: list[tuple[Key, Row]] = []
    lost: list[tuple[Key | None, Row]] = []
    errors: list[ReadError] = []
    wanted = set(headline)
    for row in table.rows:
        found: Key | None = None
        try:
            if row.fault and row.fault.code == "no_label":
                raise row.fault
            found = key(row)
            if row.fault and not (found in wanted and row.fault.code == "too_narrow"):
                raise row.fault
            check(found, row)
            checks.hold(row, plan.identities)
            kept.append((found, row))
            if not row.fault:
                continue
            error = row.fault
        except ReadError as fault:
            error = fault
            if found is not None and found in wanted:
                raise headline_hit(error) from fault
            errors.append(error)
            lost.append((found, row))
        table.set_aside.append(told(row, error))
    refuse_too_many(errors, len(table.rows), plan.set_aside)
    return kept, lost


def required(
    kept: Sequence[tuple[Any, Row]], lost: Sequence[tuple[Any, Row]], wanted: Iterable[str], where: str
) -> None:
    """The rows that every issue has are there, or may be among those set aside. ReadError `missing_rows`."""
    found = {key for key, _ in (*kept, *lost)}
    missing = [code for code in wanted if code not in found]
    if len(missing) > sum(key is None for key, _ in lost):
        hint = "The page or sheet was cut, or its catalogue has changed: compare it with another month's."
        raise ReadError("missing_rows", expected=f"rows for {list(wanted)}", got=f"none for {missing}", where=where,
                        hint=hint)  # fmt: skip


def told(row: Row, error: ReadError) -> SetAside:
    """The row in its own words, with the reason as a sentence."""
    return SetAside(row.label or row.where, error.code, f"expected {error.expected}, got {error.got}", error.where)


def headline_hit(error: ReadError) -> ReadError:
    hint = f"{error.hint} The row is a headline row, so that the release is refused whole.".strip()
    return ReadError(error.code, expected=error.expected, got=error.got, where=error.where, hint=hint)


def refuse_too_many(lost: Sequence[ReadError], rows: int, bound: Bound) -> None:
    """Raise the first of `lost` where more rows are lost than the layout's `set_aside` allows."""
    if len(lost) <= allowed(rows, bound):
        return
    first = lost[0]
    words = f"{len(lost)} of {rows} rows cannot be read, and at most {allowed(rows, bound)} may be set aside."
    hint = f"{first.hint} {words}".strip()
    raise ReadError(first.code, expected=first.expected, got=first.got, where=first.where, hint=hint)


def allowed(rows: int, bound: Bound) -> int:
    """Rows of so many that may be set aside: the layout's `least`, or its `share` where that is more.

    A quarter at most (or one row): then it is no row's fault any more.
    """
    most = max(bound.least, int(bound.share * rows))
    return min(most, max(1, rows // 4)) if most else 0
