// The README's walk-through with the generated TypeScript client: sign in, list duties, report a move, verify the receipt.

import assert from "node:assert/strict";
import { createPublicKey, verify } from "node:crypto";
import createClient from "openapi-fetch";
import type { components, paths } from "./api.js";

type Address = components["schemas"]["Address"];
type Key = { kid: string; kty: string; crv: string; x: string; purpose: string };

const url = process.env.ZEDEN_URL ?? "";
const client = createClient<paths>({ baseUrl: `${url}/v1` });

async function verified(receipt: string): Promise<{ sub: string; thisIsANotification: boolean }> {
    const { keys } = (await (await fetch(`${url}/.well-known/jwks.json`)).json()) as { keys: Key[] };
    const [head = "", claims = "", signature = ""] = receipt.split(".");
    const { kid } = JSON.parse(Buffer.from(head, "base64url").toString()) as { kid: string };
    const key = keys.find((key) => key.kid === kid);
    assert.equal(key?.purpose, "receipt");
    const { kty, crv, x } = key;
    assert.ok(verify(null, Buffer.from(`${head}.${claims}`), createPublicKey({ key: { kty, crv, x }, format: "jwk" }), Buffer.from(signature, "base64url")));
    return JSON.parse(Buffer.from(claims, "base64url").toString());
}

const address = (postcode: string): Address => ({ type: "dutch", street: "Proeflaan", houseNumber: 7, postcode, city: "Proefdorp" });

const token = await client.POST("/tokens", { body: { username: "registrant", password: process.env.ZEDEN_PASSWORD ?? "" } });
assert.ok(token.data, JSON.stringify(token.error));
client.use({ onRequest: ({ request }) => request.headers.set("Authorization", `Bearer ${token.data.accessToken}`) });

const me = { path: { registrationId: "me" } };
const duties = await client.GET("/registrations/{registrationId}/duties", { params: me });
assert.ok(duties.data && duties.data.items.length > 0, JSON.stringify(duties.error));

const person = await client.GET("/registrations/{registrationId}", { params: me });
assert.ok(person.data, JSON.stringify(person.error));
const { birthDate, name } = person.data;
const move = (postcode: string) => client.POST("/registrations/{registrationId}/addresses", {
    params: { ...me, header: { "Idempotency-Key": `typescript-${postcode.slice(0, 4)}-${Date.now()}` } },
    body: { identity: { birthDate, names: [name], homeAddress: address("1234 AB") }, address: address(postcode), movedOn: new Date().toISOString().slice(0, 10) },
});
const { data: answer, error } = await move("2345 BC");
assert.ok(answer, JSON.stringify(error));
const claims = await verified(answer.receipt);
assert.equal(claims.sub, answer.id);
assert.equal(claims.thisIsANotification, true);

const refused = await move("0000 XX");
assert.equal(refused.response.status, 400);
assert.deepEqual(refused.error?.errors?.map((fault) => fault.pointer), ["/address/postcode"]);
console.log(`typescript: ${duties.data.items.length} duties, move ${answer.id} reported, receipt verified, a bad postcode refused`);
