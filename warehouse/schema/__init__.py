"""The tables readers get: one .sql file a table, documented in its own header.

A header says what the table is, then one line a column (`-- column_name: meaning [unit]`). Three kinds:

* `CREATE TABLE name (...)`: filled from the frame of the same name; a macro `name_as_of(d)` may follow;
* `CREATE MACRO name_as_of(d)`: a wide table as it was known on day d; table `name` is its newest state;
* `CREATE VIEW name`: derived.

`{as of DAY}`, or `{i as of DAY}` with the alias i of the words, stands for the clauses of the as-of rule
(transforms/asof.py). A header may state the key of its table ("Key: period_end, basis."); tests hold that it is unique.
functions/ has table macros that are no state of a table: nth_release(n), revision_triangle(id) ...
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from transforms import asof

FOLDER = Path(__file__).parent
_COLUMN = re.compile(r"-- ([a-z0-9_]+): (.+)")
_AS_OF = re.compile(r"^\{(?:(\w+) )?as of (.+)\}(;?)$", re.MULTILINE)
_NEWEST = re.compile(r"observation_as_of\(known_on\(d, '\w+'\)\)")
_CREATE = re.compile(r"^CREATE (TABLE|MACRO|VIEW) ([\w.]+)", re.MULTILINE)


@dataclass(frozen=True)
class Table:
    name: str  # qualified unless in main: vintage.observation, trade_total
    kind: str  # table, macro, view
    comment: str
    columns: dict[str, str]  # name -> comment, in the order of the header
    sql: str

    @property
    def schema(self) -> str:
        return self.name.partition(".")[0] if "." in self.name else "main"

    @property
    def macro(self) -> str:
        """Name of the macro that gives the table as of a day; empty if it has none."""
        name = f"{self.name}_as_of"
        return name if f"CREATE MACRO {name}(" in self.sql else ""

    @property
    def newest(self) -> str:
        """A query for the rows of a wide table as they are now. Its macro would look for the newest vintage among all
        of them; table `observation`, which is written before the wide ones, has it."""
        rows = _NEWEST.sub("observation", self.sql.partition(" AS TABLE\n")[2].removesuffix(";"))
        return f"FROM {self.macro}(DATE '9999-12-31')" if re.search(r"\bd\b", rows) else rows

    @property
    def key(self) -> tuple[str, ...]:
        """Columns that tell the rows of the table apart; empty if its header names none."""
        stated = re.search(r"\bKey: ([a-z0-9_, ]+)\.", self.comment)
        return tuple(stated[1].split(", ")) if stated else ()


@cache
def functions() -> tuple[Table, ...]:
    """Table macros of their own; created after the tables and views that they ask."""
    paths = sorted((FOLDER / "functions").glob("*.sql"))
    return tuple(replace(parse(path.read_text("utf-8"), path.name), name=path.stem) for path in paths)


@cache
def tables() -> tuple[Table, ...]:
    """All tables in the order they must be created: stored tables, then macros, then views."""
    found = [parse(path.read_text("utf-8"), path.name) for path in sorted(FOLDER.glob("*.sql"))]
    rank = {"table": 0, "macro": 1, "view": 2}
    first = {"vintage.observation": 0, "observation": 0}  # the others build on known_from and on observation_as_of
    return tuple(sorted(found, key=lambda t: (rank[t.kind], first.get(t.name, 1), t.name)))


def parse(text: str, file: str) -> Table:
    """One schema file. Raises ValueError if the header has no description or the file creates nothing."""
    created = _CREATE.search(text)
    if not created:
        raise ValueError(f"{file}: no CREATE TABLE, MACRO or VIEW")
    header = text[: created.start()].strip().splitlines()
    columns = {match[1]: match[2] for line in header if (match := _COLUMN.fullmatch(line))}
    prose = [line.removeprefix("--").strip() for line in header if not _COLUMN.fullmatch(line)]
    comment = " ".join(line for line in prose if line)
    if not comment:
        raise ValueError(f"{file}: the header does not say what the table is")
    kind, name = created[1].lower(), created[2].removesuffix("_as_of")
    sql = _AS_OF.sub(lambda match: f"{asof.sql(match[2], match[1] or '')}{match[3]}", text[created.start() :].strip())
    return Table(name, kind, comment, columns, sql)
