-- Policy events that belong on a time axis beside the figures.
-- As of a day: events of that day or before, of a list that somebody exported once that export was made.
-- date: Day of the event
-- date_precision: How certain the day is
-- region: Country or pair of countries
-- title: What happened
-- kind: Kind of event
-- source: Where it was read
-- jurisdiction: Who acts: ISO 3166 alpha-3 codes with "; ", null if not told
-- affected: Whom it affects, likewise
-- measure: Kind of measure, in the words of the list it comes from
-- products: HS codes with their leading zeros, with "; "; null for all or if not told in full
-- until: Day on which it ends or was removed; null if not known
-- seen_on: Day of the export that it was read from; null where events are public by their nature
-- release_id: History block or release it came from
CREATE TABLE policy_event (
    date DATE NOT NULL, date_precision VARCHAR, region VARCHAR, title VARCHAR NOT NULL, kind VARCHAR, source VARCHAR,
    jurisdiction VARCHAR, affected VARCHAR, measure VARCHAR, products VARCHAR, until DATE, seen_on DATE, release_id VARCHAR NOT NULL
);
CREATE MACRO policy_event_as_of(d) AS TABLE
FROM policy_event WHERE greatest(date, coalesce(seen_on, date)) <= known_from(d, 'policy_event', (
    SELECT min(greatest(date, coalesce(seen_on, date))) FROM policy_event));
