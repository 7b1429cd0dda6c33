// What the pages ask of the browser. One function each; nothing runs by itself.

// Its time zone, and the languages that it asks pages for.
export const about = () => [Intl.DateTimeFormat().resolvedOptions().timeZone, navigator.languages.join(',')];

export const show = selector => document.querySelector(selector)?.scrollIntoView({ block: 'nearest' });

export function setMode(mode, language) {
  document.documentElement.dataset.mode = mode;
  document.documentElement.lang = language;
}

export async function copy(text) {
  await navigator.clipboard.writeText(text);
}

export function download(name, type, text) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

export function toEnd(selector) {
  const box = document.querySelector(selector);
  if (box) box.scrollTop = box.scrollHeight;
}

// What is typed between a shortcut and the field that it opens: the server draws that field, and nobody waits for it.
const longestAhead = 3_000;
let ahead;

function typeAhead(event) {
  if (!ahead || performance.now() > ahead.end) return false;
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  if (event.key.length === 1) ahead.text += event.key;
  else if (event.key === 'Backspace') ahead.text = ahead.text.slice(0, -1);
  else return false;
  event.preventDefault();
  return true;
}

// Gives the keyboard to a field, and what was typed before it was there.
export function takeKeyboard(selector) {
  const box = document.querySelector(selector);
  box?.focus();
  if (box && ahead?.text) {
    box.value = ahead.text;
    box.dispatchEvent(new Event('input', { bubbles: true }));
  }
  ahead = undefined;
}

// Shortcuts of the whole portal. Those without Ctrl do not fire while somebody types.
export function listen(page) {
  const open = name => {
    ahead = document.getElementById(name) ? undefined : { text: '', end: performance.now() + longestAhead };
    page.invokeMethodAsync('OnShortcutAsync', name);
  };
  const onKey = event => {
    if (typeAhead(event)) return;
    const types = event.target.closest?.('input, textarea, select, [contenteditable]');
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
      event.preventDefault();
      open('palette');
    } else if (event.key === '/' && !types && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      open('palette');
    }
  };
  document.addEventListener('keydown', onKey);
  return { dispose: () => document.removeEventListener('keydown', onKey) };
}

const returns = new Map();

export function openDialog(id, page) {
  const dialog = document.getElementById(id);
  if (!dialog || dialog.open) return;
  returns.set(id, document.activeElement);
  dialog.addEventListener('cancel', event => {
    event.preventDefault();
    page.invokeMethodAsync('CloseAsync');
  });
  dialog.showModal();
  dialog.querySelector('[autofocus], .body input, .body select, .body textarea')?.focus();
}

// The dialog is gone from the page by then.
export function closeDialog(id) {
  returns.get(id)?.focus?.();
  returns.delete(id);
}

// Text that is being typed, kept in this tab until it is sent: a page that had to be loaded anew has it again.
export function keepDraft(selector, name) {
  const box = document.querySelector(selector);
  if (!box) return;
  const key = `draft:${name}`;
  box.value ||= sessionStorage.getItem(key) ?? '';
  box.addEventListener('input', () => sessionStorage.setItem(key, box.value));
}

// What was typed, to be sent: the box is empty then, and so is what was kept.
export function take(selector, name) {
  const box = document.querySelector(selector);
  if (!box) return '';
  const text = box.value.trim();
  box.value = '';
  sessionStorage.removeItem(`draft:${name}`);
  return text;
}

// Enter sends, Shift+Enter is a new line.
export function sendOnEnter(selector, page) {
  document.querySelector(selector)?.addEventListener('keydown', event => {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      page.invokeMethodAsync('SendAsync');
    }
  });
}

// Shows a file that was chosen, without sending it anywhere.
export function preview(input, target) {
  const file = document.querySelector(input)?.files?.[0];
  const shown = document.querySelector(target);
  if (!file || !shown) return;
  URL.revokeObjectURL(shown.src);
  shown.src = URL.createObjectURL(file);
}

// Gives a player a sound that was just made, and plays it.
export async function sound(target, type, stream) {
  const player = document.querySelector(target);
  const bytes = await stream.arrayBuffer();
  if (!player) return;
  URL.revokeObjectURL(player.src);
  player.src = URL.createObjectURL(new Blob([bytes], { type }));
  // Not waited for. Where the browser wants a click first, the player has a button.
  player.play().catch(() => {});
}

// The microphone, as 16-bit samples that a worklet collects.
let recording;

export async function record() {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1, echoCancellation: true } });
  const context = new AudioContext({ sampleRate: 16000 });
  await context.audioWorklet.addModule('./_content/Atrium.Portal/recorder.js');
  const node = new AudioWorkletNode(context, 'recorder', { numberOfOutputs: 0 });
  const parts = [];
  node.port.onmessage = event => parts.push(event.data);
  context.createMediaStreamSource(stream).connect(node);
  recording = { stream, context, parts };
}

// The recording as a WAV file; nothing when there was none.
export async function recorded() {
  if (!recording) return new Uint8Array();
  const { stream, context, parts } = recording;
  recording = undefined;
  stream.getTracks().forEach(track => track.stop());
  const rate = context.sampleRate;
  await context.close();
  const count = parts.reduce((sum, part) => sum + part.length, 0);
  const file = new DataView(new ArrayBuffer(44 + count * 2));
  const word = (at, text) => [...text].forEach((letter, i) => file.setUint8(at + i, letter.charCodeAt(0)));
  word(0, 'RIFF'); file.setUint32(4, 36 + count * 2, true); word(8, 'WAVEfmt ');
  file.setUint32(16, 16, true); file.setUint16(20, 1, true); file.setUint16(22, 1, true);
  file.setUint32(24, rate, true); file.setUint32(28, rate * 2, true); file.setUint16(32, 2, true); file.setUint16(34, 16, true);
  word(36, 'data'); file.setUint32(40, count * 2, true);
  let at = 44;
  for (const part of parts) for (const sample of part) { file.setInt16(at, Math.max(-1, Math.min(1, sample)) * 32767, true); at += 2; }
  return new Uint8Array(file.buffer);
}
