-- Every observation as known on day d with its dimensions: a long panel to pivot as you like.
CREATE MACRO panel_as_of(d) AS TABLE
SELECT s.dataset, s.title, s.ref_area AS area, s.counterpart_area AS partner, s.flow, s.product_code AS product, s.measure,
    s.basis, s.definition, s.currency, s.unit, s.freq, o.series_id, o.period_end, o.value, o.obs_status, o.vintage_date
FROM observation_as_of(d) AS o JOIN series AS s USING (series_id);
