import assert from "node:assert/strict";
import { test } from "node:test";
import OpenAI, { AzureOpenAI } from "openai";
import { all, hub, refusal } from "./hub.mjs";

const clients = {
  OpenAI: new OpenAI({ baseURL: `${hub.endpoint}/openai/v1`, apiKey: hub.apiKey, maxRetries: 0 }),
  AzureOpenAI: new AzureOpenAI({ endpoint: hub.endpoint, apiKey: hub.apiKey, apiVersion: "2025-04-01-preview", maxRetries: 0 }),
};
const instructions = "The office opens at nine. The canteen serves lunch from noon.";

for (const [name, client] of Object.entries(clients)) {
  test(`${name}: a response is made, goes on, is read and deleted`, async () => {
    const first = await client.responses.create({ model: "chat", input: instructions });
    const second = await client.responses.create({ model: "chat", input: "When does the office open?", previous_response_id: first.id });
    assert.match(second.output_text, /opens at nine/);
    const counted = await client.responses.inputTokens.count({ model: "chat", input: "When does the office open?", previous_response_id: first.id });
    assert.equal(counted.input_tokens, second.usage.input_tokens);
    assert.equal((await client.responses.retrieve(second.id)).output_text, second.output_text);
    assert.equal((await all(client.responses.inputItems.list(second.id, { order: "asc", limit: 2 }))).length, 3);
    await client.responses.delete(second.id);
    assert.equal((await refusal(client.responses.retrieve(second.id))).status, 404);
  });

  test(`${name}: a response is streamed`, async () => {
    const types = [];
    let text = "";
    let whole;
    for await (const event of await client.responses.create({ model: "chat", instructions, input: "When does the office open?", stream: true })) {
      types.push(event.type);
      text += event.type === "response.output_text.delta" ? event.delta : "";
      whole = event.type === "response.completed" ? event.response : whole;
    }
    assert.equal(types[0], "response.created");
    assert.equal(whole.output[0].content[0].text, text);
    assert.match(text, /opens at nine/);
  });
}

for (const [name, client] of Object.entries(clients)) {
  test(`${name}: a response in the background is polled to its end`, async () => {
    let response = await client.responses.create({ model: "chat", instructions, input: "When does the office open?", background: true });
    for (let i = 0; i < 600 && ["queued", "in_progress"].includes(response.status); i++) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      response = await client.responses.retrieve(response.id);
    }
    assert.equal(response.status, "completed");
    assert.match(response.output_text, /opens at nine/);
    assert.equal((await client.responses.cancel(response.id)).status, "completed");
  });

  test(`${name}: a stream in the background is left and taken up again`, async () => {
    const stream = await client.responses.create({ model: "chat", instructions, input: "When does the office open?", background: true, stream: true });
    let id;
    let seen;
    for await (const event of stream) {
      id ??= event.response.id;
      seen = event.sequence_number;
      if (event.type === "response.in_progress") break;
    }
    const rest = [];
    for await (const event of await client.responses.retrieve(id, { stream: true, starting_after: seen })) rest.push(event);
    assert.equal(rest[0].sequence_number, seen + 1);
    assert.equal(rest.at(-1).type, "response.completed");
    assert.match(rest.at(-1).response.output[0].content[0].text, /opens at nine/);
  });

  test(`${name}: a conversation is made, gone on from, listed and deleted`, async () => {
    const conversation = await client.conversations.create({ items: [{ type: "message", role: "user", content: instructions }], metadata: { topic: "office" } });
    const answer = await client.responses.create({ model: "chat", input: "When does the office open?", conversation: conversation.id });
    assert.match(answer.output_text, /opens at nine/);
    const items = await all(client.conversations.items.list(conversation.id, { order: "asc", limit: 2 }));
    assert.deepEqual(items.map((item) => item.role), ["user", "user", "assistant"]);
    assert.equal((await client.conversations.items.retrieve(items[0].id, { conversation_id: conversation.id })).content[0].text, instructions);
    await client.conversations.items.delete(items[0].id, { conversation_id: conversation.id });
    assert.deepEqual((await client.conversations.update(conversation.id, { metadata: { topic: "lunch" } })).metadata, { topic: "lunch" });
    assert.equal((await client.conversations.delete(conversation.id)).deleted, true);
    assert.equal((await refusal(client.conversations.retrieve(conversation.id))).status, 404);
  });
}

test("OpenAI: parameters of a response are served or refused by their names", async () => {
  const client = clients.OpenAI;
  const ask = (more) => client.responses.create({ model: "chat", instructions, input: "When does the office open?", ...more });
  const served = await ask({ store: false, include: ["reasoning.encrypted_content"], metadata: { team: "a" }, truncation: "disabled", service_tier: "auto", max_tool_calls: 2 });
  assert.deepEqual([served.status, served.metadata, served.service_tier, served.max_tool_calls, served.store], ["completed", { team: "a" }, "default", 2, false]);
  assert.equal((await refusal(client.responses.retrieve(served.id))).status, 404);
  for (const [more, param] of [[{ truncation: "auto" }, "truncation"], [{ include: ["nothing"] }, "include"], [{ top_k: 3 }, "top_k"], [{ reasoning: { summary: "detailed" } }, "reasoning.summary"]]) {
    const refused = await refusal(ask(more));
    assert.deepEqual([refused.status, refused.param], [400, param]);
  }
});
