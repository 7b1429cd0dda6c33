import assert from "node:assert/strict";
import { test } from "node:test";
import { AuthorizationManagementClient } from "@azure/arm-authorization";
import { CognitiveServicesManagementClient } from "@azure/arm-cognitiveservices";
import { AzureMachineLearningWorkspaces } from "@azure/arm-machinelearning";
import { ResourceManagementClient } from "@azure/arm-resources";
import { all, credential, group, hub, refusal, unique, workspace } from "./hub.mjs";

const endpoint = { endpoint: hub.httpsEndpoint, credentialScopes: ["https://management.azure.com/.default"] };
const resources = new ResourceManagementClient(credential, hub.subscriptionId, endpoint);
const learning = new AzureMachineLearningWorkspaces(credential, hub.subscriptionId, endpoint);
const services = new CognitiveServicesManagementClient(credential, hub.subscriptionId, endpoint);
const authorization = new AuthorizationManagementClient(credential, hub.subscriptionId, endpoint);

const version = "2024-04-01";
const makeHub = (name, properties = {}) => resources.resources.beginCreateOrUpdateByIdAndWait(workspace(name), version, {
  location: "local", kind: "hub", identity: { type: "SystemAssigned" }, properties: { friendlyName: name, ...properties },
});
const makeProject = (name, hubName) => resources.resources.beginCreateOrUpdateByIdAndWait(workspace(name), version, {
  location: "local", kind: "project", identity: { type: "SystemAssigned" }, properties: { hubResourceId: workspace(hubName) },
});

test("resource groups are made, listed and deleted", async () => {
  const name = unique("group");
  const made = await resources.resourceGroups.createOrUpdate(name, { location: "local", tags: { team: "blue" } });
  assert.equal(made.properties.provisioningState, "Succeeded");
  assert.ok((await all(resources.resourceGroups.list())).some((g) => g.name === name));
  assert.equal((await resources.resourceGroups.checkExistence(name)).body, true);
  await resources.resourceGroups.beginDeleteAndWait(name);
  assert.equal((await resources.resourceGroups.checkExistence(name)).body, false);
});

test("a hub and a project are made with the generic client, and the project inherits", async () => {
  const [hubName, projectName] = [unique("hub"), unique("project")];
  const made = await makeHub(hubName, { publicNetworkAccess: "Enabled" });
  assert.equal(made.kind.toLowerCase(), "hub");
  assert.equal(made.properties.provisioningState, "Succeeded");
  const project = await makeProject(projectName, hubName);
  assert.equal(project.properties.publicNetworkAccess, "Enabled");

  await resources.resources.beginUpdateByIdAndWait(workspace(hubName), version, { properties: { publicNetworkAccess: "Disabled" } });
  const later = await resources.resources.getById(workspace(projectName), version);
  assert.equal(later.properties.publicNetworkAccess, "Disabled");
  const parent = await resources.resources.getById(workspace(hubName), version);
  assert.deepEqual(parent.properties.associatedWorkspaces.map((id) => id.toLowerCase()), [workspace(projectName).toLowerCase()]);
});

test("what is fixed at creation is refused by name", async () => {
  const name = unique("hub");
  await makeHub(name);
  const error = await refusal(resources.resources.beginUpdateByIdAndWait(workspace(name), version, { properties: { keyVault: `${group}/providers/Microsoft.KeyVault/vaults/other` } }));
  assert.equal(error.statusCode, 400);
  assert.match(error.message, /keyVault/);
});

test("the machine learning client reads and patches workspaces with its own old api-version", async () => {
  const list = await all(learning.workspaces.listByResourceGroup(hub.resourceGroup));
  assert.ok(list.some((w) => w.name === hub.hub));
  const name = unique("hub");
  await makeHub(name);
  const patched = await learning.workspaces.beginUpdateAndWait(hub.resourceGroup, name, { description: "by the client", tags: { a: "1" } });
  assert.equal(patched.description, "by the client");
  const read = await learning.workspaces.get(hub.resourceGroup, name);
  assert.equal(read.tags.a, "1");
  await learning.workspaces.beginDeleteAndWait(hub.resourceGroup, name);
  assert.equal((await refusal(learning.workspaces.get(hub.resourceGroup, name))).statusCode, 404);
});

test("a connection keeps its secret, and listsecrets shows it", async () => {
  const name = unique("conn");
  const made = await learning.workspaceConnections.create(hub.resourceGroup, hub.hub, name, {
    properties: { authType: "PAT", category: "Git", target: "https://git.example.org/x", credentials: { pat: "top-secret-pat" } },
  });
  assert.equal(made.properties.target, "https://git.example.org/x");
  assert.ok(!JSON.stringify(made).includes("top-secret-pat"));
  const read = await learning.workspaceConnections.get(hub.resourceGroup, hub.hub, name);
  assert.ok(!JSON.stringify(read).includes("top-secret-pat"));

  const { token } = await credential.getToken("https://management.azure.com/.default");
  const answer = await fetch(`${hub.httpsEndpoint}${workspace(hub.hub)}/connections/${name}/listsecrets?api-version=${version}`, {
    method: "POST", headers: { authorization: `Bearer ${token}` },
  });
  assert.equal((await answer.json()).properties.credentials.pat, "top-secret-pat");
  await learning.workspaceConnections.delete(hub.resourceGroup, hub.hub, name);
});

test("the account's keys are listed and rotated, and its models, usages and deployments answer", async () => {
  const account = (await all(services.accounts.listByResourceGroup(hub.resourceGroup))).find((a) => a.kind === "AIServices");
  const keys = await services.accounts.listKeys(hub.resourceGroup, account.name);
  assert.ok([keys.key1, keys.key2].includes(hub.apiKey));
  const rotated = await services.accounts.regenerateKey(hub.resourceGroup, account.name, "Key2");
  assert.equal(rotated.key1, keys.key1);
  assert.notEqual(rotated.key2, keys.key2);
  assert.ok((await all(services.accounts.listModels(hub.resourceGroup, account.name))).length > 0);
  await services.accounts.listUsages(hub.resourceGroup, account.name);

  const deployment = unique("dep");
  await services.deployments.beginCreateOrUpdateAndWait(hub.resourceGroup, account.name, deployment, {
    sku: { name: "Standard", capacity: 1 }, properties: { model: { format: "OpenAI", name: "use-lite-en", version: "1" } },
  });
  assert.ok((await all(services.deployments.list(hub.resourceGroup, account.name))).some((d) => d.name === deployment));
  await services.deployments.beginDeleteAndWait(hub.resourceGroup, account.name, deployment);
});

test("deny assignments are read by the client, and what the caller may do shows what they leave", async () => {
  const scope = workspace(hub.project);
  const name = crypto.randomUUID();
  const id = `${scope}/providers/Microsoft.Authorization/denyAssignments/${name}`;
  const { token } = await credential.getToken("https://management.azure.com/.default");
  const principal = crypto.randomUUID();
  const properties = { denyAssignmentName: "no deletes", principals: [{ id: principal, type: "User" }], permissions: [{ actions: ["*/delete"] }] };
  const put = await fetch(`${hub.httpsEndpoint}${id}?api-version=2022-04-01`, {
    method: "PUT", headers: { authorization: `Bearer ${token}`, "content-type": "application/json" }, body: JSON.stringify({ properties }),
  });
  assert.equal(put.status, 201);
  const seen = await authorization.denyAssignments.get(scope, name);
  assert.equal(seen.denyAssignmentName, "no deletes");
  assert.deepEqual(seen.permissions[0].actions, ["*/delete"]);
  assert.equal(seen.principals[0].id, principal);
  assert.equal((await authorization.denyAssignments.getById(id.slice(1))).name, name);
  for (const list of [authorization.denyAssignments.listForScope(scope), authorization.denyAssignments.listForResourceGroup(hub.resourceGroup), authorization.denyAssignments.list()]) {
    assert.ok((await all(list)).some((d) => d.name === name));
  }
  const permissions = await all(authorization.permissions.listForResourceGroup(hub.resourceGroup));
  assert.ok(permissions.some((p) => p.actions.includes("*")));
  const removed = await fetch(`${hub.httpsEndpoint}${id}?api-version=2022-04-01`, { method: "DELETE", headers: { authorization: `Bearer ${token}` } });
  assert.equal(removed.status, 200);
});

test("role assignments are made, listed and taken away", async () => {
  const reader = `/subscriptions/${hub.subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7`;
  const name = crypto.randomUUID();
  const principalId = crypto.randomUUID();
  const made = await authorization.roleAssignments.create(workspace(hub.project), name, { roleDefinitionId: reader, principalId, principalType: "ServicePrincipal" });
  assert.equal(made.principalId, principalId);
  const list = await all(authorization.roleAssignments.listForScope(workspace(hub.project)));
  assert.ok(list.some((a) => a.name === name));
  await authorization.roleAssignments.delete(workspace(hub.project), name);
  const definitions = await all(authorization.roleDefinitions.list(group));
  assert.ok(definitions.some((d) => d.roleName === "Owner"));
});
