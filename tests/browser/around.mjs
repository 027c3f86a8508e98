// Around a person, without JavaScript: a visit from plan to outcome, contact, note, document; every page and form empty,
// filled and with what is wrong, in both languages; and a file that goes to another team.

import { picture, press } from "./checks.mjs";
import { freshCode, signIn } from "./sign_in.mjs";

const wide = { viewport: { width: 1280, height: 900 }, locale: "nl-NL" };
const day = (ahead) => new Date(Date.now() + ahead * 86400000).toISOString().slice(0, 10);
// The days of the demonstration are short: its today is ours or some days later, and a month ahead is ahead of both.
const [YESTERDAY, SOON] = [day(-1), day(30)];

const PAGES = ["home", "contacts", "notes", "documents", "transfers", "identity", "beside", "timeline"];
// Forms of an officer; an empty one lacks something.
const FORMS = ["plan-visit", "verify-address", "add-contact", "add-note", "offer-transfer", "renew-code", "add-representative", "record-death", "assess-risk/static_99r", "assess-risk/oxrec", "add-conviction"];
const LEADS_FORMS = ["replace-chain-number", "propose-merge"];

async function withoutScripts(browser) {
  const context = await browser.newContext({ ...wide, javaScriptEnabled: false });
  const page = await context.newPage();
  page.mirror = await (await browser.newContext(wide)).newPage();
  return page;
}

const send = (page) => Promise.all([page.waitForNavigation(), page.locator("main form .buttons button").first().click()]);
const confirm = (page) => Promise.all([page.waitForNavigation(), page.locator("button[name=_confirmed]").click()]);
const status = async (page) => (await page.locator("[role=status]").count()) === 1;
const text = (page) => page.locator("main").innerText();

// A form empty and with its faults, in both languages.
async function emptyAndWrong(page, checks, address, name) {
  for (const language of ["nl", "en"]) {
    await page.goto(address);
    await checks.page(page, `${name}, empty (${language})`);
    await send(page);
    const told = await page.locator("[role=alert] a").count();
    checks.that(`${name}: what is missing stands at the top, linked to its field (${language})`, told >= 1, await text(page));
    await checks.page(page, `${name}, with faults (${language})`);
    await page.goto(address);
    await Promise.all([page.waitForNavigation(), page.locator("button[name=language]").click()]);
  }
}

export async function aroundJourney({ browser, town, checks, pictures }) {
  const file = await fileOf(town, "officer-2");
  const page = await withoutScripts(browser);
  await signIn(page, town, "officer-2");
  const of = (rest) => `${file}/${rest}`;
  for (const rest of PAGES) {
    await page.goto(of(rest));
    await checks.bothLanguages(page, `console: ${rest}, as found`);
  }
  for (const form of FORMS) await emptyAndWrong(page, checks, of(`act/${form}`), `console: ${form}`);
  await page.goto(of("documents"));
  await send(page);
  checks.that("a document without a file is told", (await page.locator("[role=alert] a[href='#category']").count()) === 1);
  await checks.page(page, "console: documents with faults");
  await page.goto(of("timeline?from=2026-03-01&until=2026-01-01"));
  await checks.bothLanguages(page, "console: timeline with a window that ends before it begins");
  await page.goto(of("timeline?kind=note"));
  await checks.bothLanguages(page, "console: timeline without entries");

  await visit(page, checks, of);
  await log(page, checks, of);
  await document(page, checks, of);
  await identity(page, checks, of);
  await beside(page, checks, of);
  for (const rest of PAGES) {
    await page.goto(of(rest));
    await checks.bothLanguages(page, `console: ${rest}, filled`);
  }
  await picture(page, pictures, "timeline");
  await transfer(page, browser, town, checks, of);
  await lead(browser, town, checks);
  await page.context().close();
}

// The first file in the caseload of an account, from the API.
async function fileOf(town, username) {
  const { password, secondFactor } = town.accounts.find((known) => known.username === username);
  const call = async (path, body, token) => {
    const headers = { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) };
    const answer = await fetch(`${town.url}/v1${path}`, { method: "POST", headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    return answer.json();
  };
  const { accessToken } = await call("/tokens", { username, password, oneTimeCode: await freshCode(secondFactor) });
  const { items } = await call("/registrations/_search", { filter: { legalStatus: "active" }, limit: 1 }, accessToken);
  return `${town.url}/console/registrations/${items[0].id}`;
}

async function visit(page, checks, of) {
  await page.goto(of("act/plan-visit"));
  await page.fill("#plannedOn", SOON);
  await page.fill("#purpose", "Nieuw adres bekijken");
  await send(page);
  checks.that("a visit is planned", await status(page), await text(page));
  await checks.bothLanguages(page, "console: a planned visit");
  const log = await page.locator("a[href*='/act/log-visit/']").first().getAttribute("href");
  await emptyAndWrong(page, checks, new URL(log, page.url()).href, "console: log-visit");
  await page.goto(new URL(log, page.url()).href);
  await page.locator("input[name='outcome.type'][value='notAtHome']").check();
  await page.fill("[name='outcome.notAtHome.visitedAt']", `${YESTERDAY}T10:30`);
  await page.fill("[name='outcome.notAtHome.report']", "Gordijnen dicht, brief in de bus");
  await send(page);
  await checks.bothLanguages(page, "console: check the outcome of a visit");
  await page.goto(new URL(log, page.url()).href);
  await page.locator("input[name='outcome.type'][value='notAtHome']").check();
  await page.fill("[name='outcome.notAtHome.visitedAt']", `${YESTERDAY}T10:30`);
  await page.fill("[name='outcome.notAtHome.report']", "Gordijnen dicht, brief in de bus");
  await send(page);
  await confirm(page);
  const seen = await page.locator("main").innerText();
  checks.that("its outcome is recorded", (await status(page)) && seen.includes("Niet thuis") && seen.includes("Gordijnen dicht"));
}

async function log(page, checks, of) {
  await page.goto(of("act/add-contact"));
  await page.fill("#happenedAt", `${YESTERDAY}T14:00`);
  await page.locator("input[name=direction][value=from_us]").check();
  await page.selectOption("#counterpart", "registrant");
  await page.selectOption("#channel", "phone");
  await page.selectOption("#outcome", "no_answer");
  await page.fill("#summary", "Neemt niet op");
  await send(page);
  checks.that("a contact is recorded", await status(page), await text(page));
  await page.goto(of("act/add-note"));
  await page.fill("#text", "Werkt in ploegendienst.");
  await page.locator("input[name=sensitive][value=true]").check();
  await send(page);
  checks.that("a sensitive note is kept", (await status(page)) && (await page.locator("main").innerText()).includes("Gevoelig"));
  await press(page, page.locator("a[href*='/act/correct-note/']").first());
  await checks.bothLanguages(page, "console: correct a note");
}

async function document(page, checks, of) {
  await page.goto(of("documents"));
  const choose = (name, content) => page.setInputFiles("#file", { name, mimeType: "application/pdf", buffer: Buffer.from(content) });
  await page.selectOption("#category", "evidence");
  await choose("programma.pdf", "MZ\x90\x00");
  await send(page);
  checks.that("what is no document is told at its field", (await page.locator("[role=alert] a[href='#file']").count()) === 1);
  await page.selectOption("#category", "evidence");
  await choose("ticket.pdf", "%PDF-1.7\nticket\n");
  await send(page);
  checks.that("a document is added", await status(page), await text(page));
  const link = page.locator("a[download]").first();
  const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
  checks.that("it is given out under its own name", download.suggestedFilename() === "ticket.pdf");
}

async function identity(page, checks, of) {
  await page.goto(of("act/add-representative"));
  await page.locator("input[name=kind][value=interpreter]").check();
  await page.fill("[name='details.name']", "B. Tolk");
  await page.fill("[name='details.mandate']", "Gevraagd door de betrokkene");
  await page.fill("#from", day(0));
  await page.fill("#until", day(300));
  await page.locator("input[name=scope][value=none]").check();
  await send(page);
  await checks.page(page, "console: check a representative");
  await confirm(page);
  checks.that("a representative is recorded", await status(page), await text(page));
  await press(page, page.locator("a[href*='/act/end-representative/']").first());
  await checks.bothLanguages(page, "console: end a representation");
}

// A risk assessment whose total is computed, and a conviction abroad that somebody told.
async function beside(page, checks, of) {
  await page.goto(of("act/assess-risk/acute_2007"));
  for (const item of await page.locator("select[name^='finding.items.']").all()) await item.selectOption("1");
  await send(page);
  await checks.page(page, "console: check a risk assessment");
  await confirm(page);
  const seen = await page.locator("main").innerText();
  checks.that("a risk assessment is recorded, with its total", (await status(page)) && seen.includes("Acute-2007"), seen);
  await page.goto(of("act/add-conviction"));
  await page.selectOption("#country", "PH");
  await page.fill("#judgmentOn", "2015-02-02");
  await page.locator("input[name='offence.classified.type'][value=dutch]").check();
  await page.fill("[id='offence-classified-dutch-article']", "245");
  await page.fill("[id='offence-committedOn']", "2014-05-01");
  await page.fill("#provenance", "De betrokkene");
  await send(page);
  await checks.page(page, "console: check a conviction from abroad");
  await confirm(page);
  checks.that("a conviction from abroad is recorded", await status(page), await text(page));
  await page.locator("section[aria-labelledby=abroad] details summary").first().click();
  await press(page, page.locator("a[href*='/act/verify-conviction/']").first());
  await checks.bothLanguages(page, "console: verify a conviction");
}

// Offered, seen and accepted by the lead of the other team, out of sight of the first.
async function transfer(page, browser, town, checks, of) {
  await page.goto(of("act/offer-transfer"));
  await page.locator("#toTeamId").selectOption({ index: 1 });
  await page.fill("#reason", "Verhuisd naar de andere regio");
  await send(page);
  checks.that("the file is offered", await status(page), await text(page));
  await checks.bothLanguages(page, "console: a file that is offered");
  await press(page, page.locator("a[href*='/act/withdraw-transfer/']"));
  await checks.bothLanguages(page, "console: take an offer back");
  const receiver = await withoutScripts(browser);
  await signIn(receiver, town, "lead-2");
  await receiver.goto(`${town.url}/console/transfers`);
  await checks.bothLanguages(receiver, "console: transfers that wait");
  const answer = new URL(await receiver.locator("a[href*='/act/answer-transfer/']").first().getAttribute("href"), receiver.url()).href;
  await emptyAndWrong(receiver, checks, answer, "console: answer-transfer");
  await receiver.goto(answer);
  await receiver.locator("input[name='answer.type'][value=accept]").check();
  await receiver.locator("[name='answer.accept.officerId']").selectOption({ index: 1 });
  await send(receiver);
  await checks.page(receiver, "console: check an answer");
  await confirm(receiver);
  checks.that("the other team takes the file", await status(receiver), await text(receiver));
  await checks.bothLanguages(receiver, "console: no transfer waits");
  await page.goto(of(""));
  checks.that("it is out of sight of the first", (await page.locator("h1").innerText()) === "Deze pagina is er niet");
  await receiver.goto(of("transfers"));
  await checks.bothLanguages(receiver, "console: a file that was taken over");
  await receiver.context().close();
}

// What only a lead does.
async function lead(browser, town, checks) {
  const page = await withoutScripts(browser);
  await signIn(page, town, "lead");
  await page.goto(`${town.url}/console/flags`);
  await press(page, page.locator("main a[href^='/console/flags/']").last());
  const file = new URL(await page.locator(".tabs a").first().getAttribute("href"), page.url()).href;
  await page.goto(`${file}/identity`);
  await checks.bothLanguages(page, "console: identity, for a lead");
  for (const form of LEADS_FORMS) await emptyAndWrong(page, checks, `${file}/act/${form}`, `console: ${form}`);
  await page.context().close();
}
