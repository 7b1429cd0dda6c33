import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { ResourceManagementClient } from "@azure/arm-resources";
import {
  AccountSASPermissions, FileSASPermissions, ShareSASPermissions, ShareFileClient, ShareServiceClient, StorageSharedKeyCredential, generateAccountSASQueryParameters, generateFileSASQueryParameters,
} from "@azure/storage-file-share";
import { AuthorizationManagementClient } from "@azure/arm-authorization";
import { all, credential, hub, newPrincipal, refusal, storageAccount as account, storageKey, unique } from "./hub.mjs";

const key = () => storageKey(StorageSharedKeyCredential);

async function newShare() {
  const share = new ShareServiceClient(hub.fileEndpoint, await key()).getShareClient(unique("node"));
  await share.create({ metadata: { team: "blue" } });
  return share;
}

test("files: the account shows where its files are", async () => {
  const resources = new ResourceManagementClient(credential, hub.subscriptionId, { endpoint: hub.httpsEndpoint, credentialScopes: ["https://management.azure.com/.default"] });
  const { properties } = await resources.resources.getById(account, "2023-05-01");
  assert.equal(properties.primaryEndpoints.file, `${hub.fileEndpoint}/`);
});

test("files: a share is filled in ranges, listed, read, renamed and deleted", async () => {
  const share = await newShare();
  const service = new ShareServiceClient(hub.fileEndpoint, await key());
  assert.deepEqual((await all(service.listShares({ prefix: share.name, includeMetadata: true }))).map((s) => [s.name, s.metadata]), [[share.name, { team: "blue" }]]);
  const folder = share.getDirectoryClient("folder ü");
  await folder.create();
  const bytes = randomBytes(9_000_001);
  const large = folder.getFileClient("large +.bin");
  await large.uploadData(bytes, { rangeSize: 1024 * 1024, concurrency: 4, fileHttpHeaders: { fileContentType: "application/x-test" }, metadata: { kind: "large" } });
  await folder.createFile("small.txt", 5);
  await folder.createSubdirectory("inner");
  assert.ok((await large.downloadToBuffer()).equals(bytes));
  assert.ok((await large.downloadToBuffer(1_000_000, 100)).equals(bytes.subarray(1_000_000, 1_000_100)));
  const properties = await large.getProperties();
  assert.deepEqual([properties.contentType, properties.contentLength, properties.metadata], ["application/x-test", 9_000_001, { kind: "large" }]);
  assert.deepEqual((await large.getRangeList()).rangeList, [{ start: 0, end: 9_000_000 }]);

  const items = await all(folder.listFilesAndDirectories());
  assert.deepEqual(items.map((i) => [i.kind, i.name]).sort(), [["directory", "inner"], ["file", "large +.bin"], ["file", "small.txt"]]);
  assert.deepEqual((await all(folder.listFilesAndDirectories({ prefix: "sm" }))).map((i) => i.name), ["small.txt"]);
  let pages = 0;
  for await (const page of folder.listFilesAndDirectories().byPage({ maxPageSize: 2 })) {
    pages += page.segment.fileItems.length + page.segment.directoryItems.length > 0 ? 1 : 0;
  }
  assert.equal(pages, 2);

  // The client that rename returns has lost the account, which it takes for a part of the host's name.
  await large.rename("folder ü/moved.bin");
  const renamed = folder.getFileClient("moved.bin");
  assert.equal((await renamed.getProperties()).metadata.kind, "large");
  assert.equal(await large.exists(), false);
  assert.equal((await refusal(folder.delete())).code, "DirectoryNotEmpty");
  await renamed.delete();
  await share.delete();
  assert.equal(await share.exists(), false);
});

test("files: ranges are cleared, files resized, leased and copied", async () => {
  const share = await newShare();
  const file = share.rootDirectoryClient.getFileClient("a");
  await file.create(4096);
  await file.uploadRange(Buffer.alloc(4096, 7), 0, 4096);
  await file.clearRange(1024, 1024);
  assert.deepEqual((await file.getRangeList()).rangeList, [{ start: 0, end: 1023 }, { start: 2048, end: 4095 }]);
  assert.deepEqual([...(await file.downloadToBuffer(1020, 8))], [7, 7, 7, 7, 0, 0, 0, 0]);
  await file.resize(2000);
  await file.setHttpHeaders({ fileContentType: "text/plain" });
  assert.deepEqual([(await file.getProperties()).contentLength, (await file.getProperties()).contentType], [2000, "text/plain"]);
  const lease = share.getShareLeaseClient();
  await lease.acquireLease(15);
  assert.equal((await refusal(share.delete())).code, "LeaseIdMissing");
  await lease.releaseLease();
  const copy = share.rootDirectoryClient.getFileClient("copy");
  assert.equal((await copy.startCopyFromURL(file.url)).copyStatus, "success");
  assert.equal((await copy.downloadToBuffer()).length, 2000);
  await share.delete();
});

test("files: signatures of a file, a share and an account, and a token by its role", async () => {
  const shared = await key();
  const share = await newShare();
  const file = share.rootDirectoryClient.getFileClient("ü b.txt");
  await file.create(6);
  await file.uploadRange("signed", 0, 6);
  const expiresOn = new Date(Date.now() + 600_000);
  const read = async (url) => (await new ShareFileClient(url).downloadToBuffer()).toString();
  assert.equal(await read(file.generateSasUrl({ permissions: FileSASPermissions.parse("r"), expiresOn })), "signed");
  assert.equal(await read(`${file.url}?${generateFileSASQueryParameters({ shareName: share.name, permissions: ShareSASPermissions.parse("r"), expiresOn }, shared)}`), "signed");
  assert.equal(await read(`${file.url}?${generateAccountSASQueryParameters({ permissions: AccountSASPermissions.parse("r"), services: "f", resourceTypes: "o", expiresOn }, shared)}`), "signed");
  assert.equal((await refusal(read(file.generateSasUrl({ permissions: FileSASPermissions.parse("d"), expiresOn })))).statusCode, 403);
  assert.equal((await refusal(read(`${file.url}?${generateAccountSASQueryParameters({ permissions: AccountSASPermissions.parse("r"), services: "b", resourceTypes: "o", expiresOn }, shared)}`))).statusCode, 403);

  const token = await credential.getToken("https://management.azure.com/.default");
  const principalId = JSON.parse(Buffer.from(token.token.split(".")[1], "base64url").toString()).oid;
  const authorization = new AuthorizationManagementClient(credential, hub.subscriptionId, { endpoint: hub.httpsEndpoint, credentialScopes: ["https://management.azure.com/.default"] });
  const roleDefinitionId = "/providers/Microsoft.Authorization/roleDefinitions/69566ab7-960f-475b-8e7c-b3118f30c6bd";
  const mine = new ShareServiceClient(hub.fileEndpoint, credential, { fileRequestIntent: "backup" }).getShareClient(share.name).rootDirectoryClient.getFileClient("ü b.txt");
  assert.equal((await refusal(mine.getProperties())).statusCode, 403);
  const assignment = await authorization.roleAssignments.create(account, crypto.randomUUID(), { roleDefinitionId, principalId, principalType: "ServicePrincipal" });
  assert.equal((await mine.downloadToBuffer()).toString(), "signed");
  const noIntent = new ShareServiceClient(hub.fileEndpoint, credential).getShareClient(share.name).rootDirectoryClient.getFileClient("ü b.txt");
  assert.equal((await refusal(noIntent.getProperties())).statusCode, 400);
  await authorization.roleAssignments.deleteById(assignment.id);
  await share.delete();
});

test("files: a role that is given at a share is for that share", async () => {
  const service = new ShareServiceClient(hub.fileEndpoint, await key());
  const [one, other] = [service.getShareClient(unique("one")), service.getShareClient(unique("other"))];
  for (const share of [one, other]) {
    await share.create();
    await share.rootDirectoryClient.createFile("there", 3);
  }
  const who = await newPrincipal(`${account}/fileServices/default/fileshares/${one.name}`, "69566ab7-960f-475b-8e7c-b3118f30c6bd");
  const mine = new ShareServiceClient(hub.fileEndpoint, who, { fileRequestIntent: "backup" });
  const root = (name) => mine.getShareClient(name).rootDirectoryClient;
  await root(one.name).getFileClient("mine").uploadData(Buffer.from("abc"));
  assert.equal((await root(one.name).getFileClient("mine").downloadToBuffer()).toString(), "abc");
  const there = await refusal(root(other.name).getFileClient("there").downloadToBuffer());
  const nowhere = await refusal(root("nowhere").getFileClient("there").downloadToBuffer());
  assert.deepEqual([there.statusCode, there.code], [403, nowhere.code]);
  assert.equal((await refusal(all(mine.listShares()))).statusCode, 403);
});
