-- The newest vintage of every observation. For what was known on a day use observation_as_of(day).
-- Key: series_id, period_end.
-- series_id: Key of the series, see table series
-- period_end: Last day of the observed period, for flows and stocks alike
-- vintage_date: Day this value became public
-- value: The value in the base unit of the series (USD, CNY, RUB, percent, kg ...)
-- precision: Half of the last published place, in the same unit; null if unknown
-- obs_status: SDMX status: P preliminary, A normal, E estimated, U printed so but contradicted by its own parts
-- release_id: Release that published it, see ops.release
-- vintage_kind: observed (somebody saw it that day) or inferred (by the rule stated in ops.release)
CREATE MACRO observation_as_of(d) AS TABLE
SELECT series_id, period_end, vintage_date, value, precision, obs_status, release_id, vintage_kind
FROM vintage.observation
{as of known_on(d, '')};
