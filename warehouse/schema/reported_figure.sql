-- Figures reported by press, bureaus and reviews: stated by somebody, not measured by a table we read.
-- As of a day: what is known to have been public by then; a month or year counts from its last day, no day at all never.
-- indicator: What is stated
-- segment: Of whom or what
-- value: The figure as stated
-- unit: Unit as stated
-- as_of: Date or period it speaks of, as stated
-- kind: stock, flow, share, growth ...
-- published_date: Day it was published, as far as known
-- originator: Who vouches for it
-- definition: What is counted
-- source: Where it was read
-- note: Doubts and arithmetic
-- sentence: The sentence it came from, where a text was read
-- place: Place in the document
-- release_id: Release or history block it came from
CREATE TABLE reported_figure (
    indicator VARCHAR NOT NULL, segment VARCHAR, value DOUBLE, unit VARCHAR, as_of VARCHAR, kind VARCHAR, published_date VARCHAR,
    originator VARCHAR, definition VARCHAR, source VARCHAR, note VARCHAR, sentence VARCHAR, place VARCHAR, release_id VARCHAR NOT NULL
);
CREATE MACRO reported_figure_as_of(d) AS TABLE
SELECT * EXCLUDE (known) FROM (SELECT *, regexp_extract(published_date, '^[0-9-]+') AS known FROM reported_figure)
WHERE known <> '' AND known || substr('YYYY-12-31', length(known) + 1) <= d::DATE::VARCHAR;
