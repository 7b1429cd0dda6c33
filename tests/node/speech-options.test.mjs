// What the official Speech client can ask of a recognition: served, or refused in words.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import sdk from "microsoft-cognitiveservices-speech-sdk";
import { hub } from "./hub.mjs";

const recording = readFileSync(new URL("../Shared/Audio/amiable.wav", import.meta.url));

/** What is recognized, or why not. */
function recognize({ configure = () => {}, prepare = () => {}, audio = recording }) {
  const config = sdk.SpeechConfig.fromHost(new URL(hub.endpoint.replace("http", "ws")), hub.apiKey);
  config.speechRecognitionLanguage = "en-US";
  configure(config);
  const recognizer = new sdk.SpeechRecognizer(config, sdk.AudioConfig.fromWavFileInput(audio));
  prepare(recognizer);
  return new Promise((resolve, reject) => {
    recognizer.recognizeOnceAsync((result) => {
      recognizer.close();
      resolve(result.reason === sdk.ResultReason.Canceled ? sdk.CancellationDetails.fromResult(result).errorDetails : result.text);
    }, reject);
  });
}

test("speech recognition: the judgement of pronunciation is refused in words, not left out", async () => {
  const assessment = new sdk.PronunciationAssessmentConfig("He might even have been made amiable himself", sdk.PronunciationAssessmentGradingSystem.HundredMark);
  assert.match(await recognize({ prepare: (recognizer) => assessment.applyTo(recognizer) }), /No embedded model judges pronunciation/);
});

test("speech recognition: a custom model is refused in words", async () => {
  assert.match(await recognize({ configure: (config) => { config.endpointId = "0a1b"; } }), /custom model/);
});

test("speech recognition: a name that nobody expects is heard once a phrase list has it", async () => {
  const config = sdk.SpeechConfig.fromHost(new URL(hub.endpoint.replace("http", "ws")), hub.apiKey);
  config.speechSynthesisVoiceName = "slt";
  config.speechSynthesisOutputFormat = sdk.SpeechSynthesisOutputFormat.Riff16Khz16BitMonoPcm;
  const synthesizer = new sdk.SpeechSynthesizer(config, null);
  const { audioData } = await new Promise((resolve, reject) => synthesizer.speakTextAsync("We will talk to Contoso about the new contract tomorrow.", resolve, reject));
  synthesizer.close();
  const audio = Buffer.from(audioData);
  const list = (...phrases) => (recognizer) => sdk.PhraseListGrammar.fromRecognizer(recognizer).addPhrases(phrases);
  const weighted = (weight) => (recognizer) => {
    list("Contoso")(recognizer);
    sdk.PhraseListGrammar.fromRecognizer(recognizer).setWeight(weight);
  };
  assert.doesNotMatch(await recognize({ audio }), /Contoso/);
  assert.match(await recognize({ audio, prepare: list("Fabrikam", "Contoso") }), /Contoso/);
  assert.doesNotMatch(await recognize({ audio, prepare: list("Fabrikam", "Northwind Traders") }), /Contoso|Fabrikam|Northwind/);
  assert.doesNotMatch(await recognize({ audio, prepare: weighted(0) }), /Contoso/);
});

test("speech recognition: dictation and phrases that are expected are taken", async () => {
  const prepare = (recognizer) => sdk.PhraseListGrammar.fromRecognizer(recognizer).addPhrases(["amiable", "Contoso"]);
  assert.equal(await recognize({ configure: (config) => config.enableDictation(), prepare }), "He might even have been made amiable himself.");
});
