// Looks at pages as readers do and says in JSON what is wrong with them.
//   node look.mjs BROWSER FOLDER PAGE...     (screenshots go to FOLDER)
// One entry a page and view: axe's violations, requests to anywhere but the page's own folder, what sticks out sideways,
// labels that their drawing cuts off.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import puppeteer from "puppeteer-core";

const VIEWS = {
  desktop: { width: 1300, height: 900, scheme: "light", media: "screen" },
  phone: { width: 390, height: 844, scheme: "light", media: "screen", isMobile: true, hasTouch: true, deviceScaleFactor: 2 },
  dark: { width: 1280, height: 900, scheme: "dark", media: "screen" },
  print: { width: 794, height: 1123, scheme: "light", media: "print" }, // A4 at 96 dpi
};
const RULES = { // of what passes nothing is told: naming each of those elements takes a seventh of the time
  runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
  resultTypes: ["violations"],
};

const [executablePath, folder, ...pages] = process.argv.slice(2);
const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const browser = await puppeteer.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
const seen = [];
for (const path of pages) {
  const own = new URL("./", pathToFileURL(path)).href;
  for (const [view, { scheme, media, ...viewport }] of Object.entries(VIEWS)) {
    const page = await browser.newPage();
    const outside = [];
    page.on("request", (request) => request.url().startsWith(own) || outside.push(request.url()));
    await page.setViewport(viewport);
    const session = await page.createCDPSession(); // one call for both: a second one would undo the first
    await session.send("Emulation.setEmulatedMedia", { media, features: [{ name: "prefers-color-scheme", value: scheme }] });
    await page.goto(pathToFileURL(path).href, { waitUntil: "load" });
    const emulated = await page.evaluate(() => [matchMedia("print").matches, matchMedia("(prefers-color-scheme: dark)").matches]);
    if (emulated[0] !== (media === "print") || emulated[1] !== (scheme === "dark")) throw new Error(`${view} is not emulated`);
    const high = await page.evaluate(() => document.documentElement.scrollHeight);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    const cut = await page.evaluate(() => [...document.querySelectorAll("svg text")].filter((label) => {
      const [inner, outer] = [label.getBoundingClientRect(), label.ownerSVGElement.getBoundingClientRect()];
      return inner.width > 0 && (inner.left < outer.left - 1 || inner.right > outer.right + 1);
    }).map((label) => label.textContent));
    await page.screenshot({ path: join(folder, `${basename(path, ".html")}-${view}.png`), fullPage: true });
    await page.evaluate(() => document.querySelectorAll("details").forEach((shut) => (shut.open = true)));
    await page.evaluate(axe);
    const { violations } = await page.evaluate((options) => window.axe.run(document, options), RULES);
    const found = violations.map(({ id, impact, help, nodes }) => ({ id, impact, help, where: nodes.map((n) => n.target.join(" ")) }));
    seen.push({ page: basename(path), view, violations: found, outside, wide, high, cut });
    await page.close();
  }
}
await browser.close();
console.log(JSON.stringify(seen));
