// The desk behind the flags: a registrant disputes and appeals, a referral goes to the authorities and comes back, a lead
// hands a caseload over. Every page in both languages, empty, filled, long and with faults.

import { press } from "./checks.mjs";
import { signIn } from "./sign_in.mjs";

const wide = { viewport: { width: 1280, height: 900 }, locale: "nl-NL" };
const LONG = "Dit is een heel lange uitleg die niet op een regel past en ook niet op twee. ".repeat(20);

const title = (page) => page.locator("h1").first().innerText();
const said = (page) => page.locator("[role=status]").first().innerText();

// From a filled form through the page on which it is checked.
async function through(page, checks, name) {
  await press(page, page.locator("main form .buttons button").first());
  checks.that(`${name} is checked first`, (await title(page)) === "Controleer uw antwoorden", await page.locator("main").innerText());
  await checks.page(page, `check: ${name}`);
  await press(page, page.locator("button[name=_confirmed]"));
}

// A form with nothing in it says at each field what is missing.
async function empty(page, checks, address, name) {
  await page.goto(address);
  await checks.bothLanguages(page, name);
  await press(page, page.locator("main form .buttons button").first());
  checks.that(`${name}, empty, says what is missing`, (await page.locator("[role=alert] a").count()) >= 1);
  await checks.page(page, `${name}, with faults`);
}

// Looks for a row in the sections of the first page.
async function onFirstPage(page, town, row) {
  for (const section of ["overdue", "today", "this_week"]) {
    await page.goto(`${town.url}/console?section=${section}`);
    if (await row.count()) return true;
  }
  return false;
}

async function enter(browser, town, username) {
  const context = await browser.newContext(wide);
  const page = await context.newPage();
  await signIn(page, town, username);
  return page;
}

export async function deskJourney({ browser, town, checks, flag }) {
  const officer = await enter(browser, town, "officer");
  const lead = await enter(browser, town, "lead");
  await disputeJourney({ browser, town, checks, officer, lead });
  await referralJourney({ browser, town, checks, officer, lead, flag });
  await teamJourney({ town, checks, officer, lead });
  for (const page of [officer, lead]) await page.context().close();
}

async function disputeJourney({ browser, town, checks, officer, lead }) {
  const phone = { viewport: { width: 360, height: 740 }, locale: "nl-NL" };
  const context = await browser.newContext({ ...phone, javaScriptEnabled: false });
  const person = await context.newPage();
  person.mirror = await (await browser.newContext(phone)).newPage();
  await signIn(person, town, "registrant");
  await person.goto(`${town.url}/mijn/disputes`);
  await checks.bothLanguages(person, "mijn: nothing disputed");
  await empty(person, checks, `${town.url}/mijn/dispute`, "mijn: dispute");
  await person.goto(`${town.url}/mijn/duties`);
  for (const drawer of await person.locator("details summary").all()) await drawer.click();
  await press(person, person.locator("a[href^='/mijn/dispute?fact=']").first());
  checks.that("what the duty rests on is chosen already", (await person.inputValue("#factId")) !== "");
  await person.fill("#reason", LONG.slice(0, 1500));
  await through(person, checks, "a dispute");
  checks.that("the registrant gets a confirmation", (await said(person)).includes("ontvangen wat u zei"));
  await checks.bothLanguages(person, "mijn: a long dispute that waits");
  const own = person.url().split("?")[0];

  const row = lead.locator(`.work a[href$='/disputes/${own.split("/").pop()}']`);
  checks.that("the dispute waits on the lead's first page", await onFirstPage(lead, town, row));
  await press(lead, row);
  const dispute = lead.url();
  await checks.bothLanguages(lead, "console: a dispute");
  await officer.goto(dispute);
  checks.that("an officer is not offered the decision", (await officer.locator("a[href$='/decide']").count()) === 0);
  await officer.goto(`${dispute}/decide`);
  checks.that("and has no way around that", (await title(officer)) === "Deze pagina is er niet");
  await empty(lead, checks, `${dispute}/decide`, "console: decide on a dispute");
  const race = await lead.context().newPage();
  const decide = async (page, uphold, reason) => {
    await page.goto(`${dispute}/decide`);
    await page.locator(`input[name=uphold][value=${uphold}]`).check();
    await page.fill("#reason", reason);
    await press(page, page.locator("main form .buttons button").first());
  };
  await decide(race, true, "Te snel besloten.");
  await decide(lead, false, "Het staat zo in het vonnis.");
  await press(lead, lead.locator("button[name=_confirmed]"));
  checks.that("the lead rejects", (await said(lead)).includes("is vastgelegd"));
  await checks.bothLanguages(lead, "console: a rejected dispute");
  await press(race, race.locator("button[name=_confirmed]"));
  checks.that("whoever decides second is told", (await title(race)) === "Dit kan nu niet");
  await race.close();

  await person.goto(own);
  checks.that("the registrant reads the reasons", (await person.locator("main").innerText()).includes("Het staat zo in het vonnis."));
  await checks.bothLanguages(person, "mijn: a rejected dispute");
  await empty(person, checks, `${own}/appeal`, "mijn: appeal");
  await person.fill("#reason", "Het gaat om iemand met dezelfde naam.");
  await through(person, checks, "an appeal");
  await checks.bothLanguages(person, "mijn: an appeal that waits");
  await lead.goto(dispute);
  checks.that("the same lead is not offered the appeal", (await lead.locator("a[href$='/decide']").count()) === 0);
  // The lead of another team, who says what for.
  const other = await enter(browser, town, "lead-2");
  await other.goto(`${dispute}/decide`);
  await press(other, other.locator("button[name=purpose][value=supervision]"));
  await other.goto(`${dispute}/decide`);
  await other.locator("input[name=uphold][value=true]").check();
  await other.fill("#reason", "Een naamgenoot, zo blijkt uit het dossier.");
  await through(other, checks, "the decision on an appeal");
  checks.that("another lead decides on the appeal", (await said(other)).includes("is vastgelegd"));
  await other.context().close();
  await person.goto(own);
  checks.that("the registrant is right after all", (await person.locator("main").innerText()).includes("Gelijk gekregen"));
  await checks.bothLanguages(person, "mijn: an appeal that was upheld");
  await person.goto(`${town.url}/mijn/disputes`);
  await checks.bothLanguages(person, "mijn: disputes");
  await context.close();

  const file = new URL(dispute).pathname.split("/disputes/")[0];
  await officer.goto(`${town.url}${file}/disputes`);
  await checks.bothLanguages(officer, "console: disputes of a file");
  await empty(officer, checks, `${town.url}${file}/dispute`, "console: dispute for somebody");
}

// What was decided is closed, opened again and referred; the authorities acknowledge, and one says what it decided.
async function referralJourney({ browser, town, checks, officer, lead, flag }) {
  const step = (page, name) => page.locator(`form[action$='/${name}']`);
  const send = (page, name) => press(page, step(page, name).locator(".buttons button"));
  const reasoned = async (page, name, reason) => {
    await page.goto(flag);
    await step(page, name).locator("textarea[name=reason]").fill(reason);
    await send(page, name);
    await press(page, page.locator("button[name=_confirmed]"));
  };
  // A message that is handed over meanwhile moves the version of the flag: then the page is read anew.
  const acknowledge = async (page, look) => {
    for (let tries = 0; tries < 3; tries += 1) {
      await send(page, "acknowledge");
      await look();
      await press(page, page.locator("button[name=_confirmed]"));
      if (await page.locator("[role=status]").count()) return;
      await page.goto(flag);
    }
  };
  await reasoned(officer, "close", "Alles is afgehandeld.");
  await lead.goto(flag);
  await checks.bothLanguages(lead, "console: a closed flag");
  await reasoned(lead, "reopen", "De verklaring blijkt niet echt.");
  await officer.goto(flag);
  await step(officer, "propose").locator("input[value=referral]").check();
  await step(officer, "propose").locator("textarea[name=reason]").fill("Drie keer niet gemeld.");
  await send(officer, "propose");
  await press(officer, officer.locator("button[name=_confirmed]"));
  checks.that("whoever proposed is not offered the decision", (await step(officer, "decide").count()) === 0);
  await lead.goto(flag);
  await step(lead, "decide").locator("input[value=true]").check();
  await step(lead, "decide").locator("textarea[name=reason]").fill("Volledig bekeken.");
  await send(lead, "decide");
  await press(lead, lead.locator("button[name=_confirmed]"));
  await checks.bothLanguages(lead, "console: a referral on its way");

  const prosecutor = await enter(browser, town, "prosecutor");
  checks.that("a purpose is asked first", (await prosecutor.locator("button[name=purpose]").count()) === 1);
  await checks.bothLanguages(prosecutor, "authority: purpose");
  await press(prosecutor, prosecutor.locator("button[name=purpose]"));
  const row = prosecutor.locator(`.work a[href='${new URL(flag).pathname}']`);
  checks.that("the referral waits on the first page", await onFirstPage(prosecutor, town, row));
  await checks.bothLanguages(prosecutor, "authority: today");
  await press(prosecutor, row);
  await checks.bothLanguages(prosecutor, "authority: a referral");
  await acknowledge(prosecutor, () => checks.page(prosecutor, "authority: check an acknowledgement"));
  checks.that("the prosecutor acknowledges", (await said(prosecutor)).includes("ontvangst is bevestigd"));
  await checks.bothLanguages(prosecutor, "authority: acknowledged, nothing to do");

  const execution = await enter(browser, town, "execution");
  await execution.goto(flag);
  await acknowledge(execution, () => {});
  checks.that("so does the execution authority", (await said(execution)).includes("ontvangst is bevestigd"));
  await checks.bothLanguages(execution, "authority: both acknowledged");
  await execution.context().close();

  await prosecutor.goto(flag);
  await send(prosecutor, "answer");
  checks.that("an empty answer says what is missing", (await prosecutor.locator("[role=alert] a").count()) >= 1);
  await checks.page(prosecutor, "authority: answer with faults");
  const decided = step(prosecutor, "answer");
  await decided.locator("input[value=penalty_order]").check();
  const shown = await prosecutor.locator(".timeline time").first().getAttribute("datetime");
  await decided.locator("input[name=decidedOn]").fill(shown);
  await decided.locator("input[name=reference]").fill("05/123456-26");
  await decided.locator("textarea[name=note]").fill(LONG.slice(0, 1200));
  await send(prosecutor, "answer");
  await checks.page(prosecutor, "authority: check an answer");
  await press(prosecutor, prosecutor.locator("button[name=_confirmed]"));
  checks.that("the answer is recorded", (await said(prosecutor)).includes("vastgelegd bij het dossier"));
  await sealedCase(prosecutor, checks, flag);
  await prosecutor.context().close();
  await officer.goto(flag);
  const story = await officer.locator("main").innerText();
  checks.that("the case shows what was decided", story.includes("Strafbeschikking") && story.includes("05/123456-26"));
  await checks.bothLanguages(officer, "console: an answered referral");
}

// The audit is signed twice a minute; until then there is no sealed case.
async function sealedCase(page, checks, flag) {
  await page.goto(flag);
  const link = await page.locator("a[href$='/bundle']").getAttribute("href");
  let got;
  for (let waited = 0; waited < 60; waited += 1) {
    got = await page.request.get(new URL(link, flag).href);
    if (got.status() !== 409) break;
    await page.waitForTimeout(1000);
  }
  const zip = got.ok() && (await got.body()).subarray(0, 2).toString() === "PK";
  checks.that("the sealed case comes as a ZIP", zip, got.status());
}

// A lead plans an absence and hands a whole caseload over.
async function teamJourney({ town, checks, officer, lead }) {
  await officer.goto(`${town.url}/console/absences`);
  await checks.bothLanguages(officer, "console: absences, an officer");
  await empty(officer, checks, `${town.url}/console/absences/new`, "console: absence");
  await lead.goto(`${town.url}/console/absences/new`);
  const year = new Date().getFullYear() + 2;
  await lead.locator("#accountId").selectOption({ index: 1 });
  await lead.fill("#from", `${year}-03-01`);
  await lead.fill("#until", `${year}-03-12`);
  await through(lead, checks, "an absence");
  checks.that("the absence stands in the list", (await lead.locator("tbody tr").count()) >= 1);
  await checks.bothLanguages(lead, "console: absences, a lead");

  await lead.goto(`${town.url}/console/team`);
  await checks.bothLanguages(lead, "console: team with caseloads");
  await empty(lead, checks, `${town.url}/console/team/hand-over`, "console: hand a caseload over");
  const options = await lead.locator("#fromId option").allInnerTexts();
  checks.that("the workload stands with each name", options.slice(1).every((text) => /\d+ dossiers, \d+ signalen/.test(text)), options.join(" | "));
  const busiest = await lead.locator("#fromId option").nth(1).getAttribute("value");
  const last = await lead.locator("#toId option").last().getAttribute("value");
  await lead.locator("#fromId").selectOption(busiest);
  await lead.locator("#toId").selectOption(last);
  await lead.locator("input[name=reason][value=workload]").check();
  await through(lead, checks, "a hand-over");
  checks.that("the caseload is handed over", (await said(lead)).startsWith("Overgedragen:"));
  await checks.bothLanguages(lead, "console: team after a hand-over");
}
