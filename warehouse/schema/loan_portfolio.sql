-- Loan book of the Russian banking sector by borrower, in Russian accounting: one row per month end, borrower, currency.
-- To the end of 2023: the presentation since then (definitions ..._2024, history made again from 2016) is in table observation.
-- Breaks: IFRS 9 lines from 2019-01-31, acquired claims within the borrower rows from 2021-01-31, see table definition.
-- Key: period_end, product, currency.
-- period_end: Last day of the month; the publisher dates it by the day after
-- product: Borrower: HOUSEHOLD, CORPORATE, NONFINANCIAL, FINANCIAL, ENTREPRENEUR, GOVERNMENT, GOVERNMENT_REGIONAL, OTHER, ALL; parts overlap their totals
-- currency: Currency of the loans: RUB, FX (in rouble equivalent), ALL
-- debt: Loans with overdue debt, before provisions, RUB («Кредиты, приобретенные права требования и прочие размещенные средства»)
-- debt_performing: Loans without overdue debt, RUB («Кредиты (непросроченные)»)
-- debt_net: Loans after provisions and revaluation, RUB («Кредитный портфель, за вычетом резервов на возможные потери»)
-- overdue: Overdue debt in Russian accounting, RUB («просроченная задолженность»)
-- overdue_interest: Overdue interest, RUB («Просроченные проценты по предоставленным кредитам (кроме МБК)»)
-- acquired_claims: Performing acquired claims shown apart, RUB («Приобретенные права требования (непросроченные)»)
-- other_placed: Other placed funds without overdue debt, RUB («Прочие размещенные средства (непросроченные)»)
-- provisions: Provisions in Russian accounting; negative, as published, RUB («Резервы на возможные потери (без учета МСФО 9)»)
-- revaluation: Revaluation and adjustments under IFRS 9, RUB; the three that follow are its parts («Переоценки и корректировки МСФО 9»)
-- fair_value_revaluation: Revaluation of the loans, RUB («Переоценка стоимости предоставленных (размещенных) денежных средств»)
-- value_adjustment: Adjustment of the value of the loans, RUB («Корректировка стоимости предоставленных (размещенных) денежных средств»)
-- provision_adjustment: Adjustment of provisions to expected credit losses, RUB («Корректировка резерва на возможные потери до оценочного резерва под ожидаемые кредитные убытки»)
-- overdue_share_computed: Overdue in percent of debt, computed
-- vintage_date: Newest vintage among the values of the row
-- oldest_vintage_date: Oldest vintage among the values of the row; earlier than vintage_date where they are of several days
CREATE MACRO loan_portfolio_as_of(d) AS TABLE
SELECT o.period_end, s.product_code AS product, s.currency,
    max(value) FILTER (measure = 'debt' AND definition = 'SECTOR') AS debt,
    max(value) FILTER (measure = 'debt' AND definition = 'SECTOR_PERFORMING') AS debt_performing,
    max(value) FILTER (measure = 'debt' AND definition = 'SECTOR_NET') AS debt_net,
    max(value) FILTER (measure = 'overdue' AND definition = 'RAS_OVERDUE') AS overdue,
    max(value) FILTER (measure = 'overdue_interest') AS overdue_interest,
    max(value) FILTER (measure = 'acquired_claims') AS acquired_claims,
    max(value) FILTER (measure = 'other_placed') AS other_placed,
    max(value) FILTER (measure = 'provisions' AND definition = 'RAS_PROVISIONS') AS provisions,
    max(value) FILTER (measure = 'revaluation') AS revaluation,
    max(value) FILTER (measure = 'fair_value_revaluation') AS fair_value_revaluation,
    max(value) FILTER (measure = 'value_adjustment') AS value_adjustment,
    max(value) FILTER (measure = 'provision_adjustment') AS provision_adjustment,
    100 * overdue / nullif(debt, 0) AS overdue_share_computed,
    max(o.vintage_date) AS vintage_date, min(o.vintage_date) AS oldest_vintage_date
FROM observation_as_of(known_on(d, 'loan_portfolio')) AS o JOIN series AS s USING (series_id)
WHERE s.dataset = 'loan_portfolio' AND s.ref_area = 'RUS' AND NOT ends_with(s.definition, '_2024')
GROUP BY o.period_end, s.product_code, s.currency
ORDER BY ALL;
