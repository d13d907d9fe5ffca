-- China's monthly trade balance in USD billion, with the publication it was made from.
SELECT t.period_end, t.exports / 1e9 AS exports_bn, t.imports / 1e9 AS imports_bn,
    (t.exports - t.imports) / 1e9 AS balance_bn, t.vintage_date, p.run_id
FROM {{ source('portvault', 'trade_total') }} AS t CROSS JOIN {{ source('portvault', 'publication') }} AS p
WHERE t.basis = 'month' AND t.currency = 'USD' AND t.exports IS NOT NULL AND t.imports IS NOT NULL
