// From a figure to a file: a lead opens a figure of the release that was made last, and a file behind it. The evaluator's
// figures lead nowhere.

import { press } from "./checks.mjs";
import { signIn } from "./sign_in.mjs";

const wide = { viewport: { width: 1280, height: 900 }, locale: "nl-NL" };
const FIGURES = "/console/figures";

async function signedIn(browser, town, username) {
  const page = await (await browser.newContext(wide)).newPage();
  await signIn(page, town, username);
  return page;
}

export async function figuresJourney({ browser, town, checks }) {
  const lead = await signedIn(browser, town, "lead-2");
  await press(lead, lead.locator(`nav a[href='${FIGURES}']`));
  const tables = () => lead.locator(`main a[href^='${FIGURES}/table']`);
  checks.that("the tables of the release are there for a lead", (await tables().count()) > 10);
  await checks.bothLanguages(lead, "console: tables of figures");
  // Not every table leaves the house, and not every figure counts a file of this team: the first that does.
  const files = lead.locator("main tbody a[href^='/console/registrations/']");
  const all = await tables().evaluateAll((links) => links.map((link) => link.getAttribute("href")));
  for (const [at, table] of all.entries()) {
    await lead.goto(`${town.url}${table}`);
    if (at === 0) await checks.bothLanguages(lead, "console: a table whose figures are links");
    await press(lead, lead.locator("main tbody a[href*='row=total&column=total']"));
    if ((await files.count()) > 0) break;
  }
  checks.that("the figure opens the list of files behind it", (await files.count()) > 0, await lead.locator("main").innerText());
  await checks.bothLanguages(lead, "console: the files behind a figure");
  await press(lead, files.first());
  checks.that("and a row opens the file", new URL(lead.url()).pathname.startsWith("/console/registrations/"));

  const evaluator = await signedIn(browser, town, "evaluator");
  await evaluator.goto(`${town.url}/console/evaluation`);
  checks.that("no figure of the evaluator is a link", (await evaluator.locator(`a[href^='${FIGURES}']`).count()) === 0);
  const refused = await evaluator.goto(`${town.url}${FIGURES}`);
  checks.that("the lists are closed to the evaluator", refused.status() === 403, refused.status());
  for (const page of [evaluator, lead]) await page.context().close();
}
