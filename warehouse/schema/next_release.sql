-- What comes next, soonest first: the products whose next release has a day, when this file was published.
-- Key: product.
-- product: Kind of table, see table freshness
-- title: What it is
-- period: Next reference period
-- date: Day it is expected
-- expected_at: Moment it is expected, UTC; null where only the day is known
-- origin: scheduled (official calendar), observed, or rule
-- state: not due, due, late, blocked, unreachable, quarantined
CREATE VIEW next_release AS
SELECT product, title, expected_period AS period, expected_date AS date, expected_at, origin, state
FROM freshness WHERE expected_date IS NOT NULL AND state NOT IN ('discontinued', 'suspended')
ORDER BY expected_date, product;
