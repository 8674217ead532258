import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { flagsOf, programTest, run, start } from "../support/program.ts";

const flags = flagsOf("simulate");

/** The first line of a program's output. */
async function firstLine(child: Deno.ChildProcess): Promise<{ line: string; rest: Promise<string> }> {
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!text.includes("\n")) {
    const { done, value } = await reader.read();
    if (done) break;
    text += value;
  }
  const at = text.indexOf("\n");
  const rest = async (): Promise<string> => {
    let more = text.slice(at + 1);
    for (let next = await reader.read(); !next.done; next = await reader.read()) more += next.value;
    return more;
  };
  return { line: text.slice(0, at), rest: rest() };
}

programTest(
  "simulate --json tells addresses and keys in its first line, and everything in it answers",
  async () => {
    const child = start(["simulate", "--json"], flags);
    const { line, rest } = await firstLine(child);
    const { venues, accounts, control } = JSON.parse(line);
    assertEquals(Object.keys(venues), ["MEXC_SPOT", "GATEIO_SPOT", "GATEIO_FUTURES"]);
    assertEquals(venues.GATEIO_SPOT.rest, venues.GATEIO_FUTURES.rest);
    assertEquals(accounts.map(({ venues: own }: { venues: string[] }) => own), [
      ["MEXC_SPOT"],
      ["GATEIO_SPOT", "GATEIO_FUTURES"],
    ]);
    for (const { apiKey, secretKey, uid } of accounts) {
      for (const text of [apiKey, secretKey, uid]) assert(typeof text === "string" && text !== "");
    }
    for (
      const url of [
        `${venues.MEXC_SPOT.rest}/api/v3/ping`,
        `${venues.GATEIO_SPOT.rest}/spot/time`,
        `${venues.GATEIO_FUTURES.rest}/futures/usdt/contracts`,
        `${control}/time`,
      ]
    ) {
      const response = await fetch(url);
      assertEquals(response.status, 200, url);
      await response.body?.cancel();
    }
    for (const { ws } of Object.values(venues) as { ws: string }[]) {
      const socket = new WebSocket(ws);
      await new Promise<void>((resolve, reject) => {
        socket.onopen = (): void => resolve();
        socket.onerror = (): void => reject(new Error(`cannot open ${ws}`));
      });
      const closed = new Promise((resolve) => socket.onclose = resolve);
      socket.close();
      await closed;
    }
    child.kill("SIGINT");
    const [{ code }, more, errors] = await Promise.all([
      child.status,
      rest,
      new Response(child.stderr).text(),
    ]);
    assertEquals([code, more, errors], [0, "", ""]);
  },
);

programTest(
  "simulate prints addresses, keys and example requests for people, and ends with --for",
  async () => {
    const { code, stdout, stderr } = await run(["simulate", "--for", "200ms"], flags);
    assertEquals([code, stderr], [0, ""]);
    for (const words of ["MEXC_SPOT", "/api/v4", "control", "secret", "curl 'http://127.0.0.1:"]) {
      assertStringIncludes(stdout, words);
    }
  },
);

programTest("simulate refuses a configuration with every path at which something is wrong", async () => {
  await Deno.mkdir("data", { recursive: true });
  const path = await Deno.makeTempFile({ dir: "data", suffix: ".yaml" });
  try {
    await Deno.writeTextFile(path, "sed: 1\nclock: { kind: sundial }\nports: { mexc: 99999 }\n");
    const { code, stdout, stderr } = await run(["simulate", "--config", path], flags);
    assertEquals([code, stdout], [2, ""]);
    for (const words of ["sed", "clock.kind", "ports.mexc", path]) assertStringIncludes(stderr, words);
    await Deno.writeTextFile(path, "ports: { control: 1 }\n");
    const taken = await run(["simulate", "--config", "data/none.yaml"], flags);
    assertEquals(taken.code, 2);
  } finally {
    await Deno.remove(path);
  }
});
