import { assertEquals } from "@std/assert";
import { journalDirectory, killFile } from "../../../src/config/execution_config.ts";
import { parseConfig } from "../../../src/config/hft_config.ts";

function places(text: string): (string | undefined)[] {
  const config = parseConfig(`exchanges:\n  MEXC_SPOT:\npairs: [BTC/USDT]\n${text}`, "a.yaml");
  return [journalDirectory(config), killFile(config)];
}

Deno.test("Journal and kill file are in the data folder unless they are named, and nowhere without one", () => {
  assertEquals(places(""), [undefined, undefined]);
  assertEquals(places("storage: { dataDirectory: data/x }\n"), ["data/x/journal", "data/x/kill"]);
  const named = "execution: { killFile: a/stop, journal: { directory: b } }\n";
  assertEquals(places(named), ["b", "a/stop"]);
  assertEquals(places(`${named}storage: { dataDirectory: data/x }\n`), ["b", "a/stop"]);
});
