import assert from "node:assert/strict";
import { test } from "node:test";
import { AuthorizationManagementClient } from "@azure/arm-authorization";
import { ResourceManagementClient } from "@azure/arm-resources";
import { SecretClient } from "@azure/keyvault-secrets";
import { all, credential, hub, refusal, unique, workspace } from "./hub.mjs";

const endpoint = { endpoint: hub.httpsEndpoint, credentialScopes: ["https://management.azure.com/.default"] };
const resources = new ResourceManagementClient(credential, hub.subscriptionId, endpoint);
const officer = "/providers/Microsoft.Authorization/roleDefinitions/b86a8fe4-44ce-4948-aee5-eccb2c155cd7";

async function open() {
  const { properties } = await resources.resources.getById(workspace(hub.hub), "2024-04-01");
  const vault = await resources.resources.getById(properties.keyVault, "2023-07-01");
  const token = await credential.getToken("https://management.azure.com/.default");
  const principalId = JSON.parse(Buffer.from(token.token.split(".")[1], "base64url").toString()).oid;
  const authorization = new AuthorizationManagementClient(credential, hub.subscriptionId, endpoint);
  try {
    await authorization.roleAssignments.create(vault.id, crypto.randomUUID(), { roleDefinitionId: officer, principalId, principalType: "ServicePrincipal" });
  } catch (error) {
    assert.equal(error.statusCode, 409);
  }
  return new SecretClient(vault.properties.vaultUri, credential, { disableChallengeResourceVerification: true });
}

test("key vault: a secret is set, read, listed, deleted, recovered and purged", async () => {
  const client = await open();
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
