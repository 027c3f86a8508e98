// Counts what held, and holds every page against WCAG 2.2 A and AA with axe. The pages are the same on both databases:
// where they were held against it on one, the walk on the other looks at what the pages do only.

import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const AXE = fs.readFileSync(path.join(here, "node_modules/axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

// Presses what leads to another page, and waits for that page: nothing is read off the one before.
export const press = (page, locator) => Promise.all([page.waitForNavigation(), locator.click()]);

export class Checks {
  passed = 0;
  failures = [];

  constructor({ accessibility }) {
    this.accessibility = accessibility;
  }

  that(name, holds, detail = "") {
    if (holds) {
      this.passed += 1;
      console.log(`ok    ${name}`);
    } else {
      this.failed(name, detail);
    }
    return holds;
  }

  failed(name, detail = "") {
    this.failures.push(name);
    console.log(`FAIL  ${name}${detail ? `\n      ${String(detail).slice(0, 2000)}` : ""}`);
  }

  // No violation on this page, and nothing that scrolls sideways.
  async page(seen, name) {
    if (!this.accessibility) return;
    const page = seen.mirror ? await mirrored(seen) : seen;
    await page.evaluate(AXE);
    const found = await page.evaluate((rules) => axe.run(document, { runOnly: rules }), RULES);
    const told = found.violations
      .map((v) => `${v.id}: ${v.help}: ${v.nodes.map((n) => `${n.target} ${n.failureSummary}`).join(" | ")}`)
      .join("\n      ");
    this.that(`axe: ${name}`, found.violations.length === 0, told);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    this.that(`nothing scrolls sideways: ${name}`, wide <= 0, `${wide} px too wide`);
  }

  // The same page in both languages.
  async bothLanguages(page, name) {
    if (!this.accessibility) return;
    await this.page(page, `${name} (nl)`);
    const path = new URL(page.url());
    await changeLanguage(page);
    await page.goto(path.href);
    await this.page(page, `${name} (en)`);
    await changeLanguage(page);
    await page.goto(path.href);
  }

  // What failed once more, at the end: whoever reads the last lines of a long run sees it.
  report() {
    for (const name of this.failures) console.log(`FAIL  ${name} (above)`);
    console.log(`${this.passed} passed, ${this.failures.length} failed`);
    process.exitCode = this.failures.length ? 1 : 0;
  }
}

// Axe needs timers, which a page without scripts does not have: the same page is looked at in one that has them.
async function mirrored(page) {
  const { mirror } = page;
  const [address, html] = [page.url().split("#")[0], await page.content()];
  await mirror.unrouteAll();
  await mirror.route(address, (route) => route.fulfill({ contentType: "text/html; charset=utf-8", body: html }));
  await mirror.goto(address);
  return mirror;
}

async function changeLanguage(page) {
  await Promise.all([page.waitForNavigation(), page.locator("button[name=language]").click()]);
}

// Keeps a picture of a page, when pictures are asked for.
export async function picture(page, folder, name) {
  if (!folder) return;
  fs.mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: path.join(folder, `${name}.png`), fullPage: true, animations: "disabled" });
}
