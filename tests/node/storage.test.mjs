import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { ResourceManagementClient } from "@azure/arm-resources";
import {
  AccountSASPermissions, BlobSASPermissions, BlobServiceClient, BlockBlobClient, ContainerSASPermissions, StorageSharedKeyCredential, generateAccountSASQueryParameters, generateBlobSASQueryParameters,
} from "@azure/storage-blob";
import { AuthorizationManagementClient } from "@azure/arm-authorization";
import { all, credential, hub, newPrincipal, refusal, storageAccount as account, storageKey, unique } from "./hub.mjs";

test("storage: the account shows where its blobs are", async () => {
  const resources = new ResourceManagementClient(credential, hub.subscriptionId, { endpoint: hub.httpsEndpoint, credentialScopes: ["https://management.azure.com/.default"] });
  const { properties } = await resources.resources.getById(account, "2023-05-01");
  assert.equal(properties.primaryEndpoints.blob, `${hub.blobEndpoint}/`);
});

test("storage: a container is made, filled in blocks, listed, read and deleted", async () => {
  const service = new BlobServiceClient(hub.blobEndpoint, await storageKey());
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

test("storage: signatures of a blob, a container, an account and an identity", async () => {
  const shared = await storageKey();
  const service = new BlobServiceClient(hub.blobEndpoint, shared);
  const container = service.getContainerClient(unique("node"));
  await container.create();
  const blob = container.getBlockBlobClient("a/ü b.txt");
  await blob.upload("signed", 6);
  const expiresOn = new Date(Date.now() + 600_000);
  const read = async (url) => (await new BlockBlobClient(url).downloadToBuffer()).toString();
  assert.equal(await read(await blob.generateSasUrl({ permissions: BlobSASPermissions.parse("r"), expiresOn })), "signed");
  assert.equal(await read(`${blob.url}?${generateBlobSASQueryParameters({ containerName: container.containerName, permissions: ContainerSASPermissions.parse("r"), expiresOn }, shared)}`), "signed");
  assert.equal(await read(`${blob.url}?${generateAccountSASQueryParameters({ permissions: AccountSASPermissions.parse("r"), services: "b", resourceTypes: "o", expiresOn }, shared)}`), "signed");
  const list = await blob.generateSasUrl({ permissions: BlobSASPermissions.parse("d"), expiresOn });
  assert.equal((await refusal(new BlockBlobClient(list).downloadToBuffer())).statusCode, 403);

  const token = await credential.getToken("https://management.azure.com/.default");
  const principalId = JSON.parse(Buffer.from(token.token.split(".")[1], "base64url").toString()).oid;
  const authorization = new AuthorizationManagementClient(credential, hub.subscriptionId, { endpoint: hub.httpsEndpoint, credentialScopes: ["https://management.azure.com/.default"] });
  const roleDefinitionId = "/providers/Microsoft.Authorization/roleDefinitions/b7e6dc6d-f1e8-4753-8033-0f276bb0955b";
  const assignment = await authorization.roleAssignments.create(account, crypto.randomUUID(), { roleDefinitionId, principalId, principalType: "ServicePrincipal" });
  const mine = new BlobServiceClient(hub.blobEndpoint, credential);
  const delegation = await mine.getUserDelegationKey(new Date(Date.now() - 60_000), expiresOn);
  const query = generateBlobSASQueryParameters({ containerName: container.containerName, blobName: "a/ü b.txt", permissions: BlobSASPermissions.parse("r"), expiresOn }, delegation, hub.storageAccount);
  assert.equal(await read(`${blob.url}?${query}`), "signed");
  assert.equal((await mine.getContainerClient(container.containerName).getBlobClient("a/ü b.txt").downloadToBuffer()).toString(), "signed");
  await authorization.roleAssignments.deleteById(assignment.id);
  assert.equal((await refusal(read(`${blob.url}?${query}`))).statusCode, 403);
});

test("storage: batches, tags, append blobs, snapshots, leases and copies", async () => {
  const service = new BlobServiceClient(hub.blobEndpoint, await storageKey());
  const container = service.getContainerClient(unique("node"));
  await container.create();
  const blobs = ["a", "b/c", "d ü"].map((name) => container.getBlockBlobClient(name));
  for (const blob of blobs) {
    await blob.upload("x", 1);
  }
  const tiers = await service.getBlobBatchClient().setBlobsAccessTier(blobs, "Cool");
  assert.deepEqual([tiers.subResponsesSucceededCount, tiers.subResponsesFailedCount], [3, 0]);
  const gone = await container.getBlobBatchClient().deleteBlobs([...blobs.slice(1), container.getBlobClient("none")]);
  assert.deepEqual([gone.subResponsesSucceededCount, gone.subResponsesFailedCount], [2, 1]);
  assert.equal(gone.subResponses[2].errorCode, "BlobNotFound");

  await blobs[0].setTags({ mark: container.containerName });
  assert.deepEqual((await all(service.findBlobsByTags(`mark='${container.containerName}'`))).map((b) => b.name), ["a"]);
  const log = container.getAppendBlobClient("log");
  await log.create();
  await log.appendBlock("one ", 4);
  const snapshot = await log.createSnapshot();
  await log.appendBlock("two", 3);
  assert.equal((await log.downloadToBuffer()).toString(), "one two");
  assert.equal((await log.withSnapshot(snapshot.snapshot).downloadToBuffer()).toString(), "one ");
  const lease = blobs[0].getBlobLeaseClient();
  await lease.acquireLease(15);
  assert.equal((await refusal(blobs[0].delete())).code, "LeaseIdMissing");
  await lease.releaseLease();
  const copied = await (await container.getBlobClient("copy").beginCopyFromURL(blobs[0].url)).pollUntilDone();
  assert.equal(copied.copyStatus, "success");
  await container.delete();
});

test("storage: several clients put one blob together at once, and whoever reads sees one of them whole", async () => {
  const shared = await storageKey();
  const name = unique("node");
  await new BlobServiceClient(hub.blobEndpoint, shared).getContainerClient(name).create();
  const client = () => new BlobServiceClient(hub.blobEndpoint, shared, { retryOptions: { maxTries: 1 } }).getContainerClient(name).getBlockBlobClient("contended");
  const sent = new Set();
  const upload = async (blob) => {
    const bytes = randomBytes(2_000_001);
    sent.add(bytes.toString("base64"));
    try {
      await blob.uploadData(bytes, { blockSize: 512 * 1024, maxSingleShotSize: 1024, concurrency: 4 });
      return true;
    } catch (taken) {
      // Another one's commit took the blocks away that waited, as the published service does.
      assert.equal(taken.code, "InvalidBlockList");
      return false;
    }
  };
  assert.ok(await upload(client()));
  let writing = true;
  const reading = [1, 2].map(async () => {
    const blob = client();
    let reads = 0;
    for (; writing; reads++) {
      const whole = [];
      for await (const chunk of (await blob.download()).readableStreamBody) {
        whole.push(chunk);
      }
      assert.ok(sent.has(Buffer.concat(whole).toString("base64")), "bytes that nobody sent");
    }
    return reads;
  });
  let committed = 0;
  try {
    await Promise.all([1, 2, 3].map(async () => {
      const blob = client();
      for (let done = 0, tries = 0; done < 4; ) {
        assert.ok(++tries < 100);
        if (await upload(blob)) {
          done++;
          committed++;
        }
      }
    }));
  } finally {
    writing = false;
  }
  assert.equal(committed, 12);
  assert.ok((await Promise.all(reading)).every((reads) => reads > 0));
});

test("storage: a role that is given at a container is for that container", async () => {
  const service = new BlobServiceClient(hub.blobEndpoint, await storageKey());
  const [one, other] = [service.getContainerClient(unique("one")), service.getContainerClient(unique("other"))];
  for (const container of [one, other]) {
    await container.create();
    await container.getBlockBlobClient("there").upload("abc", 3);
  }
  const who = await newPrincipal(`${account}/blobServices/default/containers/${one.containerName}`, "ba92f5b4-2d11-453d-a403-e96b0029c9fe");
  const mine = new BlobServiceClient(hub.blobEndpoint, who);
  await mine.getContainerClient(one.containerName).getBlockBlobClient("mine").upload("abc", 3);
  assert.deepEqual((await all(mine.getContainerClient(one.containerName).listBlobsFlat())).map((b) => b.name), ["mine", "there"]);
  const there = await refusal(mine.getContainerClient(other.containerName).getBlobClient("there").downloadToBuffer());
  const nowhere = await refusal(mine.getContainerClient("nowhere").getBlobClient("there").downloadToBuffer());
  assert.deepEqual([there.statusCode, there.code], [403, nowhere.code]);
  assert.equal((await refusal(all(mine.listContainers()))).statusCode, 403);
});
