// Data loader: runs when the site is built. One connection answers every query, so a page shows one publication.
import { DuckDBInstance } from "@duckdb/node-api";

const QUERIES = {
  publication: "SELECT published_at, run_id, content_digest FROM publication",
  trade: `SELECT period_end, exports / 1e9 AS exports, imports / 1e9 AS imports, balance_computed / 1e9 AS balance
    FROM trade_total WHERE basis = 'month' AND currency = 'USD' AND exports IS NOT NULL AND imports IS NOT NULL
    ORDER BY period_end`,
  // the newest month that is known for more than some partners: the United States are in the full tables only
  partners: `SELECT partner_name, exports / 1e9 AS exports, period_end FROM trade_by_partner
    WHERE basis = 'ytd' AND currency = 'CNY' AND partner_kind = 'country' AND exports IS NOT NULL
    QUALIFY period_end = max(period_end) FILTER (partner = 'USA') OVER () ORDER BY exports DESC LIMIT 12`,
  revisions: `SELECT f.period_end, s.flow, (f.latest_value - f.first_value) / 1e9 AS change
    FROM first_release AS f JOIN series AS s USING (series_id)
    WHERE s.dataset = 'trade_total' AND s.measure = 'value' AND s.basis = 'month' AND s.currency = 'USD'
    AND s.flow IN ('export', 'import') AND f.vintages > 1 ORDER BY f.period_end DESC, s.flow LIMIT 12`,
  households: `SELECT period_end, debt / 1e12 AS debt, overdue_share_computed AS overdue FROM household_loans
    WHERE area = 'RUS' AND currency = 'ALL' AND debt IS NOT NULL ORDER BY period_end`,
  rate: "SELECT effective_date, rate AS key_rate FROM key_rate ORDER BY effective_date",
};

const instance = await DuckDBInstance.create(process.env.PORTVAULT_WAREHOUSE, { access_mode: "READ_ONLY" });
const connection = await instance.connect();
const answers = {};
for (const [name, query] of Object.entries(QUERIES))
  answers[name] = (await connection.runAndReadAll(query)).getRowObjectsJson();
connection.closeSync();
instance.closeSync();
process.stdout.write(JSON.stringify(answers));
