import assert from "node:assert/strict";
import { test } from "node:test";
import { AzureKeyCredential, TextAnalysisClient } from "@azure/ai-language-text";
import { hub } from "./hub.mjs";

const client = new TextAnalysisClient(hub.endpoint, new AzureKeyCredential(hub.apiKey), { allowInsecureConnection: true });

test("text analysis: languages, and an empty document's error", async () => {
  const [german, empty] = await client.analyze("LanguageDetection", ["Guten Morgen, wie geht es Ihnen heute?", ""]);
  assert.equal(german.primaryLanguage.iso6391Name, "de");
  assert.equal(empty.error.code, "InvalidDocument");
});

test("text analysis: sentiment by sentence", async () => {
  const [review] = await client.analyze("SentimentAnalysis", ["The room was wonderful. The food was terrible."]);
  assert.equal(review.sentiment, "mixed");
  assert.deepEqual(review.sentences.map((sentence) => sentence.sentiment), ["positive", "negative"]);
  assert.equal(review.sentences[1].text, "The food was terrible.");
});

test("text analysis: key phrases", async () => {
  const [phrases] = await client.analyze("KeyPhraseExtraction", ["Dr. Smith has a very modern medical office, and she has great staff."]);
  assert.deepEqual(phrases.keyPhrases.slice(0, 2), ["modern medical office", "great staff"]);
});

test("text analysis: personal data is masked", async () => {
  const [masked] = await client.analyze("PiiEntityRecognition", ["😀 mail a@example.com"], "en", { stringIndexType: "Utf16CodeUnit" });
  assert.equal(masked.redactedText, "😀 mail *************");
  assert.deepEqual(masked.entities.map((entity) => [entity.category, entity.offset, entity.length]), [["Email", 8, 13]]);
});

test("text analysis: several actions on the same texts", async () => {
  const poller = await client.beginAnalyzeBatch([{ kind: "KeyPhraseExtraction" }, { kind: "PiiEntityRecognition", actionName: "data" }], ["The modern medical office has mail a@example.com."], "en", { updateIntervalInMs: 100 });
  const actions = [];
  for await (const action of await poller.pollUntilDone()) actions.push(action);
  assert.deepEqual(actions.map((action) => action.kind), ["KeyPhraseExtraction", "PiiEntityRecognition"]);
  assert.ok(actions[0].results[0].keyPhrases.includes("modern medical office"));
  assert.equal(actions[1].results[0].redactedText, "The modern medical office has mail *************.");
});
