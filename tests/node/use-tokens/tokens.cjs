// tokens.cjs VOCABULARY: of a JSON array of texts on standard input the tokens of each.
const { readFileSync } = require("node:fs");
const { Tokenizer } = require("@tensorflow-models/universal-sentence-encoder/dist/tokenizer/index.js");

const tokenizer = new Tokenizer(JSON.parse(readFileSync(process.argv[2], "utf8")));
console.log(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map((text) => tokenizer.encode(text))));
