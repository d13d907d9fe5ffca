-- Rows that could not be read with certainty while the rest of their release could.
-- release_id: Release that prints the row
-- row: The row's own words
-- code: Short word for the reason, e.g. unreadable_cell, unknown_partner
-- reason: What was expected and what came
-- place: Sheet, row or cell
CREATE TABLE ops.row_set_aside (
    release_id VARCHAR NOT NULL, "row" VARCHAR NOT NULL, code VARCHAR NOT NULL, reason VARCHAR NOT NULL, place VARCHAR
);
