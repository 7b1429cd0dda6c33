import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import ImageAnalysis from "@azure-rest/ai-vision-image-analysis";
import { AzureKeyCredential } from "@azure/core-auth";
import { hub } from "./hub.mjs";

const create = ImageAnalysis.default ?? ImageAnalysis;
const client = create(hub.endpoint, new AzureKeyCredential(hub.apiKey), { allowInsecureConnection: true });
const image = (name) => readFileSync(new URL(`../Shared/Images/${name}`, import.meta.url));
const analyze = (features, body, query = {}) =>
  client.path("/imageanalysis:analyze").post({ body, queryParameters: { features, ...query }, contentType: "application/octet-stream" });

test("image analysis: text is read with its words and their places", async () => {
  const answer = await analyze(["Read"], image("sign.png"));
  assert.equal(answer.status, "200");
  const lines = answer.body.readResult.blocks[0].lines;
  assert.deepEqual(lines.map((line) => line.text), ["EXIT", "Gate 12"]);
  assert.equal(lines[0].words[0].boundingPolygon.length, 4);
});

test("image analysis: every feature is answered", async () => {
  const answer = await analyze(["Tags", "Caption", "DenseCaptions", "Objects", "People", "SmartCrops"], image("sign.png"), { "smartCrops-aspect-ratios": [0.9, 1.33] });
  assert.equal(answer.status, "200");
  assert.equal(answer.body.metadata.width, 480);
  assert.ok(answer.body.captionResult.text.length > 0);
  assert.ok(Array.isArray(answer.body.objectsResult.values));
  assert.deepEqual(answer.body.smartCropsResult.values.map((crop) => crop.aspectRatio), [0.9, 1.33]);
});

test("image analysis: an unknown feature is refused in the service's words", async () => {
  const answer = await analyze(["Faces"], image("sign.png"));
  assert.equal(answer.status, "400");
  assert.equal(answer.body.error.innererror.code, "NotSupportedVisualFeature");
});
