import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { ResourceManagementClient } from "@azure/arm-resources";
import { BlobServiceClient, StorageSharedKeyCredential } from "@azure/storage-blob";
import { all, credential, group, hub, refusal, unique } from "./hub.mjs";

const account = `${group}/providers/Microsoft.Storage/storageAccounts/${hub.storageAccount}`;

async function key() {
  const { token } = await credential.getToken("https://management.azure.com/.default");
  const answer = await fetch(`${hub.httpsEndpoint}${account}/listKeys?api-version=2023-05-01`, { method: "POST", headers: { authorization: `Bearer ${token}` } });
  return new StorageSharedKeyCredential(hub.storageAccount, (await answer.json()).keys[0].value);
}

test("storage: the account shows where its blobs are", async () => {
  const resources = new ResourceManagementClient(credential, hub.subscriptionId, { endpoint: hub.httpsEndpoint, credentialScopes: ["https://management.azure.com/.default"] });
  const { properties } = await resources.resources.getById(account, "2023-05-01");
  assert.equal(properties.primaryEndpoints.blob, `${hub.blobEndpoint}/`);
});

test("storage: a container is made, filled in blocks, listed, read and deleted", async () => {
  const service = new BlobServiceClient(hub.blobEndpoint, await key());
  const container = service.getContainerClient(unique("node"));
  await container.create({ metadata: { team: "blue" } });
  const bytes = randomBytes(5_000_001);
  const large = container.getBlockBlobClient("folder/large ü.bin");
  await large.uploadData(bytes, { blockSize: 1024 * 1024, maxSingleShotSize: 1024, concurrency: 4, metadata: { kind: "large" }, tags: { team: "a" } });
  await container.getBlockBlobClient("small.txt").upload("hello", 5);

  assert.deepEqual((await all(container.listBlobsFlat({ includeMetadata: true }))).map((b) => [b.name, b.properties.contentLength, b.metadata]), [
    ["folder/large ü.bin", 5_000_001, { kind: "large" }],
    ["small.txt", 5, undefined],
  ]);
  assert.deepEqual((await all(container.listBlobsByHierarchy("/"))).map((i) => i.name).sort(), ["folder/", "small.txt"]);
  assert.ok((await large.downloadToBuffer()).equals(bytes));
  assert.ok((await large.downloadToBuffer(1_000_000, 100)).equals(bytes.subarray(1_000_000, 1_000_100)));
  assert.equal((await large.getBlockList("committed")).committedBlocks.length, 5);
  assert.equal((await all(service.listContainers({ prefix: container.containerName, includeMetadata: true })))[0].metadata.team, "blue");

  await container.deleteBlob("small.txt");
  assert.equal((await refusal(container.getBlobClient("small.txt").download())).code, "BlobNotFound");
  await container.delete();
  assert.equal(await container.exists(), false);
});

test("storage: a wrong key opens nothing", async () => {
  const wrong = new StorageSharedKeyCredential(hub.storageAccount, randomBytes(64).toString("base64"));
  const refused = await refusal(new BlobServiceClient(hub.blobEndpoint, wrong).getContainerClient("any").getProperties());
  assert.equal(refused.statusCode, 403);
  const nobody = await refusal(new BlobServiceClient(hub.blobEndpoint).getContainerClient("any").getProperties());
  assert.equal(nobody.statusCode, 401);
});
