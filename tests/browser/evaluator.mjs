// An evaluator asks for a release with rows about people, the privacy officer approves, the register makes it; the figures are
// read, printed and downloaded after a proof of being there. Files of people stay closed to the evaluator.

import fs from "node:fs";
import path from "node:path";
import { execFileSync } from "node:child_process";
import { picture, press } from "./checks.mjs";
import { freshCode, signIn } from "./sign_in.mjs";

const wide = { viewport: { width: 1280, height: 900 }, locale: "nl-NL" };
const PLACE = "/console/evaluation";
// Somebody whom an officer finds.
const NUMBER = "9000001";

const said = (page) => page.locator("[role=status]").first().innerText();
const text = (page) => page.locator("main").innerText();
const title = (page) => page.locator("h1").first().innerText();
const send = (page) => press(page, page.locator("main form .buttons button").first());

async function enter(browser, town, username) {
  const page = await (await browser.newContext(wide)).newPage();
  await signIn(page, town, username);
  return page;
}

export async function evaluatorJourney({ browser, town, checks, pictures }) {
  const evaluator = await enter(browser, town, "evaluator");
  const privacy = await enter(browser, town, "privacy");
  const officer = await enter(browser, town, "officer");
  await nobodyIsOpened({ town, checks, evaluator, officer });
  await releaseIsAsked({ town, checks, evaluator });
  const release = await releaseIsApproved({ town, checks, evaluator, privacy });
  make({ town, release });
  await figuresAreRead({ town, checks, evaluator, pictures });
  await figuresArePrinted({ checks, evaluator });
  await filesAreTaken({ town, checks, evaluator, privacy, release });
  for (const page of [evaluator, privacy, officer]) await page.context().close();
}

// What an officer may open of a person, an evaluator may not, nor search for one.
async function nobodyIsOpened({ town, checks, evaluator, officer }) {
  await officer.goto(`${town.url}/console/search`);
  await officer.fill("#skn", NUMBER);
  await send(officer);
  const link = officer.locator("tbody a").first();
  const file = new URL(await link.getAttribute("href"), town.url).href.split("?")[0];
  for (const place of [file, `${town.url}/console/flags`]) {
    const answer = await evaluator.goto(place);
    checks.that(`an evaluator does not open ${new URL(place).pathname.split("/").slice(0, 3).join("/")}`, [403, 404].includes(answer.status()), answer.status());
  }
  await checks.page(evaluator, "evaluation: a page that is not for evaluators");
  await evaluator.goto(`${town.url}/console/search`);
  await evaluator.fill("#skn", NUMBER);
  await send(evaluator);
  checks.that("an evaluator finds nobody", (await title(evaluator)) === "Dit mag u niet zien of doen" && (await evaluator.locator("tbody a").count()) === 0, await text(evaluator));
  const refused = await officer.goto(`${town.url}${PLACE}`);
  checks.that("an officer does not open the evaluation", [403, 404].includes(refused.status()), refused.status());
}

async function releaseIsAsked({ town, checks, evaluator }) {
  await evaluator.goto(`${town.url}${PLACE}`);
  checks.that("nothing was issued yet", (await text(evaluator)).includes("Er is nog niets uitgegeven."), await text(evaluator));
  await checks.bothLanguages(evaluator, "evaluation: nothing yet");
  await press(evaluator, evaluator.locator(`a[href='${PLACE}/new']`));
  await checks.bothLanguages(evaluator, "evaluation: ask for a release");
  await send(evaluator);
  checks.that("an empty request says what is missing", (await evaluator.locator("[role=alert] a").count()) >= 2, await text(evaluator));
  await checks.page(evaluator, "evaluation: a request with faults");
  const quarters = await evaluator.locator("#lastQuarter option").evaluateAll((all) => all.map((one) => one.value).filter(Boolean));
  await evaluator.selectOption("#firstQuarter", quarters[1]);
  await evaluator.selectOption("#lastQuarter", quarters[0]);
  await evaluator.locator("input[name=microdata][value=true]").check();
  await send(evaluator);
  checks.that("the request is checked first", (await title(evaluator)) === "Controleer uw antwoorden", await text(evaluator));
  await checks.page(evaluator, "evaluation: check a request");
  await press(evaluator, evaluator.locator("button[name=_confirmed]"));
  checks.that("the release is asked for", (await said(evaluator)).includes("aangevraagd"), await text(evaluator));
  checks.that("and waits for somebody else", (await text(evaluator)).includes("Wacht op een beslissing"), await text(evaluator));
  checks.that("who asks does not decide", (await evaluator.locator("button[name=approve]").count()) === 0);
  await checks.bothLanguages(evaluator, "evaluation: a release that was asked for");
}

async function releaseIsApproved({ town, checks, evaluator, privacy }) {
  await privacy.goto(`${town.url}${PLACE}`);
  const row = privacy.locator("tbody tr").first();
  checks.that("the privacy officer sees that rows about people are asked for", (await row.innerText()).includes("Ja"), await row.innerText());
  checks.that("and asks for none", (await privacy.locator(`a[href='${PLACE}/new']`).count()) === 0);
  const release = await row.locator("input[name=release]").first().inputValue();
  const early = await evaluator.request.get(`${town.url}${PLACE}/${release}/files.zip`);
  checks.that("nothing is given out before", early.status() === 409, early.status());
  await checks.bothLanguages(privacy, "evaluation: a release to decide on");
  await press(privacy, row.locator("button[name=approve][value=true]"));
  checks.that("the privacy officer approves", (await said(privacy)).includes("goedgekeurd"), await text(privacy));
  checks.that("the state is shown", (await text(privacy)).includes("Goedgekeurd, wordt nog gemaakt"), await text(privacy));
  await checks.bothLanguages(privacy, "evaluation: an approved release");
  return release;
}

// What the job of the scheduler does every ten minutes, now.
function make({ town, release }) {
  const settings = path.join(town.data, "export.toml");
  const lines = [
    'mode = "demonstration"',
    `[database]\nurl = "${town.database ?? `sqlite://${path.join(town.data, "register.db")}`}"`,
    `[keys]\nfolder = "${path.join(town.data, "keys")}"\nkey_store = "sqlite://${path.join(town.data, "key-store.db")}"`,
    `[audit]\ncheckpoints = "${path.join(town.data, "checkpoints")}"`,
    `[mail]\nfolder = "${path.join(town.data, "mail")}"\nprosecution_mailbox = "om@post.example"\nexecution_mailbox = "aice@post.example"`,
  ];
  fs.writeFileSync(settings, lines.join("\n"));
  const folder = path.join(town.data, "release");
  const told = execFileSync(town.program, ["--config", settings, "export", "make", release, "--to", folder]);
  execFileSync(town.program, ["--config", settings, "export", "verify", folder]);
  console.log(`      ${told.toString().split("\n")[0]}`);
}

async function figuresAreRead({ town, checks, evaluator, pictures }) {
  await evaluator.goto(`${town.url}${PLACE}`);
  const page = await text(evaluator);
  checks.that("the release is issued", page.includes("Uitgegeven"), page.slice(0, 1000));
  checks.that("how small numbers are withheld is said", page.includes("minder dan 10 personen"));
  const sets = await evaluator.locator("section[aria-labelledby^='set-']").evaluateAll((all) =>
    all.map((one) => ({ id: one.getAttribute("aria-labelledby"), paragraphs: [...one.querySelectorAll("p")].map((p) => p.innerText) })),
  );
  const has = (id) => sets.some((one) => one.id.startsWith(`set-${id}`));
  for (const id of ["survival-", "effects-", "rates-and-intensity-", "duties-due-"]) {
    checks.that(`there is a set of ${id}`, has(id), sets.map((one) => one.id).join(" "));
  }
  const bare = sets.filter((one) => one.paragraphs.length < 2 || one.paragraphs.some((said) => said.length < 10));
  checks.that("each set says what is counted and of whom", bare.length === 0, bare.map((one) => one.id).join(" "));
  checks.that("what is withheld is counted", page.includes("worden niet getoond") || page.includes("wordt niet getoond"));
  const charts = evaluator.locator("svg.chart");
  checks.that("there are plots", (await charts.count()) >= 3, await charts.count());
  const risk = await evaluator.locator("svg.chart").evaluateAll((all) => all.filter((one) => one.querySelector("polyline[points*=' ']") && one.getAttribute("aria-label")).length);
  checks.that("each plot has a name", risk === (await charts.count()), risk);
  await checks.bothLanguages(evaluator, "evaluation: figures");
  await picture(evaluator, pictures, "evaluation");
  const tables = evaluator.locator("details");
  for (const table of await tables.all()) await table.evaluate((one) => (one.open = true));
  await checks.page(evaluator, "evaluation: figures with every table open");
}

// On paper, as wide as A4 between its margins: without what one presses, with the tables that were open on the screen.
async function figuresArePrinted({ checks, evaluator }) {
  await evaluator.reload();
  for (const set of ["survival-", "effects-", "rates-and-intensity-"]) {
    const tables = evaluator.locator(`section[aria-labelledby^='set-${set}'] details`);
    for (const table of await tables.all()) await table.evaluate((one) => (one.open = true));
  }
  await evaluator.setViewportSize({ width: 718, height: 1000 });
  await evaluator.emulateMedia({ media: "print" });
  const pressed = await evaluator.locator("main button, main .buttons a, nav a").evaluateAll((all) => all.filter((one) => one.checkVisibility()).length);
  checks.that("nothing to press is printed", pressed === 0, pressed);
  checks.that("the plots are printed", await evaluator.locator("svg.chart").first().isVisible());
  const cut = await evaluator.locator("svg.chart, table").evaluateAll((all) =>
    all.filter((one) => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1).map((one) => one.closest("section")?.getAttribute("aria-labelledby")),
  );
  checks.that("nothing is cut off on paper", cut.length === 0, cut.join(" "));
  await evaluator.emulateMedia({ media: "screen" });
  await evaluator.setViewportSize(wide.viewport);
}

async function filesAreTaken({ town, checks, evaluator, privacy, release }) {
  const part = (name) => `${town.url}${PLACE}/${release}/${name}`;
  const refused = await privacy.request.get(part("files.zip"));
  checks.that("who approves does not take the files", refused.status() === 403, refused.status());
  await evaluator.goto(`${town.url}/console/prove?back=${PLACE}`);
  await checks.bothLanguages(evaluator, "evaluation: prove to be there");
  await evaluator.fill("#oneTimeCode", await freshCode(town.accounts.find((known) => known.username === "evaluator").secondFactor));
  await press(evaluator, evaluator.locator("main form button").first());
  checks.that("after the proof one is back", new URL(evaluator.url()).pathname === PLACE, evaluator.url());
  const [download] = await Promise.all([evaluator.waitForEvent("download"), evaluator.locator(`a[href$='/${release}/files.zip']`).click()]);
  const zip = fs.readFileSync(await download.path());
  checks.that("the files come as a ZIP", zip.subarray(0, 2).toString() === "PK" && download.suggestedFilename().endsWith("files.zip"), download.suggestedFilename());
  const manifest = await (await evaluator.request.get(part("manifest.json"))).json();
  checks.that("the manifest names the release and its files", manifest.release === release && manifest.files.length > 20, manifest.release);
  const given = Boolean(manifest.settings.microdata.k);
  const rows = await evaluator.request.get(part("microdata.zip"));
  checks.that("rows about people are given where nobody stands out", rows.status() === (given ? 200 : 404), rows.status());
  const link = await evaluator.locator(`a[href$='/${release}/microdata.zip']`).count();
  checks.that("and offered only then", link === (given ? 1 : 0), link);
  if (!given) checks.that("the page says why not", (await text(evaluator)).includes("Gevraagd, niet gegeven"));
}
