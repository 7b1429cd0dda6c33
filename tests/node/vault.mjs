// The vault of the first hub, with a role in it for the caller.
import assert from "node:assert/strict";
import { AuthorizationManagementClient } from "@azure/arm-authorization";
import { ResourceManagementClient } from "@azure/arm-resources";
import { credential, hub, workspace } from "./hub.mjs";

const endpoint = { endpoint: hub.httpsEndpoint, credentialScopes: ["https://management.azure.com/.default"] };

/** The vault's address, once the caller has the role there (a role's GUID). */
export async function vaultUri(role) {
  const resources = new ResourceManagementClient(credential, hub.subscriptionId, endpoint);
  const { properties } = await resources.resources.getById(workspace(hub.hub), "2024-04-01");
  const vault = await resources.resources.getById(properties.keyVault, "2023-07-01");
  const token = await credential.getToken("https://management.azure.com/.default");
  const principalId = JSON.parse(Buffer.from(token.token.split(".")[1], "base64url").toString()).oid;
  const authorization = new AuthorizationManagementClient(credential, hub.subscriptionId, endpoint);
  const roleDefinitionId = `/providers/Microsoft.Authorization/roleDefinitions/${role}`;
  try {
    await authorization.roleAssignments.create(vault.id, crypto.randomUUID(), { roleDefinitionId, principalId, principalType: "ServicePrincipal" });
  } catch (error) {
    assert.equal(error.statusCode, 409);
  }
  return vault.properties.vaultUri;
}
