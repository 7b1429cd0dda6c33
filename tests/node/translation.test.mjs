import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import createClient, { isUnexpected } from "@azure-rest/ai-translation-text";
import createClientV3, { isUnexpected as isUnexpectedV3 } from "ai-translation-text-v3";
import { hub } from "./hub.mjs";

const local = { allowInsecureConnection: true };
const client = createClient(hub.endpoint, { key: hub.apiKey, region: "local" }, { ...local });
const older = createClientV3(hub.endpoint, { key: hub.apiKey, region: "local" }, { ...local });
const withoutPair = existsSync("/usr/share/apertium/modes/eng-spa.mode") ? false : "Apertium with apertium-eng-spa is not installed";

test("translator: texts into several languages", { skip: withoutPair }, async () => {
  const answer = await client.path("/translate").post({
    body: { inputs: [{ text: "The red house.", language: "en", targets: [{ language: "es" }] }, { text: "La casa es muy grande y los niños están jugando.", targets: [{ language: "en" }] }] },
  });
  assert.equal(isUnexpected(answer), false, JSON.stringify(answer.body));
  assert.equal(answer.body.value[0].translations[0].text, "La casa roja.");
  assert.equal(answer.body.value[1].detectedLanguage.language, "es");
  assert.match(answer.body.value[1].translations[0].text, /^The house is very big/);
});

test("translator: HTML at an account's own address", { skip: withoutPair }, async () => {
  const answer = await createClient(`${hub.endpoint}/ai/${hub.aiServicesAccount}`, { key: hub.apiKey, region: "local" }, { ...local }).path("/translate").post({ body: { inputs: [{ text: "<p>The <b>dog</b></p>", language: "en", textType: "Html", targets: [{ language: "es" }] }] } });
  assert.equal(answer.body.value?.[0].translations[0].text, "<p>El <b>perro</b></p>", JSON.stringify(answer.body));
});

test("translator: languages and refusals", async () => {
  const languages = await client.path("/languages").get();
  assert.equal(isUnexpected(languages), false);
  assert.equal(withoutPair !== false || "es" in languages.body.translation, true);
  const refused = await client.path("/translate").post({ body: { inputs: [{ text: "a", targets: [{ language: "xx" }] }] } });
  assert.equal(isUnexpected(refused), true);
  assert.deepEqual([refused.status, refused.body.error.code], ["400", 400036]);
});

test("translator 3.0: translate with options, sentences, errors", { skip: withoutPair }, async () => {
  const answer = await older.path("/translate").post({
    body: [{ text: "The house. The dog." }],
    queryParameters: { to: "es", from: "en", includeSentenceLength: true, profanityAction: "Marked" },
  });
  assert.equal(isUnexpectedV3(answer), false, JSON.stringify(answer.body));
  assert.equal(answer.body[0].translations[0].text, "La casa. El perro.");
  assert.deepEqual(answer.body[0].translations[0].sentLen.srcSentLen, [11, 8]);
  const sentences = await older.path("/breaksentence").post({ body: [{ text: "One. Two." }], queryParameters: { language: "en" } });
  assert.deepEqual(sentences.body[0].sentLen, [5, 4]);
  const refused = await older.path("/transliterate").post({ body: [{ text: "a" }], queryParameters: { language: "ja", fromScript: "Jpan", toScript: "Latn" } });
  assert.deepEqual([refused.status, refused.body.error.code], ["501", 501000]);
});
