import assert from "node:assert/strict";
import { test } from "node:test";
import sdk from "microsoft-cognitiveservices-speech-sdk";
import { hub } from "./hub.mjs";

const voice = "en-US-JennyNeural";
const plain = new URL(hub.endpoint.replace(/^http/, "ws"));
const secure = new URL(hub.httpsEndpoint.replace(/^http/, "ws"));

function config(host = plain, key = hub.apiKey) {
  const made = sdk.SpeechConfig.fromHost(host, key);
  made.speechSynthesisVoiceName = voice;
  return made;
}

/** Speaks, and closes: the result, and the events that `listen` asked for. */
function speak(settings, method, text, listen = () => {}) {
  const synthesizer = new sdk.SpeechSynthesizer(settings, null);
  listen(synthesizer);
  return new Promise((resolve, reject) => synthesizer[method](text, resolve, reject)).finally(() => synthesizer.close());
}

const ssml = (body) =>
  `<speak version='1.0' xmlns='http://www.w3.org/2001/10/synthesis' xmlns:mstts='https://www.w3.org/2001/mstts' xml:lang='en-US'><voice name='${voice}'>${body}</voice></speak>`;

test("speech synthesis: text becomes a WAV file, with words, sentences, bookmarks and visemes as they are heard", async () => {
  const settings = config();
  settings.setProperty(sdk.PropertyId.SpeechServiceResponse_RequestSentenceBoundary, "true");
  const words = [], sentences = [], bookmarks = [], visemes = [];
  const text = ssml("Hello, <bookmark mark='here'/>world. How are you?");
  const result = await speak(settings, "speakSsmlAsync", text, (synthesizer) => {
    synthesizer.wordBoundary = (_, e) => (e.boundaryType === sdk.SpeechSynthesisBoundaryType.Sentence ? sentences : words).push(e);
    synthesizer.bookmarkReached = (_, e) => bookmarks.push(e);
    synthesizer.visemeReceived = (_, e) => visemes.push(e);
  });
  assert.equal(result.reason, sdk.ResultReason.SynthesizingAudioCompleted, result.errorDetails);
  const audio = Buffer.from(result.audioData);
  assert.equal(audio.toString("latin1", 0, 4), "RIFF");
  const seconds = (audio.length - 44) / 32000;
  assert.ok(seconds > 1.5 && seconds < 5, `${seconds} s`);
  assert.ok(Math.abs(result.audioDuration / 1e7 - seconds) < 0.1);
  assert.deepEqual(words.map((w) => w.text), ["Hello", ",", "world", ".", "How", "are", "you", "?"]);
  assert.ok(words.every((w, i) => i === 0 || w.audioOffset >= words[i - 1].audioOffset));
  assert.equal(text.substr(words[2].textOffset, 5), "world");
  assert.deepEqual(sentences.map((s) => s.text), ["Hello, world.", "How are you?"]);
  assert.deepEqual(bookmarks.map((b) => b.text), ["here"]);
  assert.ok(visemes.length > 15 && visemes.some((v) => v.visemeId === 8));
});

test("speech synthesis: every output format of the client is made or refused in words", async () => {
  const refused = [];
  for (const [name, value] of Object.entries(sdk.SpeechSynthesisOutputFormat).filter(([, v]) => typeof v === "number")) {
    const settings = config();
    settings.speechSynthesisOutputFormat = value;
    const result = await speak(settings, "speakTextAsync", "Hello.");
    if (result.reason === sdk.ResultReason.Canceled) {
      assert.match(result.errorDetails, /audio format/, name);
      refused.push(name);
    } else {
      assert.ok(result.audioData.byteLength > 1000, name);
    }
  }
  const never = ["Riff16Khz16KbpsMonoSiren", "Audio16Khz16KbpsMonoSiren", "Raw16Khz16BitMonoTrueSilk", "Raw24Khz16BitMonoTrueSilk", "AmrWb16000Hz"];
  assert.deepEqual(refused.filter((name) => !name.endsWith("Mp3") && !never.includes(name)), []);
});

test("speech synthesis: wrong documents and voices are reported as bad requests with what is wrong", async () => {
  const wrong = await speak(config(), "speakSsmlAsync", ssml("<blink>a</blink>"));
  assert.equal(wrong.reason, sdk.ResultReason.Canceled);
  assert.match(wrong.errorDetails, /no element 'blink'.*1007/);
  assert.equal(wrong.properties.getProperty("CancellationErrorCode"), "BadRequestParameters");
  const settings = config();
  settings.speechSynthesisVoiceName = "en-US-NobodyNeural";
  assert.match((await speak(settings, "speakTextAsync", "Hi")).errorDetails, /no voice 'en-US-NobodyNeural'/);
});

test("speech synthesis: a wrong key is refused before the connection is made", async () => {
  const result = await speak(config(plain, "wrong"), "speakTextAsync", "Hi").catch((error) => ({ reason: sdk.ResultReason.Canceled, errorDetails: String(error) }));
  assert.equal(result.reason, sdk.ResultReason.Canceled);
  assert.match(result.errorDetails, /Unable to contact server|401/);
});

test("speech synthesis: one connection says several texts, also over TLS", async () => {
  for (const host of [plain, secure]) {
    const synthesizer = new sdk.SpeechSynthesizer(config(host), null);
    const say = (text) => new Promise((resolve, reject) => synthesizer.speakTextAsync(text, resolve, reject));
    const lengths = [];
    for (const text of ["One.", "One and two and three and four."]) {
      const result = await say(text);
      assert.equal(result.reason, sdk.ResultReason.SynthesizingAudioCompleted, result.errorDetails);
      lengths.push(result.audioData.byteLength);
    }
    synthesizer.close();
    assert.ok(lengths[1] > lengths[0] * 1.5, lengths.join());
  }
});

test("speech synthesis: text that is streamed is spoken as it comes", async () => {
  const synthesizer = new sdk.SpeechSynthesizer(config(), null);
  const request = new sdk.SpeechSynthesisRequest(sdk.SpeechSynthesisRequestInputType.TextStream);
  const speaking = new Promise((resolve, reject) => synthesizer.speakAsync(request, resolve, reject));
  let heard = 0;
  synthesizer.synthesizing = (_, e) => (heard += e.result.audioData.byteLength);
  request.inputStream.write("This is the first sentence. And this is");
  for (let i = 0; i < 300 && heard === 0; i++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.ok(heard > 0, "The first sentence is spoken while the second is being written.");
  request.inputStream.write(" the second one.");
  request.inputStream.close();
  const result = await speaking;
  synthesizer.close();
  assert.equal(result.reason, sdk.ResultReason.SynthesizingAudioCompleted, result.errorDetails);
  assert.ok(result.audioData.byteLength / 32000 > 2.5);
});

test("speech synthesis: the voices are listed, with who really speaks", async () => {
  const synthesizer = new sdk.SpeechSynthesizer(sdk.SpeechConfig.fromHost(new URL(hub.endpoint), hub.apiKey), null);
  const list = await synthesizer.getVoicesAsync("en-US");
  synthesizer.close();
  assert.equal(list.reason, sdk.ResultReason.VoicesListRetrieved, list.errorDetails);
  const jenny = list.voices.find((v) => v.shortName === voice);
  assert.equal(jenny.gender, sdk.SynthesisVoiceGender.Female);
  assert.equal(jenny.extendedPropertyMap.SpokenBy, "en-US-SltFlite");
});
