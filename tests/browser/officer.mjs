// An officer takes a flag from the first page to a proposal, a lead decides, the proposer is refused. Gives the address
// of that flag.

import { picture, press } from "./checks.mjs";
import { signIn } from "./sign_in.mjs";

const wide = { viewport: { width: 1280, height: 900 }, locale: "nl-NL" };

export async function officerJourney({ browser, town, checks, pictures, surname }) {
  const context = await browser.newContext(wide);
  const page = await context.newPage();
  await page.goto(`${town.url}/console/sign-in`);
  await checks.bothLanguages(page, "console: sign in");
  await signIn(page, town, "officer");

  // The sweep raises flags by itself, some legal minutes after the start. What was found beside them may be for today.
  const row = page.locator(".work a[href^='/console/flags/']");
  let list = `${town.url}/console`;
  for (let waited = 0; waited < 60 && (await row.count()) === 0; waited += 1) {
    await page.waitForTimeout(1000);
    list = `${town.url}/console?section=${["overdue", "today", "this_week"][waited % 3]}`;
    await page.goto(list);
  }
  checks.that("the first page has a flag", (await row.count()) > 0);
  checks.that("each row says why it is there", (await page.locator(".work li p").count()) === (await page.locator(".work li").count()));
  await checks.bothLanguages(page, "console: today");
  await picture(page, pictures, "today");
  for (const section of ["overdue", "today", "this_week", "waiting", "to_log"]) {
    await page.goto(`${town.url}/console?section=${section}`);
    await checks.page(page, `console: section ${section}`);
  }

  // Keyboard alone: to the first flag and back.
  await page.goto(list);
  for (let pressed = 0; pressed < 10 && !page.url().includes("/console/flags/"); pressed += 1) {
    const before = page.url();
    await page.keyboard.press("j");
    await page.waitForURL((url) => url.href !== before);
  }
  const flag = page.url();
  await checks.bothLanguages(page, "console: flag");
  await picture(page, pictures, "flag");
  await page.keyboard.press("u");
  await page.waitForURL((url) => url.pathname === "/console");

  await page.goto(flag);
  const person = await page.locator(".tabs a").first().getAttribute("href");
  await page.goto(`${town.url}${person}`);
  for (const drawer of await page.locator("details.duty summary").all()) await drawer.click();
  await checks.bothLanguages(page, "console: person");
  await picture(page, pictures, "person");
  for (const rest of ["travel", "supervision", "timeline", "record", "record/home", "record/travel"]) {
    await page.goto(`${town.url}${person}/${rest}`);
    await checks.bothLanguages(page, `console: ${rest}`);
  }

  await page.goto(`${town.url}/console/search`);
  await checks.bothLanguages(page, "console: search");
  await press(page, page.locator("main form .buttons button"));
  await checks.page(page, "console: search for nothing");
  await page.fill("#surname", "a");
  await page.fill("#birthDate", "1970-01-01");
  await press(page, page.locator("main form .buttons button"));
  await checks.page(page, "console: search refused or empty");
  await page.fill("#surname", surname);
  await page.fill("#birthDate", "");
  await press(page, page.locator("main form .buttons button"));
  checks.that("the registrant is found by surname", (await page.locator("tbody a").count()) >= 1);
  await checks.page(page, "console: search with hits");
  await press(page, page.locator("tbody a").first());
  await press(page, page.locator(".tabs a[href$='/travel']"));
  checks.that("the journey stands on the map", (await page.locator("svg.map .visited").count()) === 1);
  await checks.bothLanguages(page, "console: travel with a map");
  await picture(page, pictures, "travel");
  await page.goto(`${town.url}/console/flags`);
  await checks.bothLanguages(page, "console: flags");
  await page.goto(`${town.url}/console/registrations/00000000-0000-7000-8000-000000000000`);
  await checks.bothLanguages(page, "console: nothing there");
  await page.goto(`${town.url}/console/team`);
  checks.that("the lead's page is closed to officers", (await page.locator("h1").innerText()) === "Dit mag u niet zien of doen");

  await flagJourney({ browser, page, flag, town, checks });
  const leads = await browser.newContext(wide);
  const lead = await leads.newPage();
  await signIn(lead, town, "lead");
  await decideJourney({ page, lead, flag, town, checks });
  await checks.bothLanguages(lead, "console: today, for a lead");
  await lead.goto(`${town.url}/console/team`);
  await checks.bothLanguages(lead, "console: team");
  await picture(lead, pictures, "team");
  await leads.close();
  await context.close();
  return flag.split("?")[0];
}

// From raised to proposed, with what is wrong told at its field and everything checked before it is sent.
async function flagJourney({ page, flag, checks }) {
  const open = (step) => page.locator(`form[action$='/${step}']`);
  const send = (step) => Promise.all([page.waitForNavigation(), open(step).locator(".buttons button").click()]);
  await page.goto(flag);
  await send("take-up");
  checks.that("the flag is taken up", (await page.locator("[role=status]").innerText()).includes("in behandeling"), await page.locator("main").innerText());
  await send("propose");
  checks.that("an empty proposal says what is missing", (await page.locator("[role=alert] a").count()) >= 1);
  await checks.page(page, "console: flag with faults");
  await open("propose").locator("input[value=acceptableExcuse]").check();
  await open("propose").locator("select[name='outcome.acceptableExcuse.excuse']").selectOption("illness");
  await open("propose").locator("textarea[name='outcome.acceptableExcuse.evidence']").fill("Verklaring van het ziekenhuis");
  await open("propose").locator("textarea[name=reason]").fill("Lag in het ziekenhuis op de laatste dag.");
  await send("propose");
  checks.that("a proposal is checked first", (await page.locator("h1").innerText()) === "Controleer uw antwoorden");
  await checks.page(page, "console: check a proposal");
  await Promise.all([page.waitForNavigation(), page.locator("button[name=_confirmed]").click()]);
  checks.that("it waits for somebody else", (await page.locator("[role=status]").innerText()).includes("bij een ander"), await page.locator("main").innerText());
  await checks.bothLanguages(page, "console: flag with a proposal");
}

// The proposer is refused, the lead decides, and whoever comes later is told.
async function decideJourney({ page, lead, flag, checks }) {
  const decide = async (who) => {
    const form = who.locator("form[action$='/decide']");
    await form.locator("input[value=true]").check();
    await form.locator("textarea[name=reason]").fill("De verklaring is gezien.");
    await Promise.all([who.waitForNavigation(), form.locator(".buttons button").click()]);
  };
  const confirm = (who) => Promise.all([who.waitForNavigation(), who.locator("button[name=_confirmed]").click()]);
  await page.goto(flag);
  await lead.goto(flag);
  checks.that("the proposer is not offered the decision", (await page.locator("form[action$='/decide']").count()) === 0);
  const form = {
    formToken: await page.locator("input[name=formToken]").first().inputValue(),
    _version: await page.locator("input[name=_version]").first().inputValue().catch(() => "0"),
    confirm: "true", reason: "Zelf bekeken.", _confirmed: "1",
  };
  const own = await page.request.post(`${flag.split("?")[0]}/decide`, { form });
  checks.that("and is refused all the same", own.status() === 403, own.status());
  await decide(lead);
  const late = await lead.context().newPage();
  await late.goto(flag);
  await decide(late);
  await confirm(lead);
  checks.that("the lead decides", (await lead.locator("[role=status]").innerText()).includes("besluit is vastgelegd"), await lead.locator("main").innerText());
  await checks.bothLanguages(lead, "console: decided flag");
  await confirm(late);
  checks.that("whoever decides second is told", (await late.locator("h1").innerText()) === "Dit kan nu niet");
  await checks.page(late, "console: somebody else came first");
  await late.close();
}
