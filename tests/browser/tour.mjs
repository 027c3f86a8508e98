// The tour of the demonstration: on the first page of every role, and every step of it leads to a page of that role.

import { signIn } from "./sign_in.mjs";

const TOUR = "details.tour";

export async function tourJourney({ browser, town, checks }) {
  const roles = new Set();
  for (const account of town.accounts) {
    if (roles.has(account.role)) continue;
    roles.add(account.role);
    await walk({ browser, town, checks, account });
  }
  checks.that("tour: every role of the demonstration has one", roles.size >= 13, [...roles].join(" "));
}

async function walk({ browser, town, checks, account }) {
  const context = await browser.newContext({ locale: "nl-NL" });
  const page = await context.newPage();
  await signIn(page, town, account.username);
  await page.locator(`${TOUR} > summary`).click();
  const links = page.locator(`${TOUR} a`);
  await links.first().waitFor();
  if (["registrant", "lead"].includes(account.username)) await checks.page(page, `tour: ${account.role}`);
  const addresses = await links.evaluateAll((found) => found.map((link) => link.getAttribute("href")));
  const lost = [];
  for (const address of addresses) {
    const answer = await page.goto(`${town.url}${address}`);
    // Outside their own caseload people are asked for a purpose first.
    const asked = answer.status() === 403 && (await page.locator("main [name=purpose]").count()) > 0;
    if (answer.status() !== 200 && !asked) lost.push(`${address}: ${answer.status()}`);
  }
  checks.that(`tour: every step leads somewhere (${account.role})`, addresses.length > 0 && lost.length === 0, lost.join(", "));
  await context.close();
}
