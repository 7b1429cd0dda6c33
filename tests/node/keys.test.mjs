import assert from "node:assert/strict";
import { createHash, createPublicKey, generateKeyPairSync, publicEncrypt, randomBytes, verify, constants } from "node:crypto";
import { before, test } from "node:test";
import { CryptographyClient, KeyClient } from "@azure/keyvault-keys";
import { all, credential, refusal, unique } from "./hub.mjs";
import { vaultUri } from "./vault.mjs";

const officer = "14b46e9e-c2b7-41b4-b07b-48a6ebf60603";
const options = { disableChallengeResourceVerification: true };
const soon = { intervalInMs: 50 };
let client;

before(async () => {
  client = new KeyClient(await vaultUri(officer), credential, options);
});

/** A client that knows a key by its address only; it asks the vault for the public half, and for all that takes the private one. */
const remote = (key) => new CryptographyClient(key.id, credential, options);

test("key vault keys: a key is made, listed, changed, deleted, recovered, backed up, purged and restored", async () => {
  const name = unique("key-");
  const first = await client.createRsaKey(name, { keySize: 2048 });
  const key = await client.createRsaKey(name, { keySize: 3072, tags: { team: "a" }, expiresOn: new Date("2035-01-01T00:00:00Z") });
  assert.equal(key.key.n.length, 384);
  assert.equal(key.key.d, undefined);
  assert.equal(key.properties.recoveryLevel, "Recoverable+Purgeable");
  assert.equal((await client.getKey(name)).properties.version, key.properties.version);
  assert.equal((await client.getKey(name, { version: first.properties.version })).key.n.length, 256);
  assert.equal((await all(client.listPropertiesOfKeyVersions(name))).length, 2);
  assert.ok((await all(client.listPropertiesOfKeys())).some((found) => found.name === name));

  const changed = await client.updateKeyProperties(name, { keyOps: ["sign", "verify"], tags: { team: "b" } });
  assert.deepEqual([changed.keyOperations, changed.properties.tags.team], [["sign", "verify"], "b"]);

  const deleted = await (await client.beginDeleteKey(name, soon)).pollUntilDone();
  assert.ok(deleted.properties.scheduledPurgeDate > deleted.properties.deletedOn);
  assert.equal((await refusal(client.getKey(name))).code, "KeyNotFound");
  assert.ok((await all(client.listDeletedKeys())).some((found) => found.name === name));
  await (await client.beginRecoverDeletedKey(name, soon)).pollUntilDone();

  const backup = await client.backupKey(name);
  await (await client.beginDeleteKey(name, soon)).pollUntilDone();
  await client.purgeDeletedKey(name);
  assert.equal((await refusal(client.getDeletedKey(name))).statusCode, 404);
  assert.equal((await client.restoreKeyBackup(backup)).properties.version, key.properties.version);
});

test("key vault keys: what the client encrypts or wraps the vault decrypts and unwraps", async () => {
  const key = await client.createRsaKey(unique("rsa-"));
  const plaintext = randomBytes(32);
  const [local, vault] = [new CryptographyClient(key, credential, options), remote(key)];
  for (const algorithm of ["RSA-OAEP", "RSA-OAEP-256", "RSA1_5"]) {
    const sealed = await local.encrypt({ algorithm, plaintext });
    assert.deepEqual(Buffer.from((await vault.decrypt({ algorithm, ciphertext: sealed.result })).result), plaintext);
    const wrapped = await vault.wrapKey(algorithm, plaintext);
    assert.equal(wrapped.keyID, key.id);
    assert.deepEqual(Buffer.from((await local.unwrapKey(algorithm, wrapped.result)).result), plaintext);
  }

  // By an address without a version: the current one.
  const named = new CryptographyClient(key.id.slice(0, key.id.lastIndexOf("/")), credential, options);
  const wrapped = await named.wrapKey("RSA-OAEP-256", plaintext);
  assert.deepEqual(Buffer.from((await named.unwrapKey("RSA-OAEP-256", wrapped.result)).result), plaintext);
});

test("key vault keys: what the vault signs the client proves", async () => {
  const rsa = remote(await client.createRsaKey(unique("rsa-")));
  for (const [algorithm, hash] of [["RS256", "sha256"], ["RS512", "sha512"], ["PS256", "sha256"], ["PS384", "sha384"]]) {
    const digest = createHash(hash).update("text").digest();
    const { result } = await rsa.sign(algorithm, digest);
    assert.equal((await rsa.verify(algorithm, digest, result)).result, true);
    assert.equal((await rsa.verify(algorithm, createHash(hash).update("other").digest(), result)).result, false);
  }

  for (const [curve, algorithm, hash] of [["P-256", "ES256", "sha256"], ["P-384", "ES384", "sha384"], ["P-521", "ES512", "sha512"]]) {
    const key = await client.createEcKey(unique("ec-"), { curve });
    const digest = createHash(hash).update("text").digest();
    const { result } = await remote(key).sign(algorithm, digest);
    assert.equal((await remote(key).verify(algorithm, digest, result)).result, true);
    const { kty, crv, x, y } = key.key;
    const jwk = { kty, crv, x: Buffer.from(x).toString("base64url"), y: Buffer.from(y).toString("base64url") };
    assert.ok(verify(hash, Buffer.from("text"), { key: createPublicKey({ key: jwk, format: "jwk" }), dsaEncoding: "ieee-p1363" }, Buffer.from(result)));
  }
});

test("key vault keys: an imported key decrypts what was encrypted for it elsewhere", async () => {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const exported = privateKey.export({ format: "jwk" });
  const jwk = { kty: "RSA", ...Object.fromEntries(Object.entries(exported).filter(([name]) => name !== "kty").map(([name, value]) => [name, Buffer.from(value, "base64url")])) };
  const key = await client.importKey(unique("import-"), jwk);
  const ciphertext = publicEncrypt({ key: publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha256" }, Buffer.from("hidden"));
  assert.equal(Buffer.from((await remote(key).decrypt({ algorithm: "RSA-OAEP-256", ciphertext })).result).toString(), "hidden");
});

test("key vault keys: a disabled key, an operation that is not the key's and a kind that is not here are refused by their codes", async () => {
  const key = await client.createRsaKey(unique("off-"), { keyOps: ["sign", "decrypt", "wrapKey"], enabled: false });
  const disabled = await refusal(remote(key).sign("RS256", randomBytes(32)));
  assert.deepEqual([disabled.statusCode, disabled.code, disabled.details.error.innerError.code], [403, "Forbidden", "KeyDisabled"]);
  await client.updateKeyProperties(key.name, { enabled: true, keyOps: ["sign"] });
  const forbidden = await refusal(remote(await client.getKey(key.name)).decrypt({ algorithm: "RSA-OAEP", ciphertext: randomBytes(256) }));
  assert.match(forbidden.message, /decrypt/i);
  for (const create of [() => client.createOctKey(unique("oct-")), () => client.createRsaKey(unique("hsm-"), { hsm: true }), () => client.createRsaKey(unique("out-"), { exportable: true })]) {
    assert.deepEqual([(await refusal(create())).statusCode], [400]);
  }
});

test("key vault keys: rotation makes a version of the same kind, whose expiry is the policy's", async () => {
  const key = await client.createEcKey(unique("turn-"), { curve: "P-384" });
  const policy = await client.updateKeyRotationPolicy(key.name, {
    expiresIn: "P90D",
    lifetimeActions: [{ action: "Rotate", timeAfterCreate: "P60D" }, { action: "Notify", timeBeforeExpiry: "P10D" }],
  });
  assert.equal(policy.expiresIn, "P90D");
  assert.deepEqual((await client.getKeyRotationPolicy(key.name)).lifetimeActions.map((action) => action.action), ["Rotate", "Notify"]);
  const rotated = await client.rotateKey(key.name);
  assert.notEqual(rotated.properties.version, key.properties.version);
  assert.equal(rotated.key.crv, "P-384");
  assert.equal(rotated.properties.expiresOn - rotated.properties.createdOn, 90 * 24 * 3600 * 1000);
});
