// Signing in as people do; a code of the second factor counts once, so each account signs in once per half minute.

import crypto from "node:crypto";

function base32(text) {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  let bits = "";
  for (const symbol of text.replace(/=+$/, "")) bits += alphabet.indexOf(symbol).toString(2).padStart(5, "0");
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}

// RFC 6238 with SHA-1, six digits, thirty seconds.
export function codeNow(secret) {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30000)));
  const mac = crypto.createHmac("sha1", base32(secret)).update(counter).digest();
  const offset = mac[19] & 15;
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1000000).padStart(6, "0");
}

export async function signIn(page, town, username) {
  const account = town.accounts.find((known) => known.username === username);
  const area = account.secondFactor ? "/console" : "/mijn";
  await page.goto(`${town.url}${area}/sign-in`);
  await page.fill("#username", account.username);
  await page.fill("#password", account.password);
  if (account.secondFactor) await page.fill("#oneTimeCode", codeNow(account.secondFactor));
  await page.locator("main form button").click();
  await page.waitForURL((url) => url.pathname === area);
}
