import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { test } from "node:test";
import OpenAI, { AzureOpenAI, toFile } from "openai";
import { all, hub, refusal } from "./hub.mjs";

const clients = {
  OpenAI: new OpenAI({ baseURL: `${hub.endpoint}/openai/v1`, apiKey: hub.apiKey, maxRetries: 0 }),
  AzureOpenAI: new AzureOpenAI({ endpoint: hub.endpoint, apiKey: hub.apiKey, apiVersion: "2024-10-21", maxRetries: 0 }),
};
const line = (id) => JSON.stringify({ custom_id: id, method: "POST", url: "/v1/embeddings", body: { model: "embeddings", input: `sentence ${id}` } });

for (const [name, client] of Object.entries(clients)) {
  test(`${name}: a file is uploaded, listed, read and deleted`, async () => {
    const file = await client.files.create({ file: await toFile(Buffer.from("hello"), "hello.txt"), purpose: "user_data" });
    assert.equal(file.bytes, 5);
    assert.equal((await client.files.retrieve(file.id)).filename, "hello.txt");
    assert.equal(await (await client.files.content(file.id)).text(), "hello");
    assert.ok((await all(client.files.list({ purpose: "user_data" }))).some((f) => f.id === file.id));
    await client.files.delete(file.id);
    assert.equal((await refusal(client.files.retrieve(file.id))).status, 404);
  });

  test(`${name}: a batch answers its lines`, async () => {
    const file = await client.files.create({ file: await toFile(Buffer.from(["a", "b", "c"].map(line).join("\n")), "in.jsonl"), purpose: "batch" });
    let batch = await client.batches.create({ input_file_id: file.id, endpoint: "/v1/embeddings", completion_window: "24h" });
    while (["validating", "in_progress", "finalizing"].includes(batch.status)) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      batch = await client.batches.retrieve(batch.id);
    }
    assert.deepEqual([batch.status, batch.request_counts], ["completed", { total: 3, completed: 3, failed: 0 }]);
    const read = (o) => o.response.body;
    const output = (await (await client.files.content(batch.output_file_id)).text()).trim().split("\n").map((text) => JSON.parse(text));
    assert.deepEqual(output.map((o) => o.custom_id).sort(), ["a", "b", "c"]);
    assert.equal(read(output[0]).data[0].embedding.length, 512);
    const tokens = output.reduce((sum, o) => sum + read(o).usage.prompt_tokens, 0);
    assert.deepEqual([batch.model, batch.usage.input_tokens, batch.usage.output_tokens, batch.usage.total_tokens], [read(output[0]).model, tokens, 0, tokens]);
    assert.ok((await all(client.batches.list())).some((b) => b.id === batch.id));
  });
}

test("OpenAI: a batch of responses whose output is kept for two hours, good lines and bad", async () => {
  const client = clients.OpenAI;
  const ask = (id, body) => JSON.stringify({ custom_id: id, method: "POST", url: "/v1/responses", body: { model: "chat", ...body } });
  const lines = [ask("good", { instructions: "The office opens at nine.", input: "When does the office open?" }), ask("bad", { input: "x", top_k: 1 })];
  const file = await client.files.create({ file: await toFile(Buffer.from(lines.join("\n")), "in.jsonl"), purpose: "batch", expires_after: { anchor: "created_at", seconds: 3600 } });
  assert.equal(file.expires_at, file.created_at + 3600);
  let batch = await client.batches.create({
    input_file_id: file.id, endpoint: "/v1/responses", completion_window: "24h", metadata: { team: "a" }, output_expires_after: { anchor: "created_at", seconds: 7200 },
  });
  while (["validating", "in_progress", "finalizing"].includes(batch.status)) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    batch = await client.batches.retrieve(batch.id);
  }
  assert.deepEqual([batch.status, batch.request_counts, batch.metadata], ["completed", { total: 2, completed: 1, failed: 1 }, { team: "a" }]);
  for (const id of [batch.output_file_id, batch.error_file_id]) {
    const kept = await client.files.retrieve(id);
    assert.equal(kept.expires_at, kept.created_at + 7200);
  }
  const read = async (id) => JSON.parse(await (await client.files.content(id)).text());
  assert.match((await read(batch.output_file_id)).response.body.output[0].content[0].text, /opens at nine/);
  assert.equal((await read(batch.error_file_id)).response.body.error.param, "top_k");
});

test("OpenAI: a file comes in parts", async () => {
  const client = new OpenAI({ baseURL: `${hub.endpoint}/openai/v1`, apiKey: hub.apiKey, maxRetries: 0 });
  const bytes = randomBytes(1_000_003);
  const upload = await client.uploads.create({ filename: "parts.bin", purpose: "user_data", bytes: bytes.length, mime_type: "application/octet-stream" });
  const parts = [];
  for (let at = 0; at < bytes.length; at += 400_000) parts.push((await client.uploads.parts.create(upload.id, { data: await toFile(bytes.subarray(at, at + 400_000), "part") })).id);
  const done = await client.uploads.complete(upload.id, { part_ids: parts, md5: createHash("md5").update(bytes).digest("hex") });
  assert.equal(done.status, "completed");
  assert.ok(Buffer.from(await (await client.files.content(done.file.id)).arrayBuffer()).equals(bytes));
  assert.equal((await client.files.delete(done.file.id)).deleted, true);
  const other = await client.uploads.create({ filename: "parts.bin", purpose: "user_data", bytes: 1, mime_type: "application/octet-stream" });
  assert.equal((await client.uploads.cancel(other.id)).status, "cancelled");
});
