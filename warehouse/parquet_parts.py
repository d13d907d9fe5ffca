"""Parquet of the long tables and of what shows the same parts: large ones that did not change are taken over.

A part (a dataset, an indicator) of at least a row group has row groups of its own, behind those of all smaller parts.
Small parts are written each time; the row groups of a large one are copied until its rows are others.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from duckdb import DuckDBPyConnection

from warehouse.files import WRITING
from warehouse.parquet_file import GROUP
from warehouse.parts import PART, PART_OF, PARTS, SHOWN
from warehouse.publish import literal
from warehouse.row_groups import join
from warehouse.splice import Index, Kept, indexed, remember

LONG = {**{name: name for name in PARTS}, **SHOWN, "first_release": "vintage.observation"}
"""By relation the long table whose parts its rows belong to: no row depends on those of other parts."""
Copy = Callable[[str, Path], None]
"""Writes the rows of a query to a Parquet file."""


class LongTables:
    """The long tables of an opened publication. What is `kept` of the files that are there tells what can be copied."""

    def __init__(self, con: DuckDBPyConnection, kept: Kept) -> None:
        built = con.execute("SELECT code FROM publication").fetchall()[0][0]  # its views are those of that code
        self._con, self._kept = con, Kept(kept.folder, f"{kept.code} {built}")
        self._known: dict[str, tuple[dict[str, str], list[str]]] = {}

    def write(self, name: str, path: Path, temporary: Path, about: str, copy: Copy) -> Callable[[], None]:
        """Write relation `name` to `temporary`, which is to take the place of `path`; gives what is to be done when it
        is there. Files of which another thing is said (`about`) are not taken from."""
        prints, large = self._parts(LONG[name])
        source, part = f"FROM {name}", PART_OF[LONG[name]]
        if not large:
            copy(source, temporary)
            return lambda: None
        before = indexed(self._kept, f"{name}.parquet", path, about)
        made: list[Path] = []

        def written(query: str) -> Path:
            made.append(path.with_name(f"{WRITING}{len(made)}-{path.name}"))
            copy(query, made[-1])
            return made[-1]

        try:
            listed = ", ".join(map(literal, large))
            pieces: list[tuple[Path, range | None]] = [(written(f"{source} WHERE {part} NOT IN ({listed})"), None)]
            for one in large:
                if before.prints.get(one) == prints[one]:
                    first, count = before.places[one]
                    pieces.append((path, range(first, first + count)))
                else:
                    pieces.append((written(f"{source} WHERE {part} = {literal(one)}"), None))
            came = join(temporary, pieces)
        finally:
            for piece in made:
                piece.unlink(missing_ok=True)
        places = {one: (groups.start, len(groups)) for one, groups in zip(large, came[1:], strict=True)}
        index = Index({one: prints[one] for one in large}, places)
        return lambda: remember(self._kept, f"{name}.parquet", path, about, index)

    def _parts(self, table: str) -> tuple[dict[str, str], list[str]]:
        """By part what tells whether its rows, and those of its series, are what they were; and the large parts."""
        if table not in self._known:
            told = self._con.execute(
                f"""WITH told AS (
                       SELECT {PART} AS part,
                           concat_ws(' ', count(*), sum(hash(s)), bit_xor(hash(s))) AS series
                       FROM series AS s GROUP BY ALL)
                   SELECT part, concat_ws(' ', print, series) FROM ops.part LEFT JOIN told USING (part)
                   WHERE table_name = ?""",
                [table],
            ).fetchall()
            counted = (
                f"SELECT {PART_OF[table]} AS part FROM {table} GROUP BY ALL HAVING count(*) >= {GROUP} ORDER BY part"
            )
            self._known[table] = dict(told), [part for (part,) in self._con.execute(counted).fetchall()]
        return self._known[table]
