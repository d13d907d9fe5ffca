"""Which rows of a table are kept, and which are set aside because they cannot be read with certainty.

A row is set aside for an unreadable cell, for a label that a closed list does not know, or because its own figures
contradict each other. The release is refused whole where that hits a headline row or more rows than its layout allows:
then it is the table that is misread, not a row of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from transforms.customs import checks
from transforms.customs.commodities import LABEL
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
    twice: str = "duplicate_row",
) -> tuple[list[tuple[Key, Row]], list[tuple[Key | None, Row]]]:
    """Rows that can be trusted and rows that cannot, each with what `key` makes of its label (None where it fails).

    The latter are told in `table.set_aside`. Of rows under one key that say the same the first is kept; where they
    differ none is, under the code `twice`.

    The sums of the rows that are kept are put into `table.terms`. `check` raises ReadError for a row that contradicts
    itself in another way. Raises that ReadError for a row of `headline`, or one
    without a name that may be it (a cell that is only too narrow costs such a row that cell alone), and the first of
    them where too many rows are concerned.
    """
    kept: list[tuple[Key, Row]] = []
    lost: list[tuple[Key | None, Row]] = []
    errors: list[ReadError] = []
    wanted = set(headline)
    terms, wrong = checks.sums(table.rows, plan.identities)
    for row in table.rows:
        found: Key | None = None
        try:
            if row.fault and (not row.label or row.fault.code == "no_label"):
                raise row.fault
            found = key(row)
            if row.fault and not (found in wanted and row.fault.code == "too_narrow"):
                raise row.fault
            check(found, row)
            if row.where in wrong:
                raise wrong[row.where]
            kept.append((found, row))
            if not row.fault:
                continue
            error = row.fault
        except ReadError as fault:
            error = fault
            if found is not None and found in wanted and found not in [key for key, _ in kept]:
                raise headline_hit(error) from fault
            errors.append(error)
            lost.append((found, row))
        table.set_aside.append(told(row, error))
    kept, again = _once(kept, [(key, row) for key, row in lost if key is not None], twice, wanted)
    lost += [(key, row) for key, row, _ in again]
    table.set_aside.extend(told(row, error) for _, row, error in again)
    errors += [error for _, _, error in again if error.code == twice]
    refuse_too_many(errors, len(table.rows), plan.set_aside)
    nameless = next((error for error, (key, _) in zip(errors, lost, strict=False) if key is None), None)
    if nameless and wanted - {key for key, _ in kept}:
        raise headline_hit(nameless)  # it may be the headline row that is not there
    table.terms.extend([term for _, row in kept for term in terms[row.where]])
    return kept, lost


def _once(
    kept: Sequence[tuple[Key, Row]], lost: Sequence[tuple[Key, Row]], code: str, headline: set[Key]
) -> tuple[list[tuple[Key, Row]], list[tuple[Key, Row, ReadError]]]:
    """The rows that no other row under their key contradicts, and the others. A headline that is printed right stands
    beside a row that contradicts itself, such as a sum that somebody added below."""
    sound: list[tuple[Key, Row]] = []
    again: list[tuple[Key, Row, ReadError]] = []
    for key, row in kept:
        others = [other for name, other in kept if name == key and other is not row]
        others += [other for name, other in lost if name == key and key not in headline]
        unlike = [other for other in others if not _agree(row, other)]
        wanted = "a name once" if unlike else "a row once"
        got = f"{(unlike or [row])[0].label!r} again, with {'other' if unlike else 'the same'} figures"
        if unlike:
            error = ReadError(code, expected=wanted, got=got, where=row.where)
            if key in headline:
                raise headline_hit(error)
            again.append((key, row, error))
        elif any(name == key for name, _ in sound):
            again.append((key, row, ReadError("repeated_row", expected=wanted, got=got, where=row.where)))
        else:
            sound.append((key, row))
    return sound, again


def _agree(one: Row, other: Row) -> bool:
    """Do both rows say the same wherever both say something?"""
    both = [role for role in one.figures if one.figures[role] is not None and other.figures.get(role) is not None]
    return one.unit == other.unit and all(one.figures[role] == other.figures[role] for role in both)


def required(
    kept: Sequence[tuple[Any, Row]], lost: Sequence[tuple[Any, Row]], wanted: Iterable[str], where: str
) -> None:
    """The rows that every issue has are there, or may be among those set aside. ReadError `missing_rows`."""
    found = {key for key, _ in (*kept, *lost)}
    missing = [code for code in wanted if code not in found]
    if len(missing) > sum(key is None for key, _ in lost):
        hint = "The page or sheet was cut, or its catalogue has changed: compare it with another month's."
        few = ", ".join(missing[:6]) + (f" and {len(missing) - 6} more" if len(missing) > 6 else "")
        raise ReadError("missing_rows", expected=f"the {len(list(wanted))} rows that every issue has",
                        got=f"none for {few}", where=where, hint=hint)  # fmt: skip


def tell_cut(kept: Sequence[tuple[Any, Row]], lost: Sequence[tuple[Any, Row]], plan: TableLayout, table: Table) -> None:
    """Tell that rows are not there, at the end of a table or in its middle, which every issue (of its year) has.

    Each of them may be one that was set aside, or one that goes by a label nobody knows yet. No sum shows that rows are
    missing, and those that are there are right: they are loaded. A preliminary table has a page's length: where two
    such rows are not there, the release is partial. One alone may have left the table, and the bulletin's tables are
    kept in parts: a note says so.
    """
    found = {key for key, _ in (*kept, *lost)}
    wanted = [code for code, since in plan.always.items() if table.title.period >= since]
    wanted += plan.issued.get(table.title.year, ())
    missing = [code for code in dict.fromkeys(wanted) if code not in found]
    gone = len(missing) - sum(key is None or str(key).startswith(LABEL) for key, _ in (*kept, *lost))
    if gone < 1:
        return
    last = table.rows[-1]
    lack = lacking(f"rows that every issue has, {', '.join(missing)}; the last one here is {last.label!r}", last.where)
    if plan.status == "P" and gone > 1:
        table.set_aside.append(lack)
    else:
        table.remarks.append(lack.reason)


def lacking(words: str, where: str) -> SetAside:
    """What stands for rows that are not there among the rows set aside."""
    reason = f"possibly cut: it lacks {words}. Load the whole page to get them"
    return SetAside("(rows that are not there)", "possibly_cut", reason, where)


def told(row: Row, error: ReadError) -> SetAside:
    """The row in its own words, with the reason as a sentence."""
    return error.aside(row.label or row.where)


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
