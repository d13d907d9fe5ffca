-- Loans of Russian credit institutions to resident households, in Russian accounting: one row per month end, area, currency.
-- Country, federal districts and regions are kept apart by area_kind: never add up across kinds.
-- Key: period_end, area, currency.
-- period_end: Last day of the month; the publisher dates stocks by the day after
-- area: RUS, a federal district RUS_FD_... or an ISO 3166-2 region
-- area_name: Name in English; in Russian for districts and regions
-- area_kind: country, federal_district, region or part_of_region
-- currency: Currency of the loans: RUB, FX (in rouble equivalent), ALL
-- debt: Debt outstanding at the end of the month without acquired claims, RUB («Задолженность по кредитам, предоставленным физическим лицам-резидентам»)
-- overdue: Overdue debt in Russian accounting: missed payments only, neither whole loans nor 90+, RUB («в т.ч. просроч.»)
-- new_loans: Loans granted during the month, RUB («Объем кредитов, предоставленных физическим лицам-резидентам»)
-- overdue_share_computed: Overdue in percent of debt, computed
-- vintage_date: Newest vintage among the values of the row
-- oldest_vintage_date: Oldest vintage among the values of the row; earlier than vintage_date where they are of several days
CREATE MACRO household_loans_as_of(d) AS TABLE
SELECT o.period_end, s.ref_area AS area, any_value(coalesce(a.name_en, a.name_ru)) AS area_name, any_value(a.kind) AS area_kind, s.currency,
    max(value) FILTER (measure = 'debt' AND definition = 'RESIDENTS_EXCL_ACQUIRED') AS debt,
    max(value) FILTER (measure = 'overdue' AND definition = 'RAS_OVERDUE_RESIDENTS') AS overdue,
    max(value) FILTER (measure = 'new_loans' AND definition = 'RESIDENTS') AS new_loans,
    100 * overdue / nullif(debt, 0) AS overdue_share_computed,
    max(o.vintage_date) AS vintage_date, min(o.vintage_date) AS oldest_vintage_date
FROM observation_as_of(known_on(d, 'household_loans')) AS o JOIN series AS s USING (series_id) LEFT JOIN area AS a ON a.code = s.ref_area
WHERE s.dataset = 'household_loans' AND s.product_code = 'HOUSEHOLD'
GROUP BY o.period_end, s.ref_area, s.currency
ORDER BY ALL;
