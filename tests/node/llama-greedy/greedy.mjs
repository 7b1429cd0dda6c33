import { getLlama } from "node-llama-cpp";

const [modelPath, text, count, adapter] = process.argv.slice(2);
const llama = await getLlama({ build: "never", gpu: false, progressLogs: false, logLevel: "error" });
const model = await llama.loadModel({ modelPath });
const context = await model.createContext({ contextSize: 512, threads: 1, ...(adapter ? { lora: adapter } : {}) });
const prompt = [model.tokens.bos, ...model.tokenize(text)];
const answer = [];
for await (const token of context.getSequence().evaluate(prompt, { temperature: 0 })) {
  answer.push(token);
  if (answer.length >= Number(count)) break;
}
console.log(JSON.stringify({ prompt, answer }));
process.exit(0);
