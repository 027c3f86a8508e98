// What `tests/compatibility` runs: the contract as it is against the contracts as they were released.

import fs from "node:fs";
import path from "node:path";
import zlib from "node:zlib";
import { createRequire } from "node:module";

const [home, mode] = process.argv.slice(2);
const { apiCompare } = createRequire(path.resolve(home, "package.json"))("api-smart-diff");
const RELEASED = "api-spec/released";

// The part of a version that must be raised before a promise may be broken (semver.org, 4 and 8).
const promised = (version) => {
  const [major, minor] = version.split(".");
  return major === "0" ? `0.${minor}` : major;
};

// Where a change stands tells more than its kind: what the server reads, it reads strictly.
function breaks({ action, path: place, type }) {
  if (place[0] !== "paths") return false;
  const field = place.includes("requestBody") && place.at(-2) === "properties";
  const parameter = place.at(-2) === "parameters";
  return type === "breaking" || (action === "remove" && (field || parameter));
}

// Alternatives by their name instead of their place in a list: compared by place, one is taken for another.
function named(node) {
  if (Array.isArray(node)) return node.map(named);
  if (node === null || typeof node !== "object") return node;
  const copy = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, named(value)]));
  if (!Array.isArray(copy.oneOf) || copy.oneOf.some((one) => one.type === "null")) return copy;
  const { oneOf, ...rest } = copy;
  const alternatives = oneOf.map((one, at) => [`alternative ${one.title ?? at}`, one]);
  return { ...rest, properties: { ...rest.properties, ...Object.fromEntries(alternatives) } };
}

// What of `before` no longer holds in `after`, a line each.
function broken(before, after) {
  const { diffs } = apiCompare(named(before), named(after));
  return diffs.filter(breaks).map(({ action, path: place, description }) => `${description || action}: ${place.join(" > ")}`);
}

const current = () => JSON.parse(fs.readFileSync("api-spec/openapi.json", "utf8"));
const released = (name) => JSON.parse(zlib.gunzipSync(fs.readFileSync(path.join(RELEASED, name))));

function check() {
  const contract = current();
  const { version } = contract.info;
  const faults = [];
  const headings = [...fs.readFileSync("CHANGELOG.md", "utf8").matchAll(/^## \[(\d+\.\d+\.\d+)\] - \d{4}-\d{2}-\d{2}$/gm)].map((found) => found[1]);
  const files = fs.readdirSync(RELEASED).filter((name) => name.endsWith(".json.gz"));
  const versions = files.map((name) => name.replace(".json.gz", ""));
  if (!headings.includes(version)) faults.push(`CHANGELOG.md says nothing of ${version}, the version of the contract`);
  for (const heading of headings) if (!versions.includes(heading)) faults.push(`${RELEASED} holds no contract of ${heading}, which the changelog calls released`);
  for (const name of files) {
    const before = released(name);
    if (`${before.info.version}.json.gz` !== name) faults.push(`${name} is a contract of ${before.info.version}`);
    if (promised(before.info.version) !== promised(version)) continue;
    const lines = broken(before, contract);
    faults.push(...lines.slice(0, 40).map((line) => `of ${before.info.version}, no longer so: ${line}`));
    if (lines.length > 40) faults.push(`and ${lines.length - 40} more`);
  }
  for (const fault of faults) console.log(fault);
  if (faults.length) console.log("Mend it, or raise the version in Cargo.toml and keep its contract: see CONTRIBUTING.md.");
  console.log(faults.length ? "0 passed, 1 failed" : "1 passed, 0 failed");
  process.exitCode = faults.length ? 1 : 0;
}

const body = (contract) => contract.components.schemas.SignIn;
const read = (contract) => contract.components.schemas.DutySummary;
const operation = (contract) => contract.paths["/registrations/{registrationId}"];
// Each with whether it breaks a promise.
const planted = [
  ["nothing changed", false, () => {}],
  ["a new field in an answer", false, (c) => (read(c).properties.invented = { type: "string" })],
  ["a new optional field in a request", false, (c) => (body(c).properties.invented = { type: "string" })],
  ["a new operation", false, (c) => (c.paths["/invented"] = { get: { responses: { 200: { description: "Invented." } } } })],
  ["an operation that is gone", true, (c) => delete operation(c).get],
  ["a path that is gone", true, (c) => delete c.paths["/tokens"]],
  ["an answer that is gone", true, (c) => delete operation(c).get.responses["200"]],
  ["a required field more in a request", true, (c) => ((body(c).properties.invented = { type: "string" }), body(c).required.push("invented"))],
  ["a field of a request that is gone", true, (c) => delete body(c).properties.oneTimeCode],
  ["a parameter that is gone", true, (c) => c.paths["/accounts"].get.parameters.pop()],
  ["a field of an answer that is gone", true, (c) => delete read(c).properties.trigger],
  ["a field of an answer that need not be there", true, (c) => (read(c).required = ["id"])],
  ["a field of an answer of another type", true, (c) => (read(c).properties.trigger = { type: "integer" })],
  ["a word that is no longer taken", true, (c) => c.components.schemas.AccountKind.enum.pop()],
  ["a new alternative in a request", false, (c) => c.components.schemas.TransferAnswer.oneOf.push({ title: "Invented", type: "object" })],
  ["an alternative of a request that is gone", true, (c) => c.components.schemas.TransferAnswer.oneOf.pop()],
  ["a shorter longest text", true, (c) => (body(c).properties.username.maxLength = 3)],
];

// The contract with the few operations that the planted changes touch, to be quick.
function few() {
  const contract = current();
  const kept = ["/accounts", "/registrations/{registrationId}", "/tokens", "/registrations/{registrationId}/transfers/{transferId}/answer"];
  const paths = kept.map((name) => [name, contract.paths[name]]);
  return { ...contract, paths: Object.fromEntries(paths) };
}

function selfTest() {
  const before = few();
  let failed = 0;
  for (const [name, expected, change] of planted) {
    const after = few();
    change(after);
    const found = broken(before, after);
    const right = found.length > 0 === expected;
    failed += right ? 0 : 1;
    console.log(`${right ? "ok   " : "FAIL "} ${expected ? "found" : "allowed"}: ${name}${right ? "" : ` (${found.slice(0, 2).join("; ")})`}`);
  }
  console.log(`${planted.length - failed} passed, ${failed} failed`);
  process.exitCode = failed ? 1 : 0;
}

if (mode === "--self-test") selfTest();
else check();
