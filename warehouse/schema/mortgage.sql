-- Russian housing mortgages to residents: one row per month end, area, product and currency, by the borrower's area.
-- Seasonally adjusted debt and loans by the lender's district are other series, in observation only.
-- Key: period_end, area, product, currency.
-- period_end: Last day of the month, for stocks and flows alike
-- area: RUS, a federal district RUS_FD_... or an ISO 3166-2 region
-- area_name: Name in English; in Russian for districts and regions
-- area_kind: country, federal_district, region or part_of_region: never add up across kinds
-- product: HOUSING for all housing loans, MORTGAGE the mortgages among them, MORTGAGE_SCPA the part of these secured by claims under share construction agreements, MORTGAGE_IHC for individual housing: never add up
-- currency: Currency of the loans: RUB, FX (in rouble equivalent), ALL
-- loans_count: Number of loans granted during the month («Количество предоставленных кредитов за месяц»)
-- new_loans: Amount of loans granted during the month, RUB («Объем предоставленных кредитов за месяц»)
-- debt: Debt at the end of the month without acquired claims, RUB («Задолженность по предоставленным кредитам»)
-- debt_incl_acquired: Debt at the end of the month with acquired claims, RUB («с учетом приобретенных кредитными организациями прав требования»)
-- acquired_claims: Claims acquired from others, RUB («Задолженность по приобретенным кредитными организациями правам требования»)
-- overdue: Overdue debt in Russian accounting, RUB («просроченная задолженность по предоставленным кредитам»)
-- overdue_share_computed: Overdue in percent of debt (both without acquired claims), computed
-- rate: Weighted average rate of the loans granted during the month, percent per year («Средневзвешенная ставка по кредитам, выданным в течение месяца»)
-- term_months: Weighted average term of the loans granted during the month («Средневзвешенный срок кредитования по кредитам, выданным в течение месяца»)
-- vintage_date: Newest vintage among the values of the row
-- oldest_vintage_date: Oldest vintage among the values of the row; earlier than vintage_date where they are of several days
CREATE MACRO mortgage_as_of(d) AS TABLE
SELECT o.period_end, s.ref_area AS area, any_value(coalesce(a.name_en, a.name_ru)) AS area_name, any_value(a.kind) AS area_kind,
    s.product_code AS product, s.currency,
    max(value) FILTER (measure = 'count') AS loans_count,
    max(value) FILTER (measure = 'new_loans') AS new_loans,
    max(value) FILTER (measure = 'debt' AND definition = 'RESIDENTS_EXCL_ACQUIRED') AS debt,
    max(value) FILTER (measure = 'debt' AND definition = 'RESIDENTS_INCL_ACQUIRED') AS debt_incl_acquired,
    max(value) FILTER (measure = 'acquired_claims') AS acquired_claims,
    max(value) FILTER (measure = 'overdue' AND definition = 'RAS_OVERDUE_RESIDENTS') AS overdue,
    100 * overdue / nullif(debt, 0) AS overdue_share_computed,
    max(value) FILTER (measure = 'rate') AS rate,
    max(value) FILTER (measure = 'term') AS term_months,
    max(o.vintage_date) AS vintage_date, min(o.vintage_date) AS oldest_vintage_date
FROM observation_as_of(known_on(d, 'mortgage')) AS o JOIN series AS s USING (series_id) LEFT JOIN area AS a ON a.code = s.ref_area
WHERE s.dataset = 'mortgage' AND s.adjustment = 'N' AND s.definition IN ('RESIDENTS', 'RESIDENTS_EXCL_ACQUIRED',
    'RESIDENTS_INCL_ACQUIRED', 'ACQUIRED_CLAIMS', 'RAS_OVERDUE_RESIDENTS')
GROUP BY o.period_end, s.ref_area, s.product_code, s.currency
ORDER BY ALL;
