-- Figures reported by press, bureaus and reviews: stated by somebody, not measured by a table we read.
-- As of a day: what is known to have been public by then, that is published by then; what has no day is never known.
-- indicator: What is stated
-- segment: Of whom or what
-- value: The figure as stated
-- unit: Unit as stated
-- as_of: Date or period it speaks of, as stated
-- kind: stock, flow, share, growth ...
-- published: Day by which it was public: the last one where a month or a year is known; null if nothing is
-- published_text: The day, month or year of publication as its source has it
-- originator: Who vouches for it
-- definition: What is counted
-- source: Where it was read
-- note: Doubts and arithmetic
-- sentence: The sentence it came from, where a text was read
-- place: Place in the document
-- release_id: Release or history block it came from
-- published_date: Old name of published_text; goes with the next version
CREATE TABLE reported_figure (
    indicator VARCHAR NOT NULL, segment VARCHAR, value DOUBLE, unit VARCHAR, as_of VARCHAR, kind VARCHAR, published DATE,
    published_text VARCHAR, originator VARCHAR, definition VARCHAR, source VARCHAR, note VARCHAR, sentence VARCHAR, place VARCHAR, release_id VARCHAR NOT NULL,
    published_date VARCHAR
);
CREATE MACRO reported_figure_as_of(d) AS TABLE
FROM reported_figure WHERE published <= known_from(d, 'reported_figure', (SELECT min(published) FROM reported_figure));
