-- How far each product reaches, what is expected next, and its state when this file was published.
-- Key: product.
-- product: Kind of table, e.g. gacc.by_partner_preliminary
-- title: What it is
-- last_period: Last reference period loaded, from a release or from whole tables of the shipped history
-- last_vintage: Day the newest value became public
-- expected_period: Next reference period
-- expected_date: Day it is expected
-- expected_at: Moment it is expected, UTC; null where only the day is known
-- origin: scheduled (official calendar), observed, or rule
-- state: published (nothing more is due), not due, due, late, blocked, unreachable, suspended, discontinued, quarantined
-- days_late: Days since expected_date, where that is longer than the usual lag
-- reason: Why it has this state
-- answer: How the publisher answered when it was last asked
CREATE TABLE freshness (
    product VARCHAR NOT NULL, title VARCHAR, last_period VARCHAR, last_vintage DATE, expected_period VARCHAR, expected_date DATE,
    expected_at TIMESTAMP, origin VARCHAR, state VARCHAR NOT NULL, days_late INTEGER, reason VARCHAR, answer VARCHAR
);
