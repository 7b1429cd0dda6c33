import assert from "node:assert/strict";
import { test } from "node:test";
import { ClientSecretCredential } from "@azure/identity";
import { credential, hub, refusal } from "./hub.mjs";

const claims = (token) => JSON.parse(Buffer.from(token.split(".")[1], "base64url").toString("utf8"));

test("a client secret gets a token for each resource it asks for", async () => {
  for (const resource of ["https://management.azure.com", "https://cognitiveservices.azure.com", "https://ai.azure.com", "https://vault.azure.net"]) {
    const { token, expiresOnTimestamp } = await credential.getToken(`${resource}/.default`);
    assert.equal(claims(token).aud.replace(/\/$/, ""), resource);
    assert.equal(claims(token).tid, hub.tenantId);
    assert.ok(expiresOnTimestamp > Date.now());
  }
});

test("a wrong secret is refused with the error the client knows", async () => {
  const wrong = new ClientSecretCredential(hub.tenantId, hub.clientId, "not-the-secret", { authorityHost: hub.httpsEndpoint, disableInstanceDiscovery: true });
  const error = await refusal(wrong.getToken("https://management.azure.com/.default"));
  assert.match(error.name, /AuthenticationRequired|AuthenticationError|CredentialUnavailable/);
  assert.match(error.message, /invalid_client|AADSTS7000215/);
});

test("a bearer token over plain http is refused", async () => {
  const { token } = await credential.getToken("https://management.azure.com/.default");
  const answer = await fetch(`${hub.endpoint}/subscriptions?api-version=2022-12-01`, { headers: { authorization: `Bearer ${token}` } });
  assert.equal(answer.status, 401);
});
