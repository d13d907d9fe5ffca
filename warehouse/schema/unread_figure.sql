-- Numbers of reports that were not understood with certainty: kept for people to look at and to confirm.
-- figure_id: Key; `portvault confirm` takes it
-- release_id: Report that prints the number
-- sentence: Sentence, or row of a table, that the number stands in
-- place: Paragraph, page, or table and row
-- surface: The number as it is written
-- value: The number in its base unit; null if even that is not certain
-- unit: Base unit: RUB, USD, percent, count ...
-- reading: The best reading there is
-- missing: What is missing or doubtful
CREATE TABLE ops.unread_figure (
    figure_id VARCHAR PRIMARY KEY, release_id VARCHAR NOT NULL, sentence VARCHAR NOT NULL, place VARCHAR,
    surface VARCHAR NOT NULL, value DOUBLE, unit VARCHAR, reading VARCHAR, missing VARCHAR NOT NULL
);
