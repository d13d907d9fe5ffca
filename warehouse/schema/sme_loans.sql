-- Loans to small and medium enterprises in Russia, in Russian accounting: one row per month end, area, borrower, table, currency.
-- Table 302-19 ends with 2018-12-31, table 01_13_F starts with 2019-01-31: never join the two without naming the break.
-- period_end: Last day of the month; the publisher dates it by the day after
-- area: RUS, a federal district RUS_FD_... or an ISO 3166-2 region
-- area_name: Name in English; in Russian for districts and regions
-- area_kind: country, federal_district, region or part_of_region: never add up across kinds
-- product: SME, or SME_ENTREPRENEUR for individual entrepreneurs among them
-- statistics: Table the figures come from: 302_19 or 01_13_F
-- currency: Currency of the loans: RUB, FX (in rouble equivalent), ALL
-- debt: Debt at the end of the month, RUB («Задолженность по кредитам, предоставленным субъектам малого и среднего предпринимательства»)
-- overdue: Overdue debt in Russian accounting, RUB («в т.ч. просроч.»)
-- new_loans: Loans granted in the month, RUB («Объем кредитов, предоставленных субъектам малого и среднего предпринимательства»)
-- overdue_share_computed: Overdue in percent of debt, computed
-- vintage_date: Newest vintage among the values of the row
-- oldest_vintage_date: Oldest vintage among the values of the row; earlier than vintage_date where they are of several days
CREATE MACRO sme_loans_as_of(d) AS TABLE
SELECT o.period_end, s.ref_area AS area, any_value(coalesce(a.name_en, a.name_ru)) AS area_name, any_value(a.kind) AS area_kind,
    s.product_code AS product,
    CASE WHEN s.definition LIKE '%302_19' THEN '302_19' ELSE '01_13_F' END AS statistics, s.currency,
    max(value) FILTER (measure = 'debt') AS debt,
    max(value) FILTER (measure = 'overdue') AS overdue,
    max(value) FILTER (measure = 'new_loans') AS new_loans,
    100 * overdue / nullif(debt, 0) AS overdue_share_computed,
    max(o.vintage_date) AS vintage_date, min(o.vintage_date) AS oldest_vintage_date
FROM observation_as_of(known_on(d, 'sme_loans')) AS o JOIN series AS s USING (series_id) LEFT JOIN area AS a ON a.code = s.ref_area
WHERE s.dataset = 'sme_loans' AND (s.definition LIKE '%302_19' OR s.definition LIKE '%01_13_F' OR s.definition = 'RESIDENTS')
GROUP BY o.period_end, s.ref_area, s.product_code, statistics, s.currency
ORDER BY ALL;
