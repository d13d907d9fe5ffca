-- Signals of the CMASF system of early warning: risk by risk, with threshold and horizon where printed.
-- published: Day or month of publication
-- data_as_of: Date the signal rests on
-- risk: Risk signalled
-- signal: Level as printed
-- indicator_value: Value of the composite indicator, where printed
-- threshold: Its threshold, where printed
-- horizon: Until when the signal looks ahead
-- source: Where it was read
-- note: Remarks
-- sentence: The sentence it came from, where a text was read
-- place: Place in the document
-- release_id: Release or history block it came from
CREATE TABLE early_warning_signal (
    published VARCHAR NOT NULL, data_as_of VARCHAR, risk VARCHAR NOT NULL, signal VARCHAR NOT NULL, indicator_value DOUBLE,
    threshold DOUBLE, horizon VARCHAR, source VARCHAR, note VARCHAR, sentence VARCHAR, place VARCHAR,
    release_id VARCHAR NOT NULL
);
