// A registrant on a small telephone without JavaScript: what is due, a journey abroad, its receipt; and a report that
// lacks something.

import { picture, press } from "./checks.mjs";
import { signIn } from "./sign_in.mjs";

const day = (ahead) => new Date(Date.now() + ahead * 86400000).toISOString().slice(0, 10);

export async function registrantJourney({ browser, town, checks, pictures }) {
  const phone = { viewport: { width: 360, height: 740 }, locale: "nl-NL" };
  const context = await browser.newContext({ ...phone, javaScriptEnabled: false });
  const page = await context.newPage();
  page.mirror = await (await browser.newContext(phone)).newPage();

  await page.goto(`${town.url}/mijn/sign-in`);
  await checks.bothLanguages(page, "sign in, 360 px");
  await page.locator("main form button").click();
  await page.locator("[role=alert], #username:invalid").first().waitFor();
  checks.that("an empty sign-in is refused on the page", await page.locator("[role=alert]").count() === 1 || (await page.locator("#username:invalid").count()) === 1);
  await page.goto(`${town.url}/mijn/activate`);
  await checks.bothLanguages(page, "activate");

  await signIn(page, town, "registrant");
  await checks.bothLanguages(page, "what must I report");
  checks.that("the first page says what is due and why", (await page.locator(".card details summary").count()) > 0);
  checks.that("help stands on the page", (await page.locator("a[href='tel:+318002666436']").count()) === 1);
  await page.locator(".card details summary").first().click();
  await picture(page, pictures, "mijn");

  await page.goto(`${town.url}/mijn/report`);
  await checks.bothLanguages(page, "what can be reported");
  for (const kind of ["initial", "name", "home", "stay", "travel", "return", "absence", "confirmation", "night"]) {
    await page.goto(`${town.url}/mijn/report/${kind}`);
    await checks.bothLanguages(page, `form: ${kind}`);
  }

  // Lacking almost everything.
  await page.goto(`${town.url}/mijn/report/home`);
  await page.locator("input[name='address.type'][value='dutch']").check();
  await press(page, page.locator("main form .buttons button"));
  checks.that("what is wrong stands at the top, linked to its field", (await page.locator("[role=alert] a[href='#movedOn']").count()) === 1);
  await checks.page(page, "form with faults");
  await page.locator("[role=alert] a[href='#movedOn']").click();
  await page.waitForURL((url) => url.hash === "#movedOn");
  checks.that("the link leads to the field", page.url().endsWith("#movedOn"));

  // A journey.
  await page.goto(`${town.url}/mijn/report/travel`);
  const surname = await page.inputValue("[id='identity-names-0-surname']");
  await page.fill("#departureOn", day(40));
  await page.fill("#returnOn", day(50));
  await page.selectOption("[id='stops-0-address-foreign-country']", "ES");
  await page.fill("[id='stops-0-address-foreign-lines']", "Calle Ejemplo 1\n28001 Madrid");
  await page.fill("[id='stops-0-from']", day(40));
  await page.fill("[id='stops-0-until']", day(50));
  await press(page, page.locator("main form .buttons button"));
  checks.that("the answers are shown to be checked", (await page.locator("h1").innerText()).includes("Controleer"));
  checks.that("the country stands there by name", (await page.locator("dl").allInnerTexts()).join(" ").includes("Spanje"));
  await checks.page(page, "check your answers");
  await picture(page, pictures, "mijn-check");
  await press(page, page.locator("button", { hasText: "Antwoorden wijzigen" }));
  checks.that("going back keeps what was typed", (await page.inputValue("#departureOn")) === day(40));
  await press(page, page.locator("main form .buttons button"));
  await press(page, page.locator("main form .buttons button").first());
  checks.that("a receipt is given", (await page.locator("h1").innerText()) === "Uw melding is ontvangen");
  await checks.bothLanguages(page, "receipt");

  for (const [path, name] of [["trips", "journeys"], ["receipts", "receipts"], ["access", "who looked"], ["file", "the complete file"], ["rights", "my rights"], ["rights/new", "ask as a right"], ["duties", "all duties"], ["nowhere", "nothing there"]]) {
    await page.goto(`${town.url}/mijn/${path}`);
    await checks.bothLanguages(page, name);
  }
  await page.goto(`${town.url}/mijn/trips`);
  checks.that("the journey stands in the list", (await page.locator(".card").allInnerTexts()).join(" ").includes("Spanje"));
  await press(page, page.locator(".card a", { hasText: "Wijzigen" }).first());
  checks.that("changing it begins with the plan", (await page.inputValue("[id='stops-0-address-foreign-lines']")).includes("Madrid"));
  await checks.page(page, "form: amend");

  await page.goto(`${town.url}/mijn`);
  await press(page, page.locator("button", { hasText: "Uitloggen" }));
  checks.that("signing out ends at the sign-in page", page.url().endsWith("/mijn/sign-in?out"));
  await page.goto(`${town.url}/mijn`);
  checks.that("and the pages are closed", page.url().endsWith("/mijn/sign-in"));
  await context.close();
  return surname;
}
