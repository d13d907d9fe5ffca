-- Signals of the CMASF system of early warning: risk by risk, with threshold and horizon where printed.
-- As of a day: what is known to have been public by then; a month or year counts from its last day, no day at all never.
-- published: Day or month of publication
-- data_as_of: Date the signal rests on
-- risk: Risk signalled
-- signal: Level as printed
-- indicator_value: Value held against the threshold, where printed
-- threshold: Its threshold, where printed
-- unit: index: the composite leading indicator; percent: problem assets of the whole banking system (see crisis_criterion)
-- horizon: Until when the signal looks ahead
-- source: Where it was read
-- note: Remarks
-- sentence: The sentence it came from, where a text was read
-- place: Place in the document
-- release_id: Release or history block it came from
CREATE TABLE early_warning_signal (
    published VARCHAR NOT NULL, data_as_of VARCHAR, risk VARCHAR NOT NULL, signal VARCHAR NOT NULL, indicator_value DOUBLE,
    threshold DOUBLE, unit VARCHAR, horizon VARCHAR, source VARCHAR, note VARCHAR, sentence VARCHAR, place VARCHAR,
    release_id VARCHAR NOT NULL
);
CREATE MACRO early_warning_signal_as_of(d) AS TABLE
SELECT * EXCLUDE (known) FROM (SELECT *, regexp_extract(published, '^[0-9-]+') AS known FROM early_warning_signal)
WHERE known <> '' AND known || substr('YYYY-12-31', length(known) + 1) <= d::DATE::VARCHAR;
