// A journey to a country with a liaison officer, under a travel ban: the desks are told and acknowledge, a warning is proposed,
// blocked for want of a risk assessment, allowed, issued and corrected; and a passport measure with its letter. Every page in
// both languages, empty, filled and with faults.

import { press } from "./checks.mjs";
import { signIn } from "./sign_in.mjs";

const wide = { viewport: { width: 1280, height: 900 }, locale: "nl-NL" };
// The person shown who is supervised and may not leave the country.
const NUMBER = "9000001";

const said = (page) => page.locator("[role=status]").first().innerText();
const text = (page) => page.locator("main").innerText();
const confirm = (page) => press(page, page.locator("button[name=_confirmed]"));
const send = (page) => press(page, page.locator("main form .buttons button").first());
const tab = (page, rest) => page.locator(`.tabs a[href$='/${rest}']`);

function plus(day, days) {
  const at = new Date(`${day}T12:00:00Z`);
  at.setUTCDate(at.getUTCDate() + days);
  return at.toISOString().slice(0, 10);
}

// Somebody at an own browser, with the purpose they come for.
async function enter(browser, town, username, purpose) {
  const page = await (await browser.newContext(wide)).newPage();
  await signIn(page, town, username);
  if (purpose) await press(page, page.locator(`button[name=purpose][value=${purpose}]`));
  return page;
}

async function find(page, town) {
  await page.goto(`${town.url}/console/search`);
  await page.fill("#skn", NUMBER);
  await send(page);
  await press(page, page.locator("tbody a").first());
  return page.url().split("?")[0];
}

export async function measuresJourney({ browser, town, checks }) {
  const file = await travelsUnderBan({ browser, town, checks });
  const police = await enter(browser, town, "police", "international_warning");
  const bureau = await enter(browser, town, "interpol", "international_warning");
  await desksAcknowledge({ town, checks, police, bureau, file });
  await warningIsMade({ checks, police, bureau, file });
  await measureIsAsked({ browser, town, checks });
  await requestsAreWorkedOff({ browser, town, checks });
  for (const page of [police, bureau]) await page.context().close();
}

// An officer records a journey that a condition forbids, and sees that the two collide.
async function travelsUnderBan({ browser, town, checks }) {
  const officer = await enter(browser, town, "officer");
  const file = await find(officer, town);
  await officer.goto(`${file}/record/travel`);
  const today = plus(await officer.evaluate(() => new Date().toISOString().slice(0, 10)), 0);
  const [leaves, returns] = [plus(today, 60), plus(today, 70)];
  await officer.locator("input[name='onBehalf.channel'][value=desk]").check();
  await officer.fill("[id='onBehalf-place']", "Balie Voorbeeldstad");
  await officer.fill("#departureOn", leaves);
  await officer.fill("#returnOn", returns);
  await officer.selectOption("[id='stops-0-address-foreign-country']", "PH");
  await officer.fill("[id='stops-0-address-foreign-lines']", "Sample Street 1\nManila");
  await officer.fill("[id='stops-0-from']", leaves);
  await officer.fill("[id='stops-0-until']", returns);
  await send(officer);
  checks.that("the journey is checked first", (await text(officer)).includes("Filipijnen"), await text(officer));
  await press(officer, officer.locator("main form .buttons button").first());
  await officer.goto(`${file}/supervision`);
  checks.that("the journey collides with the travel ban", (await text(officer)).includes("reisverbod"), await text(officer));
  await press(officer, tab(officer, "proposals"));
  checks.that("the officer sees which desks were told", (await text(officer)).includes("nieuwe reis naar Filipijnen"), await text(officer));
  checks.that("and acknowledges for none of them", (await officer.locator("form[action^='/console/travel-notices/']").count()) === 0);
  await checks.bothLanguages(officer, "console: who was told, for an officer");
  await officer.goto(`${town.url}/console/proposals`);
  checks.that("the work list is for units that act", (await officer.locator("h1").innerText()) === "Dit mag u niet zien of doen");
  await officer.context().close();
  return file;
}

async function desksAcknowledge({ town, checks, police, bureau, file }) {
  await police.goto(`${town.url}/console/proposals`);
  checks.that("the work list has proposals and notices", (await police.locator(".rows .row").count()) >= 2);
  await checks.bothLanguages(police, "measures: work list of the police unit");
  await police.goto(`${file}/proposals`);
  const waiting = police.locator("form[action^='/console/travel-notices/']");
  const before = await waiting.count();
  checks.that("the unit is asked to consider a warning", (await text(police)).includes("is een waarschuwing nodig?"), await text(police));
  await checks.bothLanguages(police, "measures: proposals of a person, none yet");
  const first = waiting.filter({ hasText: "Manila" });
  await press(police, (await first.count()) ? first.first().locator("button") : waiting.first().locator("button"));
  checks.that("a notice is acknowledged", (await said(police)).includes("bevestigd"), await text(police));
  checks.that("once", (await waiting.count()) === before - 1);
  await checks.bothLanguages(police, "measures: a notice acknowledged");
  await bureau.goto(`${town.url}/console/proposals`);
  const own = bureau.locator("form[action^='/console/travel-notices/']");
  checks.that("the bureau has notices of its own", (await own.count()) >= 1);
  await checks.bothLanguages(bureau, "measures: work list of the bureau");
  await press(bureau, own.first().locator("button"));
  checks.that("the bureau acknowledges", (await said(bureau)).includes("bevestigd"), await text(bureau));
}

async function warningIsMade({ checks, police, bureau, file }) {
  await police.goto(`${file}/warnings/new`);
  await checks.bothLanguages(police, "measures: draft a warning");
  await send(police);
  checks.that("an empty draft says what is missing", (await police.locator("[role=alert] a").count()) >= 1);
  await checks.page(police, "measures: draft with faults");
  const today = plus(await police.evaluate(() => new Date().toISOString().slice(0, 10)), 0);
  await police.locator("input[name=kind][value=green_diffusion]").check();
  await police.fill("#destinations", "PH");
  await police.locator("input[name=ground][value=person]").check();
  await police.fill("#groundReasons", "Veroordeeld voor hetzelfde, en boekt een reis die niet mag. ".repeat(8));
  await police.fill("[id='consultation-with']", "Landelijk Parket");
  await police.fill("[id='consultation-on']", plus(today, -7));
  await police.fill("[id='convictions-0-id']", "V1");
  await police.fill("[id='convictions-0-country']", "NL");
  await police.selectOption("[id='convictions-0-source']", "criminal_record");
  await police.locator("input[name='convictions.0.verified'][value=true]").check();
  await police.selectOption("[id='identity-sex']", "male");
  await police.fill("[id='identity-documents-0-number']", "SPECI2014");
  await police.fill("[id='identity-documents-0-country']", "NL");
  await send(police);
  await checks.page(police, "measures: check a draft");
  await confirm(police);
  const notice = police.url().split("?")[0];
  checks.that("a draft says what blocks it", (await text(police)).includes("1 punt houdt dit tegen"), await text(police));
  await checks.bothLanguages(police, "measures: a blocked warning");

  const step = async (page, name, fill = async () => {}) => {
    await page.goto(`${notice}/${name}`);
    await fill();
    await send(page);
    await confirm(page);
  };
  await police.goto(`${notice}/proposed`);
  await checks.bothLanguages(police, "measures: propose");
  await step(police, "proposed");
  checks.that("it is refused for want of a risk assessment", (await police.locator("[role=alert]").innerText()).includes("risicotaxatie ontbreekt"));
  await checks.page(police, "measures: a proposal that is refused");
  await bureau.goto(notice);
  checks.that("the bureau sees no draft", (await bureau.locator("h1").innerText()) === "Deze pagina is er niet");

  await step(police, "amended", async () => {
    await checks.bothLanguages(police, "measures: change a draft");
    await police.fill("[id='riskAssessment-id']", "Static-99R");
    await police.fill("[id='riskAssessment-assessedOn']", plus(today, -30));
  });
  checks.that("nothing blocks it any more", !(await text(police)).includes("houdt dit tegen"));
  await step(police, "proposed");
  checks.that("now it is proposed", (await said(police)).includes("Voorstellen aan Interpol"), await text(police));
  await checks.bothLanguages(police, "measures: a proposed warning");

  await bureau.goto(notice);
  await checks.bothLanguages(bureau, "measures: a warning before the bureau");
  await step(bureau, "issued", async () => {
    await checks.bothLanguages(bureau, "measures: issue");
    await bureau.locator("input[name=qualityChecked][value=true]").check();
  });
  checks.that("the bureau issues it, with an end", (await text(bureau)).includes("Loopt af op"), await text(bureau));
  await step(police, "corrected", async () => {
    await police.fill("[id='identity-birthDate']", "1975-03-15");
  });
  checks.that("a correction goes to the bureau", (await text(police)).includes("bij het Interpol-bureau"), await text(police));
  await checks.bothLanguages(police, "measures: a corrected warning");
  await step(bureau, "recipientsInformed");
  checks.that("every recipient is told", (await text(bureau)).includes("alle ontvangers hebben bericht"), await text(bureau));
  await step(police, "withdrawn", async () => {
    await checks.bothLanguages(police, "measures: withdraw");
    await police.selectOption("#reason", "mistaken");
  });
  await checks.bothLanguages(police, "measures: a withdrawn warning");
  await police.goto(`${file}/proposals`);
  await checks.bothLanguages(police, "measures: proposals of a person");
}

// What the demonstration has of passport measures.
async function measureIsAsked({ browser, town, checks }) {
  const prosecutor = await enter(browser, town, "prosecutor", "prosecution");
  await prosecutor.goto(`${town.url}/console/proposals`);
  await checks.bothLanguages(prosecutor, "measures: work list of the prosecutor");
  const measure = prosecutor.locator("a[href*='/passports/']").first();
  checks.that("a passport measure waits", (await measure.count()) === 1);
  await press(prosecutor, measure);
  const address = prosecutor.url().split("?")[0];
  checks.that("its criteria are shown", (await text(prosecutor)).includes("Onherroepelijke straf"), await text(prosecutor));
  await checks.bothLanguages(prosecutor, "measures: a passport measure");
  const letter = await prosecutor.request.get(`${address}/letter`);
  checks.that("its letter is a PDF", letter.status() === 200 && (await letter.body()).subarray(0, 5).toString() === "%PDF-", letter.status());
  await prosecutor.goto(`${address}/entered`);
  await checks.bothLanguages(prosecutor, "measures: a step of a passport measure");
  await send(prosecutor);
  await confirm(prosecutor);
  checks.that("the entry ends two years later", (await text(prosecutor)).includes("Loopt af op"), await text(prosecutor));
  await checks.bothLanguages(prosecutor, "measures: an entry");
  await prosecutor.goto(`${address.replace(/\/passports\/.*/, "")}/passports/new`);
  await checks.bothLanguages(prosecutor, "measures: a blank draft of a passport measure");
  await send(prosecutor);
  checks.that("a draft without a measure says so", (await text(prosecutor)).includes("Welke maatregel?"), await text(prosecutor));
  await checks.page(prosecutor, "measures: a draft of a passport measure with faults");
  await prosecutor.locator("input[name=article][value=article_24a]").check();
  await prosecutor.fill("[id='situation-repetitionReasons']", "Is twee keer voor hetzelfde veroordeeld.");
  await send(prosecutor);
  await checks.page(prosecutor, "measures: a draft of a passport measure, checked");
  await confirm(prosecutor);
  checks.that("the draft says what is still needed", (await text(prosecutor)).includes("niemand heeft dit vastgesteld"), await text(prosecutor));
  await prosecutor.context().close();
}

// The privacy officer decides on what a registrant asked as a right.
async function rightsAreDecided({ town, checks, privacy }) {
  await privacy.goto(`${town.url}/console/rights-requests`);
  checks.that("a request about a right says by when to decide", (await text(privacy)).includes("besluiten uiterlijk"), await text(privacy));
  await checks.bothLanguages(privacy, "console: requests about rights");
  await press(privacy, privacy.locator("main .rows a").first());
  await checks.bothLanguages(privacy, "console: rights of a person");
  await press(privacy, privacy.locator("a[href*='/act/decide-rights-request/']").first());
  await send(privacy);
  checks.that("a decision without an outcome says so", (await privacy.locator("[role=alert] a").count()) >= 1, await text(privacy));
  await checks.page(privacy, "console: a decision about a right with faults");
  await privacy.locator("input[name=outcome][value=granted]").check();
  await privacy.fill("#reasons", "Het nummer is uit een oude melding overgenomen.");
  await send(privacy);
  await checks.page(privacy, "console: check a decision about a right");
  await confirm(privacy);
  checks.that("the decision is recorded", (await said(privacy)).includes("besluit is vastgelegd"), await text(privacy));
  await checks.bothLanguages(privacy, "console: a right that was decided on");
}

// The central authority answers what other countries ask; the helper passes a request for help on.
async function requestsAreWorkedOff({ browser, town, checks }) {
  const records = await enter(browser, town, "records");
  await records.goto(`${town.url}/console/ecris-requests`);
  checks.that("a request says by when it is answered", (await text(records)).includes("Antwoorden uiterlijk"), await text(records));
  checks.that("a system that does not work says so", (await text(records)).includes("Niet beschikbaar"), await text(records));
  await checks.bothLanguages(records, "console: requests through ECRIS");
  await press(records, records.locator("main form button").first());
  checks.that("the request is recorded as worked off", (await said(records)).includes("Vastgelegd"), await text(records));
  await records.context().close();
  const helper = await enter(browser, town, "privacy", "data_subject_right");
  await rightsAreDecided({ town, checks, privacy: helper });
  await helper.goto(`${town.url}/console/watch`);
  checks.that("what is unusual stands on a page of its own", (await helper.locator("h1").innerText()) === "Ongewoon gebruik");
  await checks.bothLanguages(helper, "console: unusual use");
  await helper.goto(`${town.url}/console/help-requests`);
  await checks.bothLanguages(helper, "console: requests for help");
  await press(helper, helper.locator("main .rows a").first());
  checks.that("the helper reads what is asked", (await text(helper)).includes("Ik wil er met iemand over praten"), await text(helper));
  await checks.bothLanguages(helper, "console: a request for help");
  await press(helper, helper.locator("main form button").first());
  checks.that("the request is passed on", (await said(helper)).includes("doorgegeven"), await text(helper));
  await checks.bothLanguages(helper, "console: no request for help");
  await helper.context().close();
}
