// peer.mjs azurite|s3rver FOLDER: runs that server on a free port of loopback until standard input ends, so it goes with whoever started it, however he ends.
// Says "listening PORT" when it is ready. Account and secret: peer, of the environment's PEER_SECRET (base64).
import { mkdirSync } from "node:fs";
import { createRequire } from "node:module";

const [name, folder] = process.argv.slice(2);
const require = createRequire(import.meta.url);
process.stdin.resume();
process.stdin.on("end", () => process.exit());

if (name === "azurite") {
  process.env.AZURITE_ACCOUNTS = `peer:${process.env.PEER_SECRET}`;
  const say = console.log;
  console.log = (text, ...rest) => {
    const found = /listens on http:\/\/[^:]+:(\d+)/.exec(String(text));
    say(found ? `listening ${found[1]}` : text, ...rest);
  };
  process.argv = [process.argv[0], "azurite-blob", "--blobPort", "0", "--location", folder, "--silent", "--disableTelemetry", "--skipApiVersionCheck"];
  require("azurite/dist/src/blob/main.js");
} else {
  const S3rver = require("s3rver");
  const accounts = require("s3rver/lib/models/account");
  new accounts("peer", "Peer").createKeyPair("peer", process.env.PEER_SECRET);
  mkdirSync(folder, { recursive: true });
  const { port } = await new S3rver({ address: "127.0.0.1", port: 0, directory: folder, silent: true, configureBuckets: [{ name: "contents" }] }).run();
  console.log(`listening ${port}`);
}
