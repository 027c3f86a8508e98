// Another organisation by which staff sign in: the npm package oidc-provider, with a page on which a journey says who
// somebody is and how sure the organisation is of that. It shares no code with the register.

import crypto from "node:crypto";
import fs from "node:fs";
import http from "node:http";
import path from "node:path";
import { once } from "node:events";
import Provider from "oidc-provider";

export const NAME = "rijk";
export const LABEL = { nl: "SSO-Rijk (proef)", en: "SSO-Rijk (trial)" };
export const LOW = "http://eidas.europa.eu/LoA/low";
export const HIGH = "http://eidas.europa.eu/LoA/high";
const SUBSTANTIAL = "http://eidas.europa.eu/LoA/substantial";
const CLIENT = "zedenregister";

// Who works there. Two share an address of e-mail: it must not matter.
const PEOPLE = {
  "p-1001": { roles: ["zr-toezicht"], email: "jansen@rijk.example" },
  "p-1002": { roles: ["zr-toezicht"], email: "jansen@rijk.example" },
  "p-1003": { roles: ["iets-anders"], email: "ander@rijk.example" },
};

function keyPair(kid) {
  const { privateKey, publicKey } = crypto.generateKeyPairSync("ec", { namedCurve: "P-256" });
  const of = (key) => ({ ...key.export({ format: "jwk" }), kid, alg: "ES256", use: "sig" });
  return { pem: privateKey.export({ type: "pkcs8", format: "pem" }), secret: of(privateKey), open: of(publicKey) };
}

const form = (uid) => `<!DOCTYPE html><html lang="nl"><title>Rijk</title><h1>Wie bent u?</h1>
<form method="post" action="/interaction/${uid}"><input name="who"><select name="level">
${[LOW, SUBSTANTIAL, HIGH].map((level) => `<option>${level}</option>`).join("")}</select>
<button name="go" value="yes">Verder</button><button name="go" value="no">Annuleren</button></form>`;

async function posted(request) {
  let body = "";
  for await (const chunk of request) body += chunk;
  return new URLSearchParams(body);
}

// Asks, and grants what was asked: who may come in is for the register to decide.
async function interact(provider, request, response) {
  const { uid, params } = await provider.interactionDetails(request, response);
  if (request.method === "GET") {
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.end(form(uid));
    return;
  }
  const answers = await posted(request);
  if (answers.get("go") !== "yes") {
    await provider.interactionFinished(request, response, { error: "access_denied" });
    return;
  }
  const accountId = answers.get("who");
  const grant = new provider.Grant({ accountId, clientId: params.client_id });
  grant.addOIDCScope("openid");
  const result = { login: { accountId, acr: answers.get("level") }, consent: { grantId: await grant.save() } };
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}

// Starts it for a register at `register`, and writes the file in which that register reads of it.
export async function startIdentity(folder, register, port) {
  const [signing, client] = [keyPair("rijk-1"), keyPair("register-1")];
  // Another site than that of the register, as in life: cookies must survive the way there and back.
  const issuer = `http://localhost:${port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT,
        token_endpoint_auth_method: "private_key_jwt",
        token_endpoint_auth_signing_alg: "ES256",
        id_token_signed_response_alg: "ES256",
        redirect_uris: [`${register}/console/sign-in/${NAME}/answer`],
        response_types: ["code"],
        grant_types: ["authorization_code"],
        jwks: { keys: [client.open] },
      },
    ],
    jwks: { keys: [signing.secret] },
    cookies: { keys: [crypto.randomBytes(32).toString("hex")] },
    acrValues: [LOW, SUBSTANTIAL, HIGH],
    claims: { openid: ["sub", "roles", "email"] },
    conformIdTokenClaims: false,
    clientAuthMethods: ["private_key_jwt"],
    responseTypes: ["code"],
    scopes: ["openid"],
    ttl: { AccessToken: 60, AuthorizationCode: 60, Grant: 900, IdToken: 60, Interaction: 900, Session: 900 },
    pkce: { required: () => true },
    findAccount: (_, id) => PEOPLE[id] && { accountId: id, claims: () => ({ sub: id, ...PEOPLE[id] }) },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  });
  const rest = provider.callback();
  const server = http.createServer((request, response) => {
    if (!request.url.startsWith("/interaction/")) return rest(request, response);
    return interact(provider, request, response).catch((error) => response.writeHead(400).end(error.message));
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");

  const key = path.join(folder, "register-key.pem");
  fs.writeFileSync(key, client.pem, { mode: 0o600 });
  const file = path.join(folder, "issuers.toml");
  const levels = [LOW, SUBSTANTIAL, HIGH];
  const settings = {
    name: NAME, area: "staff", label_nl: LABEL.nl, label_en: LABEL.en, issuer, client_id: CLIENT,
    client_key_file: key, client_key_id: "register-1", client_key_algorithm: "ES256", levels,
    required_level: SUBSTANTIAL, role_claim: "roles",
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
  fs.writeFileSync(file, `[[issuer]]\n${lines.join("\n")}\n[issuer.roles]\nzr-toezicht = "supervision_officer"\n`);
  return { issuer, file, stop: () => { server.closeAllConnections(); server.close(); } };
}
