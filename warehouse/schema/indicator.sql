-- The newest vintage of every derived indicator. For what could be known on a day use indicator_as_of(day).
-- Key: series_id, period_end.
-- indicator_id: Which indicator, see indicator_catalog
-- series_id: Key of the indicator series, see table series
-- title: What the series is, in English
-- ref_area: Country it speaks of
-- counterpart_area: Partner; WORLD for all; _ where it does not apply
-- flow: export, import, total, balance; _ where it does not apply
-- product_code: Commodity or loan product; _ where it does not apply
-- component: Component of a composite that the row speaks of; null for all other indicators
-- basis: month, ytd, year, stock, rate
-- definition: Definition of the inputs; of a surprise the surveyor of the forecast; _ where there is no choice
-- currency: Currency of the inputs
-- period_end: Last day of the period it speaks of
-- value: The value in the unit given in `unit`; null if it was known once and can be told no more, see `reason`
-- unit: USD, CNY, RUB, percent, percentage_points, ratio, flag ...
-- vintage_date: Day from which it could be known
-- vintage_kind: observed, or inferred if the vintage of any input is inferred
-- obs_status: SDMX: E derived, B derived across a break of the definition (see definition_break), U a part is unreliable, O known no more
-- reason: Why there is no value; null where there is one
CREATE MACRO indicator_as_of(d) AS TABLE
WITH known AS (  -- chosen before titles and reasons are joined: five times as fast
    FROM vintage.indicator AS i
{i as of known_from(d, 'indicator', (SELECT min(vintage_date) FROM vintage.indicator))}
)
SELECT i.indicator_id, i.series_id, s.title, s.ref_area, s.counterpart_area, s.flow, s.product_code,
    CASE WHEN i.indicator_id IN ('composite_contribution', 'composite_without') THEN s.product_code END AS component, s.basis, s.definition,
    s.currency, i.period_end, i.value, s.unit, i.vintage_date, i.vintage_kind, i.obs_status,
    CASE WHEN i.value IS NULL THEN c.unknown END AS reason
FROM known AS i JOIN series AS s USING (series_id) LEFT JOIN indicator_catalog AS c USING (indicator_id);
