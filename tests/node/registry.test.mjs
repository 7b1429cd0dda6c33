import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { ContainerRegistryClient, ContainerRegistryContentClient } from "@azure/container-registry";
import { all, credential, hub, refusal, unique } from "./hub.mjs";

const options = { audience: "https://containerregistry.azure.net" };
const name = unique("team/app-");

test("container registry: an image is pushed, found, changed and deleted by the published client", async () => {
  const content = new ContainerRegistryContentClient(hub.registryEndpoint, name, credential, options);
  const config = await content.uploadBlob(Buffer.from("{}"));
  const layer = await content.uploadBlob(Buffer.from("layer"));
  assert.equal(layer.digest, `sha256:${createHash("sha256").update("layer").digest("hex")}`);
  const pushed = await content.setManifest(
    {
      schemaVersion: 2,
      config: { mediaType: "application/vnd.oci.image.config.v1+json", digest: config.digest, size: config.sizeInBytes },
      layers: [{ mediaType: "application/vnd.oci.image.layer.v1.tar", digest: layer.digest, size: layer.sizeInBytes }],
    },
    { tag: "v1" },
  );
  const back = await content.getManifest("v1");
  assert.equal(back.digest, pushed.digest);
  assert.equal(back.manifest.layers[0].digest, layer.digest);
  const chunks = [];
  for await (const chunk of (await content.downloadBlob(layer.digest)).content) {
    chunks.push(chunk);
  }
  assert.equal(Buffer.concat(chunks).toString(), "layer");

  const client = new ContainerRegistryClient(hub.registryEndpoint, credential, options);
  assert.ok((await all(client.listRepositoryNames())).includes(name));
  const repository = client.getRepository(name);
  assert.equal((await repository.getProperties()).manifestCount, 1);
  const artifact = repository.getArtifact("v1");
  assert.deepEqual((await all(artifact.listTagProperties())).map((tag) => tag.name), ["v1"]);
  assert.equal((await artifact.updateTagProperties("v1", { canWrite: false })).canWrite, false);
  await artifact.updateTagProperties("v1", { canWrite: true });
  assert.equal((await all(repository.listManifestProperties()))[0].digest, pushed.digest);
  await artifact.deleteTag("v1");
  assert.equal((await refusal(content.getManifest("v1"))).statusCode, 404);
  await client.deleteRepository(name);
  assert.equal((await refusal(repository.getProperties())).statusCode, 404);
});
