-- How much of each series there is: its span, how many periods have a value, how many of a regular series are missing.
-- Key: series_id.
-- series_id: Key of the series, see table series
-- dataset: What it belongs to
-- title: What it is, in English
-- freq: D daily, M monthly, Q quarterly, A annual, I irregular
-- first_period: First period with a value
-- last_period: Last period with a value
-- observations: Number of periods with a value
-- periods: Months, quarters or years from the first to the last; null for daily and irregular series
-- missing: Those without a value; null where periods is
-- vintages: Number of vintages of all its periods
-- first_vintage_date: Day the first of its values became public
-- last_vintage_date: Day the newest of its values became public
CREATE VIEW coverage AS
SELECT s.series_id, s.dataset, s.title, s.freq, s.first_period, s.last_period, s.observations,
    (CASE s.freq WHEN 'M' THEN date_diff('month', s.first_period, s.last_period) + 1
        WHEN 'Q' THEN date_diff('quarter', s.first_period, s.last_period) + 1
        WHEN 'A' THEN date_diff('year', s.first_period, s.last_period) + 1 END)::INTEGER AS periods,
    (periods - s.observations)::INTEGER AS missing, v.vintages, v.first_vintage_date, v.last_vintage_date
FROM series AS s JOIN (
    SELECT series_id, count(*)::INTEGER AS vintages, min(vintage_date) AS first_vintage_date, max(vintage_date) AS last_vintage_date
    FROM (SELECT series_id, vintage_date FROM vintage.observation
          UNION ALL SELECT series_id, vintage_date FROM vintage.indicator) GROUP BY series_id
) AS v USING (series_id);
