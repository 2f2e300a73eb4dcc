// The web pages in a real browser: every page in both languages, both themes and three widths; the
// slider, a drill-down, an export. Fails on any console error, on a page that is wider than its
// window, on a chart that was not drawn.
//
//   node pages.mjs ADDRESS TENANT [FOLDER FOR PICTURES]
//
// GUANXI_TEST_CHROMIUM names the browser.
import assert from "node:assert/strict";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { chromium } from "playwright-core";

const [address, tenant, pictures] = process.argv.slice(2);

const WIDTHS = { desktop: 1440, tablet: 820, phone: 360 };
const LANGUAGES = { en: "Sales funnel", zh: "销售漏斗" };
const PAGES = {
  overview: { path: "/", charts: 2 },
  funnel: { path: "/funnel", charts: 3 },
  opportunities: { path: "/funnel/opportunities", charts: 0 },
  receivables: { path: "/receivables", charts: 1 },
  then: { path: "/receivables?as_of=2011-06-30", charts: 3 },
  items: { path: "/receivables/items", charts: 0 },
  days: { path: "/days", charts: 0 },
  work: { path: "/work", charts: 0 },
  service: { path: "/service", charts: 1 },
  tickets: { path: "/service/tickets", charts: 0 },
  points: { path: "/points", charts: 1 },
  members: { path: "/points/members", charts: 0 },
  operations: { path: "/operations", charts: 0 },
  nothing: { path: "/nothing", charts: 0, status: 404 },
};

/** A page on which whatever goes wrong is remembered. */
async function watched(context) {
  const page = await context.newPage();
  const troubles = [];
  page.on("console", (message) => {
    // That a page is not found is what one of them is for.
    const expected = message.text().includes("404") && message.location().url.endsWith("/nothing");
    if (["error", "warning"].includes(message.type()) && !expected) troubles.push(message.text());
  });
  page.on("pageerror", (error) => troubles.push(String(error)));
  page.on("requestfailed", (request) => {
    // The slider drops the question for a day that it has left.
    if (!request.url().includes("/funnel/day")) troubles.push(`${request.url()}: ${request.failure().errorText}`);
  });
  return { page, troubles };
}

const ready = (page) => page.waitForFunction(() => document.documentElement.dataset.ready === "true");

/** How many charts have a canvas that fits and has something on it. */
async function drawn(page) {
  return page.evaluate(() => [...document.querySelectorAll("[data-chart]")].filter((drawing) => {
    const canvas = drawing.querySelector("canvas");
    if (!canvas || !canvas.width || canvas.clientWidth > drawing.clientWidth) return false;
    // Read from a copy: the browser grumbles about canvases that are drawn and read in turn.
    const copy = document.createElement("canvas");
    [copy.width, copy.height] = [canvas.width, canvas.height];
    const paper = copy.getContext("2d", { willReadFrequently: true });
    paper.drawImage(canvas, 0, 0);
    const pixels = paper.getImageData(0, 0, copy.width, copy.height).data;
    return pixels.some((value) => value !== 0);
  }).length);
}

/** One page, first on a desk, then on ever smaller windows. */
async function looked(context, name, { path, charts, status = 200 }, picture) {
  const { page, troubles } = await watched(context);
  const answer = await page.goto(address + path);
  assert.equal(answer.status(), status, path);
  await ready(page);
  await page.waitForTimeout(400); // Bars grow for a moment.
  const all = await page.locator("[data-chart]").count();
  assert.ok(all >= charts, `${name} has ${all} charts, at least ${charts} wanted`);
  for (const [device, width] of Object.entries(WIDTHS)) {
    await page.setViewportSize({ width, height: 900 });
    await page.waitForTimeout(150);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    assert.ok(wide <= 0, `${name} is ${wide} pixels wider than a ${device}`);
    assert.equal(await drawn(page), all, `${name}: charts that were drawn on a ${device}`);
    if (pictures) await page.screenshot({ path: join(pictures, `${picture}-${device}.png`), fullPage: true });
  }
  assert.deepEqual(troubles, [], name);
  await page.close();
}

async function signedIn(browser, options, role = "manager") {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  await page.goto(`${address}/sign-in`);
  await page.fill("input[name=tenant]", tenant);
  await page.click(`button[name=role][value=${role}]`);
  await page.waitForURL(`${address}/`);
  await page.close();
  return context;
}

async function slides(context) {
  const { page, troubles } = await watched(context);
  await page.goto(`${address}/funnel`);
  await ready(page);
  const figures = () => page.locator("#day .figures").innerText();
  const before = await figures();
  const range = page.locator(".slider input");
  assert.ok(await range.isVisible(), "the slider shows where scripts run");
  await range.evaluate((slider) => {
    slider.value = slider.min;
    slider.dispatchEvent(new Event("input", { bubbles: true }));
  });
  const first = await page.locator("form[data-first]").getAttribute("data-first");
  await page.waitForFunction((day) => document.getElementById("day").dataset.day === day, first);
  assert.notEqual(await figures(), before, "another day shows other figures");
  assert.ok(page.url().includes(`as_of=${first}`), page.url());
  assert.equal(await drawn(page), 3, "the charts are drawn for that day");
  await page.reload();
  await ready(page);
  assert.equal(await page.locator("input[name=as_of]").inputValue(), first);
  assert.deepEqual(troubles, [], "the slider");
  await page.close();
}

async function drillsDown(context) {
  const { page, troubles } = await watched(context);
  await page.goto(`${address}/funnel`);
  await ready(page);
  // A bar of the first chart, in its middle row.
  const chart = page.locator("[data-chart]").first();
  const option = await chart.evaluate((drawing) => {
    const canvas = echarts.getInstanceByDom(drawing);
    const data = canvas.getOption().series[0].data;
    const most = data.reduce((best, one, n) => (one.value > data[best].value ? n : best), 0);
    const [x, y] = canvas.convertToPixel({ seriesIndex: 0 }, [data[most].value / 2, most]);
    return { x, y, leads_to: data[most].leads_to };
  });
  await chart.click({ position: { x: option.x, y: option.y } });
  await page.waitForURL(address + option.leads_to);
  assert.ok((await page.locator("tbody tr").count()) > 0, "the bar leads to its rows");

  const waiting = page.waitForEvent("download");
  await page.click(".export a:has-text('CSV')");
  const download = await waiting;
  assert.match(download.suggestedFilename(), /^funnel-opportunities-.*\.csv$/);
  const rows = (await readFile(await download.path(), "utf8")).trim().split("\n");
  assert.ok(rows.length > 1, "the export has rows");

  // Leaving a page while its icon still comes would count as a trouble.
  const settled = { waitUntil: "networkidle" };
  await page.goto(`${address}/points`, settled);
  await page.locator("section.table a[href*='/points/member?']").first().click();
  await page.waitForURL("**/points/member?**", settled);
  assert.equal(await page.locator("section.table").count(), 3, "a member has statements and lots");
  await page.goto(`${address}/service`, settled);
  await page.locator("section.table a[href*='/service/tickets?']").first().click();
  await page.waitForURL("**/service/tickets?**", settled);

  await page.goto(`${address}/receivables`);
  await page.locator("section.table a[href*='/receivables/customer?']").first().click();
  await page.waitForURL("**/receivables/customer?**");
  assert.ok((await page.locator("section.table").count()) >= 3, "a customer has items and a statement");
  assert.deepEqual(troubles, [], "the drill-down");
  await page.close();
}

async function switches(context) {
  const { page, troubles } = await watched(context);
  await page.goto(`${address}/funnel?as_of=2017-06-30`);
  await page.click(".account summary");
  await page.click("button[name=language][value=zh]");
  await page.waitForFunction(() => document.documentElement.lang === "zh-Hans");
  assert.ok(page.url().includes("as_of=2017-06-30"), "a switch comes back to the page");
  await page.click(".account summary");
  await page.click("button[name=theme][value=dark]");
  await page.waitForFunction(() => document.documentElement.dataset.theme === "dark");
  const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  assert.equal(ground, "rgb(20, 25, 26)", "dark is dark");
  await page.click(".account summary");
  await page.click("form[action='/sign-out'] button");
  await page.waitForURL("**/sign-in");
  assert.deepEqual(troubles, [], "the switches");
  await page.close();
}

if (pictures) await mkdir(pictures, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env.GUANXI_TEST_CHROMIUM,
  // Root runs the tests in containers, where Chromium's sandbox cannot be made.
  args: ["--no-sandbox", "--disable-dev-shm-usage"],
});
const desk = { width: 1440, height: 900 };
try {
  for (const [language, title] of Object.entries(LANGUAGES)) {
    for (const theme of ["light", "dark"]) {
      const context = await signedIn(browser, { locale: language, colorScheme: theme, viewport: desk });
      for (const [name, page] of Object.entries(PAGES)) {
        await looked(context, name, page, `${name}-${language}-${theme}`);
      }
      const page = await context.newPage();
      await page.goto(`${address}/funnel`);
      assert.equal(await page.locator("h1").innerText(), title);
      await context.close();
    }
  }
  const desktop = { locale: "en", viewport: desk };
  await slides(await signedIn(browser, desktop));
  await drillsDown(await signedIn(browser, desktop));
  await switches(await signedIn(browser, desktop, "analyst"));
  const plain = await signedIn(browser, { ...desktop, javaScriptEnabled: false });
  const page = await plain.newPage();
  await page.goto(`${address}/funnel`);
  assert.ok(!(await page.locator(".slider").isVisible()), "without scripts there is a date to fill in");
  await page.fill("input[name=as_of]", await page.locator("input[name=as_of]").getAttribute("max"));
  await page.click(".ask button");
  assert.ok((await page.locator("tbody tr").count()) > 0, "and the table all the same");
} finally {
  await browser.close();
}
console.log("all as it should be");
