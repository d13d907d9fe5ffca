-- Every vintage of every observation: what was published, and from which day on it was known.
-- One row per series, period and vintage; nothing is ever overwritten.
-- Key: series_id, period_end, vintage_date. Of several claims of one day one stands; the others are in ops.claim_replaced.
-- series_id: Key of the series, see table series
-- period_end: Last day of the observed period, for flows and stocks alike
-- vintage_date: Day this value became public
-- value: The value in the base unit of the series (USD, CNY, RUB, percent, kg ...)
-- precision: Half of the last published place, in the same unit; null if unknown
-- obs_status: SDMX status: P preliminary, A normal, E estimated, U printed so but contradicted by its own parts
-- release_id: Release that published it, see ops.release
-- vintage_kind: observed (somebody saw it that day) or inferred (by the rule stated in ops.release)
-- change: first, revised (beyond rounding), refined (same value, more digits), confirmed (firmer status)
-- first_seen: When it was first seen, UTC
CREATE TABLE vintage.observation (
    series_id VARCHAR NOT NULL,
    period_end DATE NOT NULL,
    vintage_date DATE NOT NULL,
    value DOUBLE NOT NULL,
    precision DOUBLE,
    obs_status VARCHAR NOT NULL,
    release_id VARCHAR NOT NULL,
    vintage_kind VARCHAR NOT NULL,
    change VARCHAR NOT NULL,
    first_seen TIMESTAMP NOT NULL
);
CREATE MACRO first_vintage(what) AS (
    SELECT min(vintage_date) FROM vintage.observation WHERE what = '' OR starts_with(series_id, what || ':')
);
CREATE MACRO known_from(d, what, first) AS CASE WHEN d::DATE < first THEN error(
    coalesce(nullif(what, ''), 'this warehouse') || ': no figure was public on ' || d::DATE || ', the first is of ' || first
)::DATE ELSE d::DATE END;
CREATE MACRO known_on(d, what) AS known_from(d, what, first_vintage(what));
COMMENT ON MACRO first_vintage IS 'First day on which a figure of a table was public; of any table if its name is empty';
COMMENT ON MACRO known_from IS 'The day d, or an error that says that a table has figures from a later day on';
COMMENT ON MACRO known_on IS 'The day d, or an error that says from when on a table has figures';
