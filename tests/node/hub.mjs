// What `atrium status -o json` says of the hub under test, and credentials for it.
import { ClientSecretCredential } from "@azure/identity";

export const hub = JSON.parse(process.env.ATRIUM_STATUS ?? "null");
if (hub === null) {
  throw new Error("Run the suite with `npm test`: it starts a hub and sets ATRIUM_STATUS.");
}

export const credential = new ClientSecretCredential(hub.tenantId, hub.clientId, hub.clientSecret, {
  authorityHost: hub.httpsEndpoint,
  disableInstanceDiscovery: true,
});

export const group = `/subscriptions/${hub.subscriptionId}/resourceGroups/${hub.resourceGroup}`;
export const workspace = (name) => `${group}/providers/Microsoft.MachineLearningServices/workspaces/${name}`;
export const unique = (prefix) => `${prefix}${Math.random().toString(36).slice(2, 8)}`;

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
