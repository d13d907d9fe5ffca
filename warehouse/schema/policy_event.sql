-- Policy events that belong on a time axis beside the figures.
-- date: Day of the event
-- date_precision: How certain the day is
-- region: Country or pair of countries
-- title: What happened
-- kind: Kind of event
-- source: Where it was read
-- release_id: History block it came from
CREATE TABLE policy_event (
    date DATE NOT NULL, date_precision VARCHAR, region VARCHAR, title VARCHAR NOT NULL, kind VARCHAR, source VARCHAR, release_id VARCHAR NOT NULL
);
CREATE MACRO policy_event_as_of(d) AS TABLE FROM policy_event WHERE date <= d;
