import { assert, assertEquals } from "@std/assert";
import { format, inspect } from "node:util";
import { Secret } from "../../../src/core/secret.ts";
import { LineLogger } from "../../../src/logging/logger.ts";

const text = "45d0b3c26f2644f19bfb98b07741b2f5";

Deno.test("Secret reveals its text to who asks for it", () => {
  assertEquals(new Secret(text).reveal(), text);
});

Deno.test("Secret shows *** in every printed form", () => {
  const secret = new Secret(text);
  const nested = { account: { key: secret, list: [secret] }, map: new Map([["key", secret]]) };
  const error = new Error(`failed with ${secret}`, { cause: secret });
  const lines: string[] = [];
  new LineLogger((line) => lines.push(line), () => 0).info(`${secret}`, { secret: String(secret) });
  const forms = [
    `${secret}`,
    String(secret),
    "" + secret,
    secret.toString(),
    secret.toLocaleString(),
    [secret].join(),
    JSON.stringify(secret),
    JSON.stringify(nested),
    Deno.inspect(secret),
    Deno.inspect(nested, { depth: 9, showHidden: true, getters: true }),
    Deno.inspect(error),
    inspect(secret),
    inspect(nested, { depth: 9, showHidden: true, getters: true, customInspect: false }),
    format("%s %o %O %j", secret, secret, secret, secret),
    Object.prototype.toString.call(secret),
    String(error.stack),
    ...lines,
  ];
  for (const form of forms) assert(!form.includes(text), form);
  for (const form of forms.slice(0, 9)) assert(form.includes("***"), form);
});

Deno.test("Secret has nothing that a copy could take along", () => {
  const secret = new Secret(text);
  assertEquals(Reflect.ownKeys(secret), []);
  assertEquals({ ...secret }, {});
  assertEquals(Object.entries(secret), []);
});
