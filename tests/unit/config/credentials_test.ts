import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { credentialVariables, findCredentials, requireCredentials } from "../../../src/config/credentials.ts";
import { ConfigError } from "../../../src/core/errors.ts";
import { exchanges } from "../../../src/core/exchange.ts";

const reading = (variables: Record<string, string>) => (name: string): string | undefined => variables[name];

Deno.test("Credentials come from the two variables of the company, the same for both markets of Gate.io", () => {
  const read = reading({
    MEXC_API_KEY: "mx0",
    MEXC_API_SECRET: "m-secret",
    GATEIO_API_KEY: "gate",
    GATEIO_API_SECRET: " g-secret\n",
  });
  const texts = exchanges.map(({ key }) => {
    const { apiKey, secretKey } = requireCredentials(key, read);
    return [key, apiKey.reveal(), secretKey.reveal()];
  });
  assertEquals(texts, [
    ["MEXC_SPOT", "mx0", "m-secret"],
    ["GATEIO_SPOT", "gate", "g-secret"],
    ["GATEIO_FUTURES", "gate", "g-secret"],
  ]);
});

Deno.test("Credentials do not show in any printed form", () => {
  const credentials = requireCredentials(
    "MEXC_SPOT",
    reading({ MEXC_API_KEY: "mx0", MEXC_API_SECRET: "hush" }),
  );
  for (const text of [JSON.stringify(credentials), Deno.inspect(credentials), `${credentials.secretKey}`]) {
    assert(!text.includes("hush") && !text.includes("mx0"), text);
  }
});

Deno.test("Without any variable there are no credentials; an empty one is not set", () => {
  assertEquals(findCredentials("MEXC_SPOT", reading({})), undefined);
  assertEquals(
    findCredentials("MEXC_SPOT", reading({ MEXC_API_KEY: "", MEXC_API_SECRET: "  " })),
    undefined,
  );
});

Deno.test("A missing variable is named", () => {
  const half = assertThrows(
    () => findCredentials("GATEIO_SPOT", reading({ GATEIO_API_SECRET: "x" })),
    ConfigError,
  );
  assertStringIncludes(half.message, "GATEIO_API_SECRET is set and GATEIO_API_KEY is not");
  const none = assertThrows(() => requireCredentials("MEXC_SPOT", reading({})), ConfigError);
  assertStringIncludes(none.message, "MEXC_API_KEY and MEXC_API_SECRET");
});

Deno.test("A program that may not read a variable is told which permission it lacks", () => {
  const read = (): string => {
    throw new Deno.errors.NotCapable("no");
  };
  const error = assertThrows(() => findCredentials("MEXC_SPOT", read), ConfigError);
  assertStringIncludes(error.message, "--allow-env=MEXC_API_KEY");
});

Deno.test("The tasks and the executable may read exactly the variables that exist", async () => {
  const names = [...new Set(exchanges.flatMap(({ key }) => credentialVariables(key)))];
  const root = new URL("../../../", import.meta.url);
  const { tasks } = JSON.parse(await Deno.readTextFile(new URL("deno.json", root)));
  const [, list = ""] = /--allow-env=(\S+)/.exec(tasks.start)!;
  assertEquals(list.split(",").filter((name) => name.includes("_API_")), names);
  for (const task of ["demo", "simulate"]) assert(!tasks[task].includes("_API_"), task);
  const script = await Deno.readTextFile(new URL("config/deploy/compile.ts", root));
  assertEquals([...script.matchAll(/"(\w+_API_\w+)"/g)].map(([, name]) => name), names);
});
