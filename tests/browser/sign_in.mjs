// Signing in as people do. A code of the second factor counts once: each proof takes one that was not used yet.

import crypto from "node:crypto";

function base32(text) {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  let bits = "";
  for (const symbol of text.replace(/=+$/, "")) bits += alphabet.indexOf(symbol).toString(2).padStart(5, "0");
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}

// RFC 6238 with SHA-1, six digits, thirty seconds.
function codeOf(secret, step) {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = crypto.createHmac("sha1", base32(secret)).update(counter).digest();
  const offset = mac[19] & 15;
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1000000).padStart(6, "0");
}

const STEP = 30000;
const used = new Map();

// The next code that was not used yet. One of the coming half minute counts already, as if the app's clock were ahead;
// later ones are waited for.
export async function freshCode(secret) {
  const now = () => Math.floor(Date.now() / STEP);
  const step = Math.max(now(), (used.get(secret) ?? 0) + 1);
  used.set(secret, step);
  if (step > now() + 1) await new Promise((resolve) => setTimeout(resolve, (step - 1) * STEP + 500 - Date.now()));
  return codeOf(secret, step);
}

export async function signIn(page, town, username) {
  const account = town.accounts.find((known) => known.username === username);
  const area = account.secondFactor ? "/console" : "/mijn";
  await page.goto(`${town.url}${area}/sign-in`);
  await page.fill("#username", account.username);
  await page.fill("#password", account.password);
  if (account.secondFactor) await page.fill("#oneTimeCode", await freshCode(account.secondFactor));
  await page.locator("main form button").click();
  await page.waitForURL((url) => url.pathname === area);
}
