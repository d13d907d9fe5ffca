-- Signals of the CMASF system of early warning: risk by risk, with threshold and horizon where printed.
-- As of a day: what is known to have been public by then, that is published by then; what has no day is never known.
-- published: Day by which it was public: the last one where a month or a year is known
-- published_text: The day, month or year of publication as its source has it
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
    published DATE, published_text VARCHAR NOT NULL, data_as_of VARCHAR, risk VARCHAR NOT NULL, signal VARCHAR NOT NULL, indicator_value DOUBLE,
    threshold DOUBLE, unit VARCHAR, horizon VARCHAR, source VARCHAR, note VARCHAR, sentence VARCHAR, place VARCHAR,
    release_id VARCHAR NOT NULL
);
CREATE MACRO early_warning_signal_as_of(d) AS TABLE
FROM early_warning_signal
WHERE published <= known_from(d, 'early_warning_signal', (SELECT min(published) FROM early_warning_signal));
