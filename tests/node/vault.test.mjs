import assert from "node:assert/strict";
import { test } from "node:test";
import { SecretClient } from "@azure/keyvault-secrets";
import { all, credential, refusal, unique } from "./hub.mjs";
import { vaultUri } from "./vault.mjs";

const officer = "b86a8fe4-44ce-4948-aee5-eccb2c155cd7";

test("key vault: a secret is set, read, listed, deleted, recovered and purged", async () => {
  const client = new SecretClient(await vaultUri(officer), credential, { disableChallengeResourceVerification: true });
  const name = unique("secret-");
  await client.setSecret(name, "one");
  const set = await client.setSecret(name, "two", { contentType: "text/plain", tags: { team: "a" } });
  assert.equal((await client.getSecret(name)).value, "two");
  assert.equal((await client.getSecret(name, { version: set.properties.version })).properties.tags.team, "a");
  assert.equal((await all(client.listPropertiesOfSecretVersions(name))).length, 2);
  assert.ok((await all(client.listPropertiesOfSecrets())).some((secret) => secret.name === name));

  await (await client.beginDeleteSecret(name, { intervalInMs: 50 })).pollUntilDone();
  assert.equal((await refusal(client.getSecret(name))).code, "SecretNotFound");
  await (await client.beginRecoverDeletedSecret(name, { intervalInMs: 50 })).pollUntilDone();
  assert.equal((await client.getSecret(name)).value, "two");

  await (await client.beginDeleteSecret(name, { intervalInMs: 50 })).pollUntilDone();
  await client.purgeDeletedSecret(name);
  assert.equal((await refusal(client.getDeletedSecret(name))).statusCode, 404);
});
