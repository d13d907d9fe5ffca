-- Bank of Russia table of household lending risks: loans 90 and more days overdue, in homogeneous portfolios, with provisions.
-- All shares as printed. Published to about 2022 for month starts; another definition than overdue debt elsewhere.
-- period_end: Last day of the month; the publisher dates it by the day after
-- debt: Loans in homogeneous portfolios, RUB ("Loans: Total")
-- overdue_90d: Loans with payments overdue by more than 90 days, RUB ("Overdue loans in excess of 90 days")
-- overdue_90d_share: The same in percent of loans ("Overdue loans in excess of 90 days in total loans, %")
-- provisions: Provisions for loans, RUB ("Actual LLP for loans: Total")
-- provisions_share: The same in percent of loans ("LLP as % of total loans")
-- provisions_overdue_90d: Provisions for loans overdue by more than 90 days, RUB ("For overdue loans in excess of 90 days")
-- provisions_overdue_90d_share: The same in percent of these loans ("LLP for overdue loans in excess of 90 days as % of relevant loans")
-- provisions_overdue_90d_share_of_provisions: The same in percent of all provisions for loans ("LLP for overdue loans in excess of 90 days in total LLP, %")
-- interest_claims: Claims on interest income, RUB ("Claims on interest income: Total")
-- interest_claims_over20: Those of them provisioned by more than 20 percent, RUB ("For homogeneous claims and loans with provisions in excess of 20%")
-- interest_claims_over20_share: The same in percent of the claims ("Homogeneous claims and loans with provisions in excess of 20% in total claims, %")
-- provisions_interest: Provisions for these claims, RUB ("Actual LLP for claims on interest income: Total")
-- provisions_interest_share: The same in percent of the claims ("LLP as % of total claims on interest income")
-- provisions_interest_over20: Provisions for the claims provisioned by more than 20 percent, RUB ("For claims and loans with provisions in excess of 20%")
-- provisions_interest_over20_share_of_claims: The same in percent of these claims ("LLP for claims and loans with provisions in excess of 20% as % of relevant claims")
-- provisions_interest_over20_share_of_provisions: The same in percent of all provisions for claims on interest income ("LLP for claims and loans with provisions in excess of 20% in total LLP, %")
-- contradicted: Columns of the page whose printed figure is not that of its parts (obs_status U); kept as printed
-- vintage_date: Newest vintage among the values of the row
-- oldest_vintage_date: Oldest vintage among the values of the row; earlier than vintage_date where they are of several days
CREATE MACRO household_lending_risk_as_of(d) AS TABLE
SELECT o.period_end,
    max(value) FILTER (measure = 'debt') AS debt,
    max(value) FILTER (measure = 'overdue' AND definition = 'DPD90') AS overdue_90d,
    max(value) FILTER (measure = 'overdue_share' AND definition = 'DPD90') AS overdue_90d_share,
    max(value) FILTER (measure = 'provisions') AS provisions,
    max(value) FILTER (measure = 'provisions_share') AS provisions_share,
    max(value) FILTER (measure = 'provisions_overdue') AS provisions_overdue_90d,
    max(value) FILTER (measure = 'provisions_overdue_share_of_overdue') AS provisions_overdue_90d_share,
    max(value) FILTER (measure = 'provisions_overdue_share_of_provisions') AS provisions_overdue_90d_share_of_provisions,
    max(value) FILTER (measure = 'interest_claims') AS interest_claims,
    max(value) FILTER (measure = 'interest_claims_over20') AS interest_claims_over20,
    max(value) FILTER (measure = 'interest_claims_over20_share') AS interest_claims_over20_share,
    max(value) FILTER (measure = 'provisions_interest') AS provisions_interest,
    max(value) FILTER (measure = 'provisions_interest_share') AS provisions_interest_share,
    max(value) FILTER (measure = 'provisions_interest_over20') AS provisions_interest_over20,
    max(value) FILTER (measure = 'provisions_interest_over20_share_of_claims') AS provisions_interest_over20_share_of_claims,
    max(value) FILTER (measure = 'provisions_interest_over20_share_of_provisions')
        AS provisions_interest_over20_share_of_provisions,
    string_agg(measure, ', ' ORDER BY measure) FILTER (obs_status = 'U') AS contradicted,
    max(o.vintage_date) AS vintage_date, min(o.vintage_date) AS oldest_vintage_date
FROM observation_as_of(known_on(d, 'household_lending_risk')) AS o JOIN series AS s USING (series_id)
WHERE s.dataset = 'household_lending_risk'
GROUP BY o.period_end
ORDER BY ALL;
