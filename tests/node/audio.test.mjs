import assert from "node:assert/strict";
import { createReadStream } from "node:fs";
import { before, test } from "node:test";
import { CognitiveServicesManagementClient } from "@azure/arm-cognitiveservices";
import OpenAI, { AzureOpenAI, toFile } from "openai";
import { all, credential, hub, refusal, unique } from "./hub.mjs";

const recording = new URL("../Shared/Audio/amiable.wav", import.meta.url);
const said = "He might even have been made amiable himself.";
const whisper = unique("whisper");
const tts = unique("tts");
const clients = {
  OpenAI: new OpenAI({ baseURL: `${hub.endpoint}/openai/v1`, apiKey: hub.apiKey, maxRetries: 0 }),
  AzureOpenAI: new AzureOpenAI({ endpoint: hub.endpoint, apiKey: hub.apiKey, apiVersion: "2024-10-21", maxRetries: 0 }),
};

before(async () => {
  const services = new CognitiveServicesManagementClient(credential, hub.subscriptionId, { endpoint: hub.httpsEndpoint, credentialScopes: ["https://management.azure.com/.default"] });
  const account = (await all(services.accounts.listByResourceGroup(hub.resourceGroup))).find((a) => a.kind === "AIServices");
  for (const [name, model] of [[whisper, "whisper"], [tts, "gpt-4o-mini-tts"]]) {
    await services.deployments.beginCreateOrUpdateAndWait(hub.resourceGroup, account.name, name, {
      sku: { name: "Standard", capacity: 1 },
      properties: { model: { format: "OpenAI", name: model, version: "001" } },
    });
  }
});

for (const [name, client] of Object.entries(clients)) {
  test(`${name}: a recording is written down, in every format`, async () => {
    const audio = client.audio.transcriptions;
    assert.equal((await audio.create({ model: whisper, file: createReadStream(recording) })).text, said);
    const verbose = await audio.create({ model: whisper, file: createReadStream(recording), response_format: "verbose_json", timestamp_granularities: ["word", "segment"] });
    assert.equal(verbose.words.map((w) => w.word).join(" "), said.slice(0, -1));
    assert.equal(verbose.segments.length, 1);
    for (const format of ["text", "srt", "vtt"]) {
      assert.ok((await audio.create({ model: whisper, file: createReadStream(recording), response_format: format })).includes(said));
    }
  });

  test(`${name}: what is spoken is understood`, async () => {
    const sentence = "The weather is nice today and we are going to the park.";
    const answer = await client.audio.speech.create({ model: tts, input: sentence, voice: "alloy", response_format: "wav", speed: 0.9 });
    assert.equal(answer.headers.get("x-atrium-voice"), "en-US-SltFlite");
    const file = await toFile(Buffer.from(await answer.arrayBuffer()), "speech.wav");
    assert.equal((await client.audio.transcriptions.create({ model: whisper, file })).text.toLowerCase().replace(/[^a-z ]/g, ""), sentence.toLowerCase().replace(".", ""));
    const refused = await refusal(client.audio.speech.create({ model: tts, input: "Hi", voice: "nobody", response_format: "pcm" }));
    assert.equal(refused.status, 400);
    assert.match(refused.message, /no voice 'nobody'/);
  });

  test(`${name}: the text streams in events`, async () => {
    let text = "";
    for await (const event of await client.audio.transcriptions.create({ model: whisper, file: createReadStream(recording), stream: true, chunking_strategy: { type: "server_vad" } })) {
      text = event.type === "transcript.text.delta" ? text + event.delta : event.text;
    }
    assert.equal(text, said);
  });

  test(`${name}: speech is translated; what is none is refused`, async () => {
    assert.equal((await client.audio.translations.create({ model: whisper, file: createReadStream(recording) })).text, said);
    const empty = await refusal(client.audio.transcriptions.create({ model: whisper, file: await toFile(Buffer.alloc(0), "empty.wav") }));
    assert.equal(empty.status, 400);
    assert.equal((await refusal(client.audio.transcriptions.create({ model: whisper, file: createReadStream(recording), language: "fr" }))).status, 501);
  });
}
