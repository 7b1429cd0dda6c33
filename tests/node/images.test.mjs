import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { CognitiveServicesManagementClient } from "@azure/arm-cognitiveservices";
import { ResourceManagementClient } from "@azure/arm-resources";
import OpenAI, { AzureOpenAI, toFile } from "openai";
import { credential, hub, refusal, unique, workspace } from "./hub.mjs";

const endpoint = { endpoint: hub.httpsEndpoint, credentialScopes: ["https://management.azure.com/.default"] };
const clients = {
  OpenAI: new OpenAI({ baseURL: `${hub.endpoint}/openai/v1`, apiKey: hub.apiKey, maxRetries: 0 }),
  AzureOpenAI: new AzureOpenAI({ endpoint: hub.endpoint, apiKey: hub.apiKey, apiVersion: "2025-04-01-preview", maxRetries: 0 }),
};
const asked = [];
const server = createServer((request, response) => {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    asked.push({ path: request.url, body: Buffer.concat(chunks).toString("latin1") });
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ created: 1700000000, data: [{ b64_json: "AAAA" }] }));
  });
});
const name = unique("painter");

before(async () => {
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const resources = new ResourceManagementClient(credential, hub.subscriptionId, endpoint);
  const services = new CognitiveServicesManagementClient(credential, hub.subscriptionId, endpoint);
  const connection = `${workspace(hub.hub)}/connections/${name}`;
  await resources.resources.beginCreateOrUpdateByIdAndWait(connection, "2024-04-01", {
    properties: { category: "OpenAI", authType: "ApiKey", target: `http://127.0.0.1:${server.address().port}`, credentials: { key: "k" } },
  });
  await services.deployments.beginCreateOrUpdateAndWait(hub.resourceGroup, hub.aiServicesAccount, name, { properties: { model: { format: "OpenAI", name: "gpt-image-1", source: connection } } });
});
after(() => server.close());

for (const [client, openai] of Object.entries(clients)) {
  test(`${client}: an image is made through a connection`, async () => {
    const made = await openai.images.generate({ model: name, prompt: "a corgi in a field", size: "1024x1024" });
    assert.equal(made.data[0].b64_json, "AAAA");
    assert.equal(asked.at(-1).path, "/v1/images/generations");
    assert.equal(JSON.parse(asked.at(-1).body).model, "gpt-image-1");
  });

  test(`${client}: an image is changed through a connection`, async () => {
    const made = await openai.images.edit({ model: name, prompt: "a red hat", image: await toFile(Buffer.from("PNG"), "dog.png", { type: "image/png" }) });
    assert.equal(made.data[0].b64_json, "AAAA");
    assert.equal(asked.at(-1).path, "/v1/images/edits");
    assert.match(asked.at(-1).body, /gpt-image-1/);
  });

  test(`${client}: without a connection images are 501`, async () => {
    const error = await refusal(openai.images.generate({ model: "chat", prompt: "a corgi" }));
    assert.equal(error.status, 501);
    assert.match(error.message, /connection/);
  });
}
