import assert from "node:assert/strict";
import { test } from "node:test";
import { AzureKeyCredential, TextAnalyticsClient } from "@azure/ai-text-analytics";
import { hub, refusal } from "./hub.mjs";

const client = new TextAnalyticsClient(hub.endpoint, new AzureKeyCredential(hub.apiKey), { allowInsecureConnection: true });

test("text analytics: languages with a hint, and an empty document's error", async () => {
  const results = await client.detectLanguage(["Guten Morgen, wie geht es Ihnen heute?", ""], "fr", { includeStatistics: true });
  assert.equal(results[0].primaryLanguage.iso6391Name, "de");
  assert.equal(results[0].statistics.characterCount, 38);
  assert.equal(results[1].error.code, "InvalidDocument");
  assert.equal(results.statistics.documentCount, 2);
});

test("text analytics: sentiment by sentence, and opinions are refused", async () => {
  const [review] = await client.analyzeSentiment(["The room was wonderful. The food was terrible."]);
  assert.equal(review.sentiment, "mixed");
  assert.deepEqual(review.sentences.map((sentence) => [sentence.sentiment, sentence.offset]), [["positive", 0], ["negative", 24]]);
  const refused = await refusal(client.analyzeSentiment(["The food was terrible."], "en", { includeOpinionMining: true }));
  assert.equal(refused.statusCode, 501);
});

test("text analytics: key phrases", async () => {
  const [phrases] = await client.extractKeyPhrases(["Dr. Smith has a very modern medical office, and she has great staff."]);
  assert.deepEqual(phrases.keyPhrases.slice(0, 2), ["modern medical office", "great staff"]);
});

test("text analytics: personal data is masked", async () => {
  const [masked] = await client.recognizePiiEntities(["😀 mail a@example.com, call 312-555-1234"], "en", { categoriesFilter: ["Email", "URL"] });
  assert.equal(masked.redactedText, "😀 mail *************, call 312-555-1234");
  assert.deepEqual(masked.entities.map((entity) => [entity.category, entity.offset, entity.length]), [["Email", 8, 13]]);
});

test("text analytics: too many documents, and what has no engine", async () => {
  const many = await refusal(client.recognizePiiEntities(Array.from({ length: 6 }, () => "a")));
  assert.equal(many.statusCode, 400);
  assert.match(many.message, /at most 5 documents/);
  assert.equal((await refusal(client.recognizeEntities(["Paris"]))).statusCode, 501);
  assert.equal((await refusal(client.recognizeLinkedEntities(["Paris"]))).statusCode, 501);
});

test("text analytics: several actions on the same texts", async () => {
  const actions = { extractKeyPhrasesActions: [{ modelVersion: "latest" }], recognizePiiEntitiesActions: [{}], analyzeSentimentActions: [{ disableServiceLogs: true }] };
  const documents = Array.from({ length: 21 }, (_, i) => `The modern medical office number ${i} has mail a@example.com.`);
  const poller = await client.beginAnalyzeActions(documents, actions, "en", { updateIntervalInMs: 100, displayName: "three" });
  const pages = [];
  for await (const page of await poller.pollUntilDone()) pages.push(page);
  assert.equal(poller.getOperationState().displayName, "three");
  assert.equal(poller.getOperationState().actionsSucceededCount, 3);
  assert.equal(pages.length, 2);
  assert.equal(pages[0].recognizePiiEntitiesResults[0].results[0].redactedText, "The modern medical office number 0 has mail *************.");
  assert.ok(pages[1].extractKeyPhrasesResults[0].results.length > 0);
  assert.equal(pages[0].analyzeSentimentResults[0].results[0].sentiment, "neutral");
});
