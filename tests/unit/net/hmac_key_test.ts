import { createHmac } from "node:crypto";
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { type HashName, HmacKey } from "../../../src/net/hmac_key.ts";

const hashes: readonly HashName[] = ["sha256", "sha512"];

Deno.test("HmacKey signs like the test cases of RFC 4231", () => {
  const jefe = { key: "Jefe", text: "what do ya want for nothing?" };
  assertEquals(
    new HmacKey("sha256", jefe.key).sign(jefe.text),
    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
  );
  assertEquals(
    new HmacKey("sha512", jefe.key).sign(jefe.text),
    "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b" +
      "636e070a38bce737",
  );
});

Deno.test("HmacKey signs any text with a key of any length like the runtime, and every text anew", () => {
  const text = fc.string({ unit: "binary", maxLength: 300 });
  const key = fc.string({ unit: "binary", minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(fc.constantFrom(...hashes), key, fc.array(text, { maxLength: 4 }), (hash, secret, texts) => {
      const prepared = new HmacKey(hash, secret);
      for (const each of texts) {
        assertEquals(prepared.sign(each), createHmac(hash, secret).update(each).digest("hex"));
      }
    }),
  );
});

Deno.test("HmacKey shows its key to nobody who prints it", () => {
  const secret = "45d0b3c26f2644f19bfb98b07741b2f5";
  const shown = Deno.inspect(new HmacKey("sha256", secret), { depth: 10, showHidden: true });
  assertEquals(shown.includes(secret.slice(0, 8)), false);
});
