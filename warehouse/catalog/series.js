// A series is [id, title, label, words, dataset, unit, freq, definition, release, points, products]; a point is
// [period, value, known from, former value, known from, ...] with the first print last; days are numbers, 20251130.
const S = PARTS.flat(), MOST = 100, ROWS = 120, $ = id => document.getElementById(id);
// Days between two periods that a line may join: one may be missing between them, as January is where February holds both.
const STEP = { W: 20, M: 75, Q: 190, S: 370, A: 740 };
const FREQ = { D: "daily", W: "weekly", M: "monthly", Q: "quarterly", S: "half-yearly", A: "yearly" };
const hay = S.map(s => (s[3] || "").toLowerCase()), byId = new Map(S.map((s, i) => [s[0], i]));
const day = n => `${Math.floor(n / 1e4)}-${String(Math.floor(n / 100) % 100).padStart(2, "0")}-${String(n % 100).padStart(2, "0")}`;
const say = v => v.toLocaleString("en-US", { maximumSignificantDigits: 10 });
const short = v => v.toLocaleString("en-US", { notation: "compact", maximumSignificantDigits: 4 });
const first = p => p.at(-2), revised = p => p.length > 3;
const span = s => `${s[9].length.toLocaleString("en-US")} periods from ${day(s[9][0][0])} to ${day(s[9].at(-1)[0])}`;
const el = (tag, text, more) => {
  const made = document.createElement(tag);
  if (text != null) made.textContent = text;
  return Object.assign(made, more || {});
};

function find() {
  const words = $("search").value.toLowerCase().split(/\s+/).filter(Boolean), hits = [];
  if (words.length) for (let i = 0; i < S.length; i++) if (words.every(w => hay[i].includes(w))) hits.push(i);
  const more = hits.length > MOST ? `, the first ${MOST} shown` : "";
  $("count").textContent = words.length ? `${hits.length.toLocaleString("en-US")} series${more}` : "";
  $("found").replaceChildren(...hits.slice(0, MOST).map(i => {
    const s = S[i], item = el("li"), link = el("a", s[1] + " ", { href: "#" + encodeURIComponent(s[0]) });
    link.append(el("small", `${s[2] || ""} ${s[4]}, ${s[5]}, ${span(s)}`));
    item.append(link);
    return item;
  }));
}

function steps(low, high, wanted) {
  const rough = (high - low) / wanted, ten = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map(n => n * ten).find(n => n >= rough), found = [];
  for (let at = Math.ceil(low / step) * step; at <= high + step * 1e-9; at += step) found.push(+at.toPrecision(12));
  return found;
}

function chart(s) {
  const W = Math.max(330, Math.min(1040, document.body.clientWidth - 32)), H = W < 600 ? 230 : 300;
  const L = 62, R = 14, T = 10, B = 24, ns = "http://www.w3.org/2000/svg";
  const points = s[9].map(p => ({ at: Date.parse(day(p[0])), now: p[1], first: first(p), p }));
  const values = points.flatMap(q => [q.now, q.first]), low = Math.min(...values), high = Math.max(...values);
  const start = points[0].at, end = points.at(-1).at;
  const x = t => L + (end > start ? (t - start) / (end - start) : .5) * (W - L - R);
  const y = v => H - B - (high > low ? (v - low) / (high - low) : .5) * (H - T - B);
  const svg = document.createElementNS(ns, "svg");
  const add = (tag, at, text) => {
    const made = document.createElementNS(ns, tag);
    for (const name in at) made.setAttribute(name, at[name]);
    if (text != null) made.textContent = text;
    svg.append(made);
    return made;
  };
  svg.setAttribute("viewBox", `0 0 ${W} ${H}`);
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", `${s[1]}: ${points.length} periods, last ${say(points.at(-1).now)} in ${day(points.at(-1).p[0])}`);
  for (const v of high > low ? steps(low, high, 4) : [low]) {
    add("line", { x1: L, x2: W - R, y1: y(v), y2: y(v), stroke: "var(--line)" });
    add("text", { x: L - 6, y: y(v) + 4, "text-anchor": "end" }, short(v));
  }
  const years = [new Date(start).getUTCFullYear(), new Date(end).getUTCFullYear()];
  if (years[1] - years[0] > 1)
    for (const year of steps(years[0] + 1, years[1], W < 600 ? 4 : 9).filter(Number.isInteger)) {
      const at = x(Date.UTC(year, 0, 1));
      add("line", { x1: at, x2: at, y1: H - B, y2: H - B + 5, stroke: "var(--muted)" });
      if (at < W - R - 12) add("text", { x: at, y: H - 5, "text-anchor": "middle" }, year);
    }
  else {
    add("text", { x: L, y: H - 5 }, day(points[0].p[0]));
    if (end > start) add("text", { x: W - R, y: H - 5, "text-anchor": "end" }, day(points.at(-1).p[0]));
  }
  const runs = [];
  for (const q of points) {
    const last = runs.at(-1)?.at(-1);
    if (last && q.at - last.at <= (STEP[s[6]] || Infinity) * 864e5) runs.at(-1).push(q);
    else runs.push([q]);
  }
  const line = (of, color, dash) => runs.filter(run => run.length > 1).forEach(run => add("polyline", {
    points: run.map(q => `${x(q.at).toFixed(1)},${y(q[of]).toFixed(1)}`).join(" "),
    fill: "none", stroke: color, "stroke-width": 2, "stroke-dasharray": dash,
  }));
  const alone = new Set(runs.filter(run => run.length === 1).flat());
  if (points.some(q => q.now !== q.first)) line("first", "var(--two)", "5 3");
  line("now", "var(--one)", "none");
  for (const q of points) {
    const few = points.length < 60 || alone.has(q), dot = { cx: x(q.at), cy: y(q.now), r: few ? 3 : 5, fill: few ? "var(--one)" : "transparent" };
    const told = document.createElementNS(ns, "title");
    told.textContent = `${day(q.p[0])}: ${say(q.now)}, known from ${day(q.p[2])}`;
    add("circle", dot).append(told);
  }
  return svg;
}

const escaped = text => `"${String(text).replaceAll('"', '""')}"`;
function csv(s) {
  const rows = [["series_id", "period_end", "vintage_date", "value"]];
  for (const p of s[9]) for (let i = p.length - 2; i > 0; i -= 2) rows.push([escaped(s[0]), day(p[0]), day(p[i + 1]), p[i]]);
  return "data:text/csv;charset=utf-8," + encodeURIComponent(rows.map(r => r.join(",")).join("\n") + "\n");
}

function table(label, heads, rows) {
  const box = el("div", null, { className: "scroll", tabIndex: 0 }), made = el("table"), head = el("tr");
  box.setAttribute("role", "region");
  box.setAttribute("aria-label", label);
  heads.forEach(name => head.append(el("th", name, { scope: "col" })));
  made.append(head);
  for (const row of rows) {
    const line = el("tr");
    for (const cell of row) line.append(el("td", cell, { className: /^-?[\d.,e+-]+$/.test(cell) && !/^\d{4}-\d\d-\d\d$/.test(cell) ? "n" : "" }));
    made.append(line);
  }
  box.append(made);
  return box;
}

function vintages(s) {
  const rows = [];
  for (const p of [...s[9]].reverse()) if (revised(p))
    for (let i = p.length - 2; i > 0; i -= 2) rows.push([day(p[0]), day(p[i + 1]), say(p[i]), i < p.length - 2 ? say(p[i] - p[i + 2]) : "first"]);
  const fold = el("details");
  fold.append(el("summary", `Every value of revised periods: ${rows.length}`));
  fold.append(table("Every vintage of revised periods", ["Period", "Known from", "Value", "Change"], rows.slice(0, 4 * ROWS)));
  return fold;
}

function next(s) {
  const known = s[10].map(product => [product, ...DATA.next[product]]).sort((a, b) => a[2] < b[2] ? 1 : -1);
  if (!known.length) return "Next release: no date is known.";
  return "Next release: " + known.map(([product, period, date, state]) =>
    [product, period && `of ${period}`, date && `expected ${date}`, state].filter(Boolean).join(", ")).join("; ") + ".";
}

function source(s) {
  const [publisher, url, hash] = DATA.releases[s[8]] || [], said = el("p", `Source: ${publisher || "derived here"} `);
  const address = (url || "").split(" ")[0];
  if (/^https?:/.test(address)) said.append(el("a", address, { href: address, rel: "noreferrer" }));
  if (hash) said.append(el("small", ` SHA-256 ${hash}`));
  return said;
}

function show() {
  const i = byId.get(decodeURIComponent(location.hash.slice(1)));
  if (i == null) return $("one").replaceChildren();
  const s = S[i], id = s[0].replaceAll("'", "''"), count = s[9].filter(revised).length, fact = DATA.publication;
  const legend = el("p", null, { className: "note legend" });
  if (count) legend.append(el("b", "newest values"), " · ", el("i", "as first printed"), ` · ${count} of ${s[9].length} periods were revised`);
  else legend.append("No period was revised.");
  const body = [el("h2", s[1]), el("p", `${s[2] ? s[2] + " · " : ""}${s[4]}, ${s[5]}, ${FREQ[s[6]] || s[6]}, ${span(s)}`, { className: "note" }), chart(s), legend];
  if (DATA.definitions[s[7]]) body.push(el("p", `Definition ${s[7]}: ${DATA.definitions[s[7]]}`));
  for (const b of DATA.breaks) if (b[0] === s[7]) body.push(el("p", "Break: " + b.join(" · "), { className: "note" }));
  body.push(source(s), el("p", next(s)));
  const select = `SELECT period_end, value, vintage_date FROM ${s[4] === "indicator" ? "indicator" : "observation"} WHERE series_id = '${id}' ORDER BY period_end`;
  body.push(el("pre", s[4] === "indicator" ? select : `${select};\nFROM revision_triangle('${id}')`, { tabIndex: 0 }));
  const newest = day(Math.max(...s[9].map(p => p[2]))), publisher = (DATA.releases[s[8]] || [])[0] || "Portvault";
  body.push(el("p", `Cite: ${publisher}, ${s[1]} (${s[0]}), newest vintage ${newest}; Portvault run ${fact.run_id}, digest ${fact.content_digest.slice(0, 16)}.`));
  const file = el("p");
  file.append(el("a", "CSV of all vintages", { href: csv(s), download: s[0].replace(/\W+/g, "_") + ".csv" }));
  body.push(file);
  if (count) body.push(vintages(s));
  const rows = [...s[9]].reverse().slice(0, ROWS).map(p => [day(p[0]), say(p[1]), day(p[2]), ...(revised(p) ? [say(first(p)), day(p.at(-1))] : ["", ""])]);
  body.push(table("Values", ["Period", "Value", "Known from", "First printed", "On"], rows));
  $("one").replaceChildren(...body);
}

$("about").textContent = `${S.length.toLocaleString("en-US")} series of the warehouse published ${DATA.publication.published_at.slice(0, 16)} UTC.`;
let wait;
$("search").addEventListener("input", () => { clearTimeout(wait); wait = setTimeout(find, 120); });
addEventListener("hashchange", show);
const asked = new URLSearchParams(location.search).get("q");
if (asked) { $("search").value = asked; find(); }
show();
