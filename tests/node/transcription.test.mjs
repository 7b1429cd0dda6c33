import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { TranscriptionClient } from "@azure/ai-speech-transcription";
import { AzureKeyCredential } from "@azure/core-auth";
import { BlobServiceClient } from "@azure/storage-blob";
import { credential, hub, refusal, storageKey, workspace } from "./hub.mjs";

const sentence = "He might even have been made amiable himself.";
const recording = readFileSync(new URL("../Shared/Audio/amiable.wav", import.meta.url));
const withKey = (key) => new TranscriptionClient(hub.endpoint, new AzureKeyCredential(key), { allowInsecureConnection: true, retryOptions: { maxRetries: 0 } });
const clients = { key: withKey(hub.apiKey), token: new TranscriptionClient(`${hub.httpsEndpoint}/ai/${hub.aiServicesAccount}`, credential) };

for (const [name, client] of Object.entries(clients)) {
  test(`fast transcription by ${name}: the words of a recording and their times`, async () => {
    const result = await client.transcribe(recording, { locales: ["en-US"], profanityFilterMode: "Masked", phraseList: { phrases: ["amiable"] } });
    assert.equal(result.combinedPhrases[0].text, sentence);
    assert.ok(Math.abs(result.durationInMs - 3290) < 50);
    assert.equal(result.phrases[0].words.map((word) => word.text).join(" "), sentence);
    assert.ok(result.phrases[0].confidence > 0.5);
    assert.equal((await client.transcribe(recording)).combinedPhrases[0].text, sentence);
  });
}

test("fast transcription of a blob of the project, by its address", async () => {
  const { token } = await credential.getToken("https://management.azure.com/.default");
  const project = await fetch(`${hub.httpsEndpoint}${workspace(hub.project)}?api-version=2024-04-01`, { headers: { authorization: `Bearer ${token}` } });
  const container = `${(await project.json()).properties.workspaceId}-blobstore`;
  const blobs = new BlobServiceClient(hub.blobEndpoint, await storageKey());
  const blob = blobs.getContainerClient(container).getBlockBlobClient("audio/amiable.wav");
  await blob.uploadData(recording);
  const result = await withKey(hub.projectApiKey).transcribe(blob.url, { locales: ["en-US"] });
  assert.equal(result.combinedPhrases[0].text, sentence);
  assert.equal((await refusal(withKey(hub.projectApiKey).transcribe(`${blob.url}-not-there`, { locales: ["en-US"] }))).statusCode, 400);
});

test("what needs a language model is refused in words, not left out", async () => {
  for (const [options, word] of [[{ enhancedMode: { task: "translate", targetLanguage: "es" } }, "enhancedMode"], [{ models: { "en-US": "https://example.org/models/1" } }, "models"]]) {
    const refused = await refusal(clients.key.transcribe(recording, options));
    assert.equal(refused.statusCode, 501);
    assert.match(refused.message, new RegExp(word));
  }
});

test("audio that is none is refused, and so is a wrong key", async () => {
  assert.equal((await refusal(clients.key.transcribe(Buffer.from("no audio")))).statusCode, 400);
  assert.equal((await refusal(withKey("wrong").transcribe(recording))).statusCode, 401);
});
