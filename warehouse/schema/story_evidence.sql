-- What each figure of the press story of December 2025 is, with the arithmetic behind it.
-- item: Which figure
-- figure: The figure as told
-- what_it_is: Whose figure it is and what it counts
-- cross_check: Arithmetic against other figures
-- reproducible: Whether it can be computed from this warehouse
-- source: Where it was read
-- release_id: History block it came from
CREATE TABLE story_evidence (
    item VARCHAR NOT NULL, figure VARCHAR, what_it_is VARCHAR NOT NULL, cross_check VARCHAR, reproducible VARCHAR,
    source VARCHAR, release_id VARCHAR NOT NULL
);
