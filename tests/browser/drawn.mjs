// Prints a page's HTML, as JSON, once an expression is true in it.
//   node drawn.mjs BROWSER URL PICTURE EXPRESSION
import puppeteer from "puppeteer-core";

const [executablePath, url, path, ready] = process.argv.slice(2);
const browser = await puppeteer.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
const page = await browser.newPage();
await page.setViewport({ width: 1300, height: 1400 });
await page.goto(url, { waitUntil: "load", timeout: 180_000 });
await page.waitForFunction(ready, { timeout: 180_000, polling: 200 }).catch((late) => console.error(late.message));
await page.screenshot({ path });
console.log(JSON.stringify(await page.content()));
await browser.close();
