// Runs beside the page, on the sound's own thread: passes on what the microphone hears.
registerProcessor('recorder', class extends AudioWorkletProcessor {
  process([input]) {
    if (input[0]) this.port.postMessage(input[0].slice());
    return true;
  }
});
