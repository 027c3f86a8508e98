// Runs the journeys against a demonstration, on one database.
//
// Usage: node run.mjs PROGRAM FOLDER [DATABASE-URL] [--pictures DIR] [--no-accessibility]
//
// Starts PROGRAM as `demo` in FOLDER, walks, and ends it. Prints one line for each check and closes with
// `N passed, N failed`; exit code 1 when anything failed.

import fs from "node:fs";
import path from "node:path";
import { spawn } from "node:child_process";
import net from "node:net";
import { chromium } from "playwright-core";
import { aroundJourney } from "./around.mjs";
import { Checks } from "./checks.mjs";
import { deskJourney } from "./desk.mjs";
import { documentationJourney } from "./documentation.mjs";
import { evaluatorJourney } from "./evaluator.mjs";
import { figuresJourney } from "./figures.mjs";
import { startIdentity } from "./identity.mjs";
import { measuresJourney } from "./measures.mjs";
import { officerJourney } from "./officer.mjs";
import { oidcJourney } from "./oidc.mjs";
import { registrantJourney } from "./registrant.mjs";
import { tourJourney } from "./tour.mjs";

const args = process.argv.slice(2);
const at = args.indexOf("--pictures");
const pictures = at >= 0 ? args.splice(at, 2)[1] : null;
const without = args.indexOf("--no-accessibility");
if (without >= 0) args.splice(without, 1);
const [program, folder, database] = args;
if (!program || !folder) {
  console.error("usage: node run.mjs PROGRAM FOLDER [DATABASE-URL] [--pictures DIR] [--no-accessibility]");
  process.exit(2);
}

const freePort = () =>
  new Promise((resolve) => {
    const probe = net.createServer();
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });

async function startDemo() {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const identity = await startIdentity(folder, url, await freePort());
  const data = path.join(folder, "data");
  const command = ["demo", "--folder", data, "--day", "10m", "--port", String(port), "--registrants", "40"];
  command.push("--issuers", identity.file);
  if (database) command.push("--database", database);
  const log = fs.createWriteStream(path.join(folder, "demo.log"));
  const demo = spawn(program, command, { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  demo.stdout.on("data", (chunk) => {
    said += chunk;
    log.write(chunk);
  });
  demo.stderr.pipe(log, { end: false });
  for (let waited = 0; waited < 300; waited += 1) {
    if (said.includes("The register runs on")) {
      const accounts = JSON.parse(fs.readFileSync(path.join(data, "accounts.json"), "utf8"));
      return { demo, data, url, accounts, identity, program, database };
    }
    if (demo.exitCode !== null) break;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  demo.kill("SIGTERM");
  identity.stop();
  throw new Error(`the demonstration did not start; see ${folder}/demo.log`);
}

// What stands on the pages that are open: where a journey stopped.
async function shown(browser) {
  const pages = browser.contexts().flatMap((context) => context.pages());
  const texts = pages.map(async (page) => `${page.url()}: ${(await page.locator("main").innerText({ timeout: 1000 })).slice(0, 300)}`);
  return (await Promise.allSettled(texts)).map((one) => one.value ?? "a page without text").join("\n");
}

const checks = new Checks({ accessibility: without < 0 });
const town = await startDemo();
const browser = await chromium.launch({
  executablePath: process.env.ZEDEN_CHROMIUM ?? "/usr/bin/chromium",
  headless: true,
  // Chromium's own sandbox does not start for root; these pages are ours.
  args: process.getuid() === 0 ? ["--no-sandbox"] : [],
});
try {
  const surname = await registrantJourney({ browser, town, checks, pictures });
  const flag = await officerJourney({ browser, town, checks, pictures, surname });
  await aroundJourney({ browser, town, checks, pictures });
  // Before the desk: there a lead hands the caseload of the officer over.
  await measuresJourney({ browser, town, checks });
  await evaluatorJourney({ browser, town, checks, pictures });
  // The lists behind the figures of the release that was made there.
  await figuresJourney({ browser, town, checks });
  await deskJourney({ browser, town, checks, flag });
  await oidcJourney({ browser, town, identity: town.identity, checks });
  await documentationJourney({ browser, town, checks });
  // Where a step leads does not depend on the database.
  if (without < 0) await tourJourney({ browser, town, checks });
} catch (error) {
  checks.failed("the journeys come to their end", `${error.stack}\n${await shown(browser)}`);
} finally {
  await browser.close();
  town.identity.stop();
  town.demo.kill("SIGTERM");
  await new Promise((resolve) => town.demo.on("exit", resolve));
}
checks.report();
