-- Every change of a published value beyond rounding: what it was, what it became, when, by which release.
-- series_id: Key of the series, see table series
-- dataset: The wide table it belongs to
-- title: What the series is
-- period_end: Last day of the observed period
-- vintage_date: Day the new value became public
-- previous_vintage_date: Day the value before became public
-- previous_value: The value before, in the unit of the series
-- value: The new value, in the unit of the series
-- change: New less previous value
-- change_percent: Change in percent of the previous value; null for values in percent, whose change is in points
-- unit: Unit of the values
-- release_id: Release that brought the new value
CREATE VIEW revision AS
SELECT v.series_id, s.dataset, s.title, v.period_end, v.vintage_date, v.previous_vintage_date, v.previous_value, v.value,
    v.value - v.previous_value AS change,
    CASE WHEN s.unit <> 'percent' THEN 100 * (v.value - v.previous_value) / nullif(abs(v.previous_value), 0) END AS change_percent,
    s.unit, v.release_id
FROM (
    SELECT *, lag(value) OVER w AS previous_value, lag(vintage_date) OVER w AS previous_vintage_date
    FROM vintage.observation  -- of the few that were ever revised: windows over all the others take seconds
    SEMI JOIN (SELECT series_id, period_end FROM vintage.observation WHERE change = 'revised') USING (series_id, period_end)
    WINDOW w AS (PARTITION BY series_id, period_end ORDER BY vintage_date, first_seen, release_id)
) AS v JOIN series AS s USING (series_id)
WHERE v.change = 'revised';
