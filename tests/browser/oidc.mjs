// An officer signs in by another organisation: refused with too low a level of assurance, bound once with the activation
// code, from then on in without it, asked anew before exports, and out.

import { press } from "./checks.mjs";
import { HIGH, LABEL, LOW, NAME } from "./identity.mjs";
import { freshCode } from "./sign_in.mjs";

const wide = { viewport: { width: 1280, height: 900 }, locale: "nl-NL" };
const title = (page) => page.locator("h1").first().innerText();
const alert = (page) => page.locator("[role=alert]").first().innerText();

// An account for an officer, made by the administrator; answers its activation code.
async function officerMade(town) {
  const api = async (method, path, body, token) => {
    const headers = { "content-type": "application/json", "idempotency-key": crypto.randomUUID() };
    if (token) headers.authorization = `Bearer ${token}`;
    const answer = await fetch(`${town.url}/v1${path}`, { method, headers, body: body && JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  const { username, password, secondFactor } = town.accounts.find((account) => account.role === "admin_tech");
  const { accessToken } = await api("POST", "/tokens", { username, password, oneTimeCode: await freshCode(secondFactor) });
  const known = (await api("GET", "/accounts?limit=100", undefined, accessToken)).items;
  const { teamId } = known.find((account) => account.role === "supervision_officer");
  const made = await api(
    "POST",
    "/accounts",
    { username: "jansen", displayName: "Officier Jansen", role: "supervision_officer", kind: "person", organisation: "reclassering", teamId },
    accessToken,
  );
  return made.activationCode;
}

// What the other organisation says.
async function vouch(page, who, level) {
  await page.fill("input[name=who]", who);
  await page.selectOption("select[name=level]", level);
  await press(page, page.locator("button[value=yes]"));
}

async function toOrganisation(page, town, identity) {
  await page.goto(`${town.url}/console/sign-in`);
  await press(page, page.locator(`a[href='/console/sign-in/${NAME}']`));
  return page.url().startsWith(identity.issuer);
}

// A browser of its own, at the page to which the organisation sends somebody back.
async function arrive(browser, town, identity, who, level, locale = "nl-NL") {
  const context = await browser.newContext({ ...wide, locale });
  const page = await context.newPage();
  await toOrganisation(page, town, identity);
  await vouch(page, who, level);
  return page;
}

const close = (page) => page.context().close();

export async function oidcJourney({ browser, town, identity, checks }) {
  const code = await officerMade(town);
  await refusals({ browser, town, identity, checks });
  const page = await bindingJourney({ browser, town, identity, checks, code });
  await againJourney({ browser, town, identity, checks, page });
  await close(page);
}

// ASVS 5.0: 6.8.4
async function refusals({ browser, town, identity, checks }) {
  const page = await (await browser.newContext(wide)).newPage();
  await page.goto(`${town.url}/console/sign-in`);
  const link = page.locator(`a[href='/console/sign-in/${NAME}']`);
  checks.that("the page for signing in names the organisation", (await link.innerText()) === `Inloggen met ${LABEL.nl}`);
  checks.that("the browser is sent there", await toOrganisation(page, town, identity));
  const asked = new URL(page.url());
  checks.that("nothing of the request is left in that address", asked.search === "", asked.search);
  await vouch(page, "p-1001", LOW);
  checks.that("too low a level of assurance is refused", (await alert(page)).startsWith("Inloggen is niet gelukt"), await alert(page));
  await checks.page(page, "console: refused by level of assurance (nl)");
  const cookies = (await page.context().cookies(town.url)).map((cookie) => cookie.name);
  checks.that("and opens no session", !cookies.some((name) => name.endsWith("session")), cookies.join(" "));
  await close(page);

  const english = await arrive(browser, town, identity, "p-1001", LOW, "en-GB");
  checks.that("the refusal is told in English too", (await english.locator("html").getAttribute("lang")) === "en");
  await checks.page(english, "console: refused by level of assurance (en)");
  await close(english);

  const changed = await (await browser.newContext(wide)).newPage();
  await toOrganisation(changed, town, identity);
  await press(changed, changed.locator("button[value=no]"));
  checks.that("who gives up there is not in", (await alert(changed)).startsWith("Inloggen is niet gelukt"));
  await close(changed);
}

async function bindingJourney({ browser, town, identity, checks, code }) {
  const english = await arrive(browser, town, identity, "p-1001", HIGH, "en-GB");
  checks.that("a stranger is asked for a code, in English", (await title(english)) === "Connect your account", await title(english));
  await checks.page(english, "console: connect an account (en)");
  await close(english);

  // Somebody without the role there, even with the right code.
  const roleless = await arrive(browser, town, identity, "p-1003", HIGH);
  await roleless.fill("#activationCode", code);
  await press(roleless, roleless.locator("main form button"));
  checks.that("without the role there nothing is bound", (await alert(roleless)).startsWith("Deze code klopt niet"));
  await close(roleless);

  const page = await arrive(browser, town, identity, "p-1001", HIGH);
  checks.that("a stranger is asked for a code", (await title(page)) === "Uw account koppelen", await title(page));
  await checks.page(page, "console: connect an account (nl)");
  const bind = async (text) => {
    await page.fill("#activationCode", text);
    await press(page, page.locator("main form button"));
  };
  await bind("AAAA-BBBB-CCCC-DDDD");
  checks.that("a code of nobody binds nothing", (await alert(page)).startsWith("Deze code klopt niet"), await alert(page));
  await checks.page(page, "console: connect an account, refused (nl)");
  await bind(code);
  checks.that("the code binds the account", new URL(page.url()).pathname === "/console", page.url());
  const who = await page.locator(".site-header__who").innerText();
  checks.that("and the officer is in by name", who.includes("Officier Jansen"), who);
  return page;
}

// ASVS 5.0: 6.8.1, 7.5.3
async function againJourney({ browser, town, identity, checks, page }) {
  await press(page, page.locator("form[action='/console/sign-out'] button"));
  checks.that("the officer signs out", new URL(page.url()).pathname === "/console/sign-in", page.url());
  await page.goto(`${town.url}/console`);
  checks.that("and is out", new URL(page.url()).pathname === "/console/sign-in", page.url());
  // The organisation still knows this browser.
  await press(page, page.locator(`a[href='/console/sign-in/${NAME}']`));
  checks.that("the next time no code is asked for", new URL(page.url()).pathname === "/console", page.url());

  const other = await arrive(browser, town, identity, "p-1002", HIGH);
  checks.that("the same e-mail address opens no account", (await title(other)) === "Uw account koppelen", await title(other));
  await close(other);

  await page.goto(`${town.url}/console/prove?back=/console/absences`);
  await checks.bothLanguages(page, "console: prove anew");
  await press(page, page.locator("a[href='/console/prove/there']"));
  checks.that("to prove it anew one signs in anew there", page.url().startsWith(`${identity.issuer}/interaction/`), page.url());
  await vouch(page, "p-1001", HIGH);
  checks.that("and comes back", new URL(page.url()).pathname === "/console", page.url());
  await page.goto(`${town.url}/console/prove`);
  await press(page, page.locator("a[href='/console/prove/there']"));
  await vouch(page, "p-1002", HIGH);
  checks.that("somebody else proves nothing", (await page.locator("main").innerText()).includes("niet gelukt"), await page.locator("main").innerText());
}
