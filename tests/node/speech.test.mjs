import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { createServer } from "node:http";
import { test } from "node:test";
import { CognitiveServicesManagementClient } from "@azure/arm-cognitiveservices";
import { ResourceManagementClient } from "@azure/arm-resources";
import sdk from "microsoft-cognitiveservices-speech-sdk";
import { credential, hub, unique, workspace } from "./hub.mjs";

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
  for (let i = 0; i < 3600 && heard === 0; i++) {
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

const withoutEspeak = existsSync("/usr/bin/espeak-ng") && existsSync("/usr/bin/bwrap") ? false : "espeak-ng is not installed";

test("speech synthesis: another language is spoken, with its words and bookmarks as they are heard", { skip: withoutEspeak }, async () => {
  const settings = config();
  const words = [], bookmarks = [];
  const text = "<speak version='1.0' xmlns='http://www.w3.org/2001/10/synthesis' xml:lang='de-DE'><voice name='de-DE-KatjaNeural'>Guten Tag, <bookmark mark='here'/>liebe Freunde.</voice></speak>";
  const result = await speak(settings, "speakSsmlAsync", text, (synthesizer) => {
    synthesizer.wordBoundary = (_, e) => words.push(e);
    synthesizer.bookmarkReached = (_, e) => bookmarks.push(e);
  });
  assert.equal(result.reason, sdk.ResultReason.SynthesizingAudioCompleted, result.errorDetails);
  assert.deepEqual(words.map((w) => w.text), ["Guten", "Tag", ",", "liebe", "Freunde", "."]);
  assert.equal(text.substr(words[3].textOffset, 5), "liebe");
  assert.ok(words.every((w, i) => i === 0 || w.audioOffset >= words[i - 1].audioOffset));
  assert.deepEqual(bookmarks.map((b) => b.text), ["here"]);
  settings.speechSynthesisVoiceName = "fr-FR-HenriNeural";
  const french = await speak(settings, "speakTextAsync", "Bonjour à tous.");
  assert.equal(french.reason, sdk.ResultReason.SynthesizingAudioCompleted, french.errorDetails);
  assert.ok(french.audioDuration > 0.7e7 && french.audioDuration < 4e7, `${french.audioDuration}`);
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

/** Words as they are compared: no punctuation, no capitals. */
const bare = (text) => text.toLowerCase().replace(/[^a-z ]/g, "").split(/\s+/).filter(Boolean);

/** How many words of one are not in their order in the other. */
function differences(said, heard) {
  const [a, b] = [bare(said), bare(heard)];
  const costs = Array.from({ length: a.length + 1 }, (_, i) => Array.from({ length: b.length + 1 }, (_, j) => (i === 0 ? j : j === 0 ? i : 0)));
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      costs[i][j] = Math.min(costs[i - 1][j] + 1, costs[i][j - 1] + 1, costs[i - 1][j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
  }
  return costs[a.length][b.length];
}

function listener(audio, settings = config()) {
  return new sdk.SpeechRecognizer(settings, sdk.AudioConfig.fromWavFileInput(Buffer.from(audio)));
}

const once = (recognizer) => new Promise((resolve, reject) => recognizer.recognizeOnceAsync(resolve, reject)).finally(() => recognizer.close());

test("speech: what one client says another one understands, over ws and wss", async () => {
  const sentence = "The weather is nice today and we are going to the park.";
  for (const host of [plain, secure]) {
    const spoken = await speak(config(host), "speakTextAsync", sentence);
    assert.equal(spoken.reason, sdk.ResultReason.SynthesizingAudioCompleted, spoken.errorDetails);
    const heard = await once(listener(spoken.audioData, config(host)));
    assert.equal(heard.reason, sdk.ResultReason.RecognizedSpeech, heard.errorDetails);
    assert.ok(differences(sentence, heard.text) <= 1, heard.text);
    assert.ok(heard.duration > 2e7 && heard.offset < 1e7);
  }
});

test("speech recognition: details have their words with times", async () => {
  const spoken = await speak(config(), "speakTextAsync", "Good morning, my name is Alice.");
  const settings = config();
  settings.outputFormat = sdk.OutputFormat.Detailed;
  settings.requestWordLevelTimestamps();
  const heard = await once(listener(spoken.audioData, settings));
  assert.equal(heard.reason, sdk.ResultReason.RecognizedSpeech, heard.errorDetails);
  const best = JSON.parse(heard.json).NBest[0];
  assert.equal(best.Display, heard.text);
  assert.ok(best.Confidence > 0 && best.Confidence <= 1);
  assert.equal(best.Words.length, bare(heard.text).length);
  assert.ok(best.Words.every((word, i) => i === 0 || word.Offset >= best.Words[i - 1].Offset));
});

test("speech recognition: it goes on from phrase to phrase, with interim results", async () => {
  const sentences = ["The first sentence is about the weather.", "The second sentence is about the garden.", "The third sentence is the last one."];
  const spoken = await speak(config(), "speakSsmlAsync", ssml(sentences.join("<break time='1500ms'/>")));
  const recognizer = listener(spoken.audioData);
  const phrases = [], interim = [], starts = [];
  const stopped = new Promise((resolve, reject) => {
    recognizer.recognizing = (_, e) => interim.push(e.result.text);
    recognizer.recognized = (_, e) => e.result.reason === sdk.ResultReason.RecognizedSpeech && phrases.push(e.result);
    recognizer.speechStartDetected = (_, e) => starts.push(e.offset);
    recognizer.canceled = (_, e) => e.reason === sdk.CancellationReason.Error && reject(new Error(e.errorDetails));
    recognizer.sessionStopped = resolve;
  });
  await new Promise((resolve, reject) => recognizer.startContinuousRecognitionAsync(resolve, reject));
  await stopped;
  await new Promise((resolve, reject) => recognizer.stopContinuousRecognitionAsync(resolve, reject));
  recognizer.close();
  assert.equal(phrases.length, 3, phrases.map((p) => p.text).join(" | "));
  phrases.forEach((phrase, i) => assert.ok(differences(sentences[i], phrase.text) <= 2, phrase.text));
  assert.ok(phrases.every((p, i) => i === 0 || p.offset > phrases[i - 1].offset + phrases[i - 1].duration));
  assert.ok(interim.length >= 2, `${interim.length} interim results`);
  assert.ok(starts.length >= 1);
});

test("speech recognition: silence is no match; another language is refused in words", async () => {
  const silence = Buffer.alloc(44 + 32000 * 7);
  Buffer.from((await speak(config(), "speakTextAsync", "x")).audioData).copy(silence, 0, 0, 44);
  const heard = await once(listener(silence));
  assert.equal(heard.reason, sdk.ResultReason.NoMatch, heard.errorDetails);
  const german = config();
  german.speechRecognitionLanguage = "de-DE";
  const refused = await once(listener(silence, german));
  assert.equal(refused.reason, sdk.ResultReason.Canceled);
  assert.match(refused.errorDetails, /understands English only, not 'de-DE'/);
});

const among = (audioData, ...languages) =>
  once(sdk.SpeechRecognizer.FromConfig(config(), sdk.AutoDetectSourceLanguageConfig.fromLanguages(languages), sdk.AudioConfig.fromWavFileInput(Buffer.from(audioData))));

test("speech recognition: English is told from other candidate languages by ear; without English among them it is refused", async () => {
  const sentence = "The weather is nice today and we are going to the park.";
  const spoken = await speak(config(), "speakTextAsync", sentence);
  const heard = await among(spoken.audioData, "de-DE", "en-GB", "fr-FR");
  assert.equal(heard.reason, sdk.ResultReason.RecognizedSpeech, heard.errorDetails);
  assert.ok(differences(sentence, heard.text) <= 2, heard.text);
  const detected = sdk.AutoDetectSourceLanguageResult.fromResult(heard);
  assert.equal(detected.language, "en-GB");
  assert.match(detected.languageDetectionConfidence, /High|Medium/);
  const refused = await among(spoken.audioData, "de-DE", "fr-FR");
  assert.equal(refused.reason, sdk.ResultReason.Canceled);
  assert.match(refused.errorDetails, /understands English only, not 'de-DE, fr-FR'/);
});

test("speech recognition: another language than English is no match, named where it is the only other candidate", { skip: withoutEspeak }, async () => {
  const settings = config();
  settings.speechSynthesisVoiceName = "de-DE-FemaleEspeak";
  settings.speechSynthesisOutputFormat = sdk.SpeechSynthesisOutputFormat.Riff16Khz16BitMonoPcm;
  const spoken = await speak(settings, "speakTextAsync", "Guten Tag, wir fahren morgen mit dem Zug nach Hamburg zu unseren Freunden.");
  const heard = await among(spoken.audioData, "en-US", "de-DE");
  assert.equal(heard.reason, sdk.ResultReason.NoMatch, heard.errorDetails);
  assert.equal(sdk.AutoDetectSourceLanguageResult.fromResult(heard).language, "de-DE");
  assert.match(heard.json, /German \(Germany\).*transcriptions:transcribe/);
  const several = await among(spoken.audioData, "en-US", "de-DE", "it-IT");
  assert.equal(several.reason, sdk.ResultReason.NoMatch, several.errorDetails);
  assert.match(several.json, /which other language/);
});

test("speech recognition: of several candidate languages a server behind a connection tells which it is, at the start and continuously", async () => {
  const asked = [];
  const server = createServer((request, response) => {
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      const language = /name="?language"?\r\n\r\n(\w+)/.exec(Buffer.concat(chunks).toString("latin1"))?.[1] ?? ["german", "french"][asked.length % 2];
      asked.push(language);
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ language, duration: 1, text: language.startsWith("fr") ? "Bonjour." : "Guten Tag.", segments: [{ avg_logprob: -0.1 }] }));
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint = { endpoint: hub.httpsEndpoint, credentialScopes: ["https://management.azure.com/.default"] };
  const resources = new ResourceManagementClient(credential, hub.subscriptionId, endpoint);
  const services = new CognitiveServicesManagementClient(credential, hub.subscriptionId, endpoint);
  const connection = `${workspace(hub.hub)}/connections/${unique("ears")}`;
  await resources.resources.beginCreateOrUpdateByIdAndWait(connection, "2024-04-01", {
    properties: { category: "OpenAI", authType: "ApiKey", target: `http://127.0.0.1:${server.address().port}`, credentials: { key: "k" } },
  });
  await services.deployments.beginCreateOrUpdateAndWait(hub.resourceGroup, hub.aiServicesAccount, "transcriber", { properties: { model: { format: "OpenAI", name: "whisper-large", source: connection } } });
  try {
    const settings = config();
    settings.speechSynthesisOutputFormat = sdk.SpeechSynthesisOutputFormat.Raw16Khz16BitMonoPcm;
    const phrase = Buffer.from((await speak(settings, "speakTextAsync", "This is a sentence.")).audioData);
    for (const [mode, expected] of [[sdk.LanguageIdMode.AtStart, ["de-DE", "de-DE"]], [sdk.LanguageIdMode.Continuous, ["de-DE", "fr-FR"]]]) {
      asked.length = 0;
      const candidates = sdk.AutoDetectSourceLanguageConfig.fromSourceLanguageConfigs([sdk.SourceLanguageConfig.fromLanguage("en-US"), sdk.SourceLanguageConfig.fromLanguage("de-DE"), sdk.SourceLanguageConfig.fromLanguage("fr-FR")]);
      candidates.mode = mode;
      const push = sdk.AudioInputStream.createPushStream(sdk.AudioStreamFormat.getWaveFormatPCM(16000, 16, 1));
      const recognizer = sdk.SpeechRecognizer.FromConfig(config(), candidates, sdk.AudioConfig.fromStreamInput(push));
      const heard = [];
      const done = new Promise((resolve, reject) => {
        recognizer.recognized = (_, e) => e.result.text && heard.push([sdk.AutoDetectSourceLanguageResult.fromResult(e.result), e.result.text]);
        recognizer.canceled = (_, e) => (e.reason === sdk.CancellationReason.Error ? reject(new Error(e.errorDetails)) : resolve());
        recognizer.sessionStopped = () => resolve();
      });
      await new Promise((resolve, reject) => recognizer.startContinuousRecognitionAsync(resolve, reject));
      for (const piece of [phrase, Buffer.alloc(48000), phrase, Buffer.alloc(48000)]) {
        push.write(new Uint8Array(piece).buffer);
      }
      push.close();
      await done;
      await new Promise((resolve, reject) => recognizer.stopContinuousRecognitionAsync(resolve, reject));
      recognizer.close();
      assert.deepEqual(heard.map(([detected]) => detected.language), expected, JSON.stringify(heard));
      assert.ok(heard.every(([detected]) => detected.languageDetectionConfidence === "High"));
      assert.equal(heard[1][1], expected[1] === "fr-FR" ? "Bonjour." : "Guten Tag.");
    }
  } finally {
    await services.deployments.beginDeleteAndWait(hub.resourceGroup, hub.aiServicesAccount, "transcriber");
    server.close();
  }
});

test("speech recognition: a wrong key is refused", async () => {
  const spoken = await speak(config(), "speakTextAsync", "Hello.");
  const refused = await once(listener(spoken.audioData, config(plain, "wrong")));
  assert.equal(refused.reason, sdk.ResultReason.Canceled);
  assert.match(refused.errorDetails, /Unable to contact server/);
});

test("speech recognition: one recogniser listens again and again", async () => {
  const push = sdk.AudioInputStream.createPushStream(sdk.AudioStreamFormat.getWaveFormatPCM(24000, 16, 1));
  const settings = config();
  settings.speechSynthesisOutputFormat = sdk.SpeechSynthesisOutputFormat.Raw24Khz16BitMonoPcm;
  const recognizer = new sdk.SpeechRecognizer(config(), sdk.AudioConfig.fromStreamInput(push));
  for (const text of ["This is the first question.", "And this is the second one."]) {
    push.write((await speak(settings, "speakTextAsync", text)).audioData);
    push.write(new ArrayBuffer(48000));
    const heard = await new Promise((resolve, reject) => recognizer.recognizeOnceAsync(resolve, reject));
    assert.ok(differences(text, heard.text ?? "") <= 1, `${heard.text} ${heard.errorDetails}`);
  }
  push.close();
  recognizer.close();
});

const withoutPair = existsSync("/usr/share/apertium/modes/eng-spa.mode") ? false : "Apertium with apertium-eng-spa is not installed";

function translator(audio, change = () => {}) {
  const settings = sdk.SpeechTranslationConfig.fromHost(plain, hub.apiKey);
  settings.speechRecognitionLanguage = "en-US";
  change(settings);
  return new sdk.TranslationRecognizer(settings, sdk.AudioConfig.fromWavFileInput(Buffer.from(audio)));
}

for (const [name, change] of [["universal", () => {}], ["older", (settings) => settings.setProperty("SPEECH-ForceV1Endpoint", "true")]]) {
  test(`speech translation: a sentence is heard and translated, with interim results (${name} address)`, { skip: withoutPair }, async () => {
    const sentence = "The weather is nice today and we are going to the park.";
    const spoken = await speak(config(), "speakTextAsync", sentence);
    const recognizer = translator(spoken.audioData, (settings) => { settings.addTargetLanguage("es"); settings.addTargetLanguage("ca"); change(settings); });
    const interim = [];
    recognizer.recognizing = (_, e) => interim.push(e.result.translations.get("es"));
    const heard = await once(recognizer);
    assert.equal(heard.reason, sdk.ResultReason.TranslatedSpeech, heard.errorDetails);
    assert.ok(differences(sentence, heard.text) <= 1, heard.text);
    assert.match(heard.translations.get("es"), / hoy y .* parque/i);
    assert.match(heard.translations.get("ca"), / avui i .* parc/i);
    assert.ok(heard.offset < 1e7 && heard.duration > 2e7);
    assert.ok(interim.every((text) => typeof text === "string"), interim.join(" | "));
  });

  test(`speech translation: the translation is spoken, phrase by phrase (${name} address)`, async () => {
    const spoken = await speak(config(), "speakTextAsync", "Good morning, my name is Alice.");
    const recognizer = translator(spoken.audioData, (settings) => { settings.addTargetLanguage("en"); settings.voiceName = voice; change(settings); });
    const pieces = [];
    const done = new Promise((resolve, reject) => {
      recognizer.synthesizing = (_, e) => (e.result.reason === sdk.ResultReason.SynthesizingAudio ? pieces.push(Buffer.from(e.result.audio)) : e.result.reason === sdk.ResultReason.SynthesizingAudioCompleted ? resolve() : reject(new Error("The speech was broken off.")));
      recognizer.canceled = (_, e) => e.reason === sdk.CancellationReason.Error && reject(new Error(e.errorDetails));
    });
    await new Promise((resolve, reject) => recognizer.startContinuousRecognitionAsync(resolve, reject));
    await done;
    await new Promise((resolve, reject) => recognizer.stopContinuousRecognitionAsync(resolve, reject));
    recognizer.close();
    const heard = await once(listener(Buffer.concat(pieces)));
    assert.ok(differences("Good morning, my name is Alice.", heard.text) <= 1, heard.text);
  });
}

test("speech translation: a language that nothing here translates into is refused in words", async () => {
  const spoken = await speak(config(), "speakTextAsync", "Hello.");
  const refused = await once(translator(spoken.audioData, (settings) => settings.addTargetLanguage("ja")));
  assert.equal(refused.reason, sdk.ResultReason.Canceled);
  assert.match(refused.errorDetails, /No engine here translates from 'en' to 'ja'/);
});

test("conversation transcription: of each phrase it is told who says it, and of interim results not", async () => {
  const lines = [["en-US-JennyNeural", "contract", "Please send the signed contract back by the end of next week."], ["en-GB-RyanNeural", "apples", "My brother bought seven apples and a bottle of fresh milk yesterday."]];
  const said = [...lines, ...lines].map(([name, , text]) => `<voice name='${name}'>${text}<break time='900ms'/></voice>`).join("");
  const spoken = await speak(config(), "speakSsmlAsync", `<speak version='1.0' xmlns='http://www.w3.org/2001/10/synthesis' xml:lang='en-US'>${said}</speak>`);
  assert.equal(spoken.reason, sdk.ResultReason.SynthesizingAudioCompleted, spoken.errorDetails);
  const transcriber = new sdk.ConversationTranscriber(config(), sdk.AudioConfig.fromWavFileInput(Buffer.from(spoken.audioData)));
  const phrases = [], interim = [];
  const stopped = new Promise((resolve, reject) => {
    transcriber.transcribing = (_, e) => interim.push(e.result.speakerId);
    transcriber.transcribed = (_, e) => e.result.reason === sdk.ResultReason.RecognizedSpeech && e.result.text && phrases.push(e.result);
    transcriber.canceled = (_, e) => e.reason === sdk.CancellationReason.Error && reject(new Error(e.errorDetails));
    transcriber.sessionStopped = resolve;
  });
  await new Promise((resolve, reject) => transcriber.startTranscribingAsync(resolve, reject));
  await stopped;
  await new Promise((resolve, reject) => transcriber.stopTranscribingAsync(resolve, reject));
  transcriber.close();
  const who = phrases.map((p) => [lines.findIndex(([, word]) => p.text.includes(word)), p.speakerId]);
  assert.deepEqual(who, [[0, "Guest-1"], [1, "Guest-2"], [0, "Guest-1"], [1, "Guest-2"]], JSON.stringify(phrases.map((p) => p.text)));
  assert.ok(interim.every((id) => id === "Unknown"), interim.join());
});
