-- How far each product reaches, what is expected next, and its state when this file was published.
-- product: Product or group of products with one calendar
-- title: What it is
-- last_period: Last reference period loaded
-- last_vintage: Day the newest value became public
-- expected_period: Next reference period
-- expected_date: Day it is expected
-- origin: scheduled (official calendar), observed, or rule
-- state: published, due, late, blocked, unreachable, suspended, discontinued, quarantined
-- reason: Evidence for the state
CREATE TABLE freshness (
    product VARCHAR NOT NULL, title VARCHAR, last_period VARCHAR, last_vintage DATE, expected_period VARCHAR, expected_date DATE,
    origin VARCHAR, state VARCHAR NOT NULL, reason VARCHAR
);
