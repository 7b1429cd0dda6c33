// Starts a hub of its own, runs every *.test.mjs against it with the official clients, and stops it.
// The authority file is made by the hub, and Node reads NODE_EXTRA_CA_CERTS only at start: hence a second process for the tests.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const atrium = join(here, "..", "..", "atrium");
const data = mkdtempSync(join(tmpdir(), "atrium-node-"));

let exitCode = 1;
try {
  execFileSync(atrium, ["up", "--data", data, "--port", "0"], { stdio: ["ignore", "inherit", "inherit"] });
  const status = execFileSync(atrium, ["status", "--data", data, "-o", "json"], { encoding: "utf8" });
  const tests = spawnSync(process.execPath, ["--test", "--test-reporter=tap", ...process.argv.slice(2)], {
    cwd: here,
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, NODE_EXTRA_CA_CERTS: JSON.parse(status).caFile, ATRIUM_STATUS: status },
  });
  exitCode = tests.status ?? 1;
} finally {
  spawnSync(atrium, ["down", "--data", data], { stdio: "ignore" });
  rmSync(data, { recursive: true, force: true });
}
process.exit(exitCode);
