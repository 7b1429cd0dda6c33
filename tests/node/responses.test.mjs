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
