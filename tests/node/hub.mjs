// What `atrium status -o json` says of the hub under test, and credentials for it.
import { AuthorizationManagementClient } from "@azure/arm-authorization";
import { ClientSecretCredential } from "@azure/identity";
import { StorageSharedKeyCredential } from "@azure/storage-blob";

export const hub = JSON.parse(process.env.ATRIUM_STATUS ?? "null");
if (hub === null) {
  throw new Error("Run the suite with `npm test`: it starts a hub and sets ATRIUM_STATUS.");
}

export const credential = new ClientSecretCredential(hub.tenantId, hub.clientId, hub.clientSecret, {
  authorityHost: hub.httpsEndpoint,
  disableInstanceDiscovery: true,
});

/** Credentials of somebody new who has one role at one place and nothing else. */
export async function newPrincipal(scope, role) {
  const { token } = await credential.getToken("https://management.azure.com/.default");
  const call = async (method, path, body) => {
    const answer = await fetch(hub.httpsEndpoint + path, { method, headers: { authorization: `Bearer ${token}`, "content-type": "application/json" }, body: JSON.stringify(body) });
    if (!answer.ok) {
      throw new Error(await answer.text());
    }
    return answer.json();
  };
  const app = `/providers/Atrium.Identity/servicePrincipals/${unique("app")}`;
  const { properties } = await call("PUT", `${app}?api-version=2026-11-01`, { properties: { displayName: "App" } });
  const { secretText } = await call("POST", `${app}/addPassword?api-version=2026-11-01`, {});
  const authorization = new AuthorizationManagementClient(credential, hub.subscriptionId, { endpoint: hub.httpsEndpoint, credentialScopes: ["https://management.azure.com/.default"] });
  const roleDefinitionId = `/providers/Microsoft.Authorization/roleDefinitions/${role}`;
  await authorization.roleAssignments.create(scope, crypto.randomUUID(), { roleDefinitionId, principalId: properties.objectId, principalType: "ServicePrincipal" });
  return new ClientSecretCredential(hub.tenantId, properties.appId, secretText, { authorityHost: hub.httpsEndpoint, disableInstanceDiscovery: true });
}

export const group = `/subscriptions/${hub.subscriptionId}/resourceGroups/${hub.resourceGroup}`;
export const workspace = (name) => `${group}/providers/Microsoft.MachineLearningServices/workspaces/${name}`;
export const storageAccount = `${group}/providers/Microsoft.Storage/storageAccounts/${hub.storageAccount}`;
export const unique = (prefix) => `${prefix}${Math.random().toString(36).slice(2, 8)}`;

/** A key of the hub's storage account, for the client whose class of credentials it is. */
export async function storageKey(Credential = StorageSharedKeyCredential) {
  const { token } = await credential.getToken("https://management.azure.com/.default");
  const answer = await fetch(`${hub.httpsEndpoint}${storageAccount}/listKeys?api-version=2023-05-01`, { method: "POST", headers: { authorization: `Bearer ${token}` } });
  return new Credential(hub.storageAccount, (await answer.json()).keys[0].value);
}

/** The value of an async iterator's items, all pages. */
export async function all(pages) {
  const items = [];
  for await (const item of pages) {
    items.push(item);
  }
  return items;
}

/** The error a promise is rejected with. */
export async function refusal(promise) {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("It was not refused.");
}
