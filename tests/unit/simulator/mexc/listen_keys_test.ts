import { assert, assertEquals, assertMatch } from "@std/assert";
import { parseFaultRule } from "../../../../src/simulator/faults/fault_rule.ts";
import { MexcBox, other, user } from "./mexc_box.ts";

const path = "/api/v3/userDataStream";
const channel = "spot@private.orders.v3.api.pb";
const minute = 60_000;

Deno.test("A listen key is 64 lower-case letters and digits, and is listed, renewed and removed by its owner", async () => {
  await using box = new MexcBox();
  const [first, second] = [await box.listenKey(), await box.listenKey()];
  assertMatch(first, /^[0-9a-z]{64}$/);
  assertEquals((await box.signed("GET", path)).body, { listenKey: [first, second] });
  assertEquals((await box.signed("GET", path, {}, { as: other })).body, { listenKey: [] });
  assertEquals((await box.signed("PUT", path, { listenKey: first })).body, { listenKey: first });
  assertEquals((await box.signed("DELETE", path, { listenKey: first })).body, { listenKey: first });
  assertEquals((await box.signed("GET", path)).body, { listenKey: [second] });
  assertEquals((await box.signed("PUT", path, { listenKey: first })).status, 400);
  assertEquals((await box.signed("DELETE", path, { listenKey: second }, { as: other })).status, 400);
  assertEquals((await box.signed("PUT", path)).body.code, 44444);
});

Deno.test("A wrong listen key is answered with a bare text", async () => {
  await using box = new MexcBox();
  for (const key of ["", "nosuchkey"]) {
    const line = box.open(key);
    assertEquals(line.texts, ["Invalid listen key"]);
    assert(line.closed !== undefined);
  }
  const used = await box.listenKey();
  await box.signed("DELETE", path, { listenKey: used });
  assertEquals(box.open(used).texts, ["Invalid listen key"]);
});

Deno.test("An account has 60 listen keys at most, and a key five connections", async () => {
  await using box = new MexcBox();
  const keys: string[] = [];
  for (let count = 0; count < 60; count++) keys.push(await box.listenKey());
  assertEquals(new Set(keys).size, 60);
  assertEquals((await box.signed("POST", path)).status, 400);
  assertEquals((await box.signed("POST", path, {}, { as: other })).status, 200);
  const lines = Array.from({ length: 6 }, () => box.open(keys[0]!));
  assertEquals(lines.map((line) => line.texts.length), [0, 0, 0, 0, 0, 1]);
  lines[0]!.close();
  box.run(100);
  assertEquals(box.open(keys[0]!).texts, []);
});

Deno.test("A listen key ends after 60 minutes and takes its connections along, unless it is renewed", async () => {
  await using box = new MexcBox();
  const [kept, forgotten] = [await box.listenKey(), await box.listenKey()];
  const lines = [box.open(kept), box.open(forgotten)] as const;
  const wait = (minutes: number): void => {
    for (let passed = 0; passed < minutes * 2; passed++) {
      for (const line of lines) line.send({ method: "PING" });
      box.run(minute / 2);
    }
  };
  for (const line of lines) line.subscribe(channel);
  wait(30);
  assertEquals((await box.signed("PUT", path, { listenKey: kept })).status, 200);
  wait(29);
  assertEquals(lines.map(({ closed }) => closed), [undefined, undefined]);
  wait(2);
  assertEquals(lines.map(({ closed }) => closed?.code), [undefined, 1000]);
  assertEquals((await box.signed("GET", path)).body, { listenKey: [kept] });
  wait(30);
  assertEquals(lines[0].closed?.code, 1000);
});

Deno.test("Removing a listen key closes its connections; a script can let the keys of a user expire", async () => {
  await using box = new MexcBox();
  const removed = await box.listenKey();
  const line = box.open(removed);
  await box.signed("DELETE", path, { listenKey: removed });
  box.run(100);
  assert(line.closed !== undefined);
  const own = box.open(await box.listenKey());
  const foreign = box.open(await box.listenKey({ as: other }));
  box.simulator.script.add(
    parseFaultRule({ fault: "expire-listen-keys", venue: "MEXC_SPOT", uid: user.uid }),
  );
  box.run(100);
  assertEquals([own.closed?.code, foreign.closed], [1000, undefined]);
  assertEquals((await box.signed("GET", path)).body, { listenKey: [] });
});
