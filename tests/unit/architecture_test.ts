import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import {
  computedImportViolations,
  cycleViolations,
  dependencyViolations,
  layeringViolations,
  layers,
  mainViolations,
  separationViolations,
  simulatorViolations,
  sizeViolations,
} from "../support/architecture_rules.ts";
import { readSource, readSourceFile, readSourceFolder, type SourceFile } from "../support/source_graph.ts";

const root = new URL("../../", import.meta.url);
const graph = [...await readSourceFolder(root, "src"), ...await readMain()];
const dependencyNames = Object.keys(
  JSON.parse(await Deno.readTextFile(new URL("deno.json", root))).imports as Record<string, string>,
);

async function readMain(): Promise<SourceFile[]> {
  try {
    return [await readSourceFile(root, "main.ts")];
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** A graph of made-up files, each with its text. */
function planted(files: Readonly<Record<string, string>>): SourceFile[] {
  return Object.entries(files).map(([path, text]) => readSource(path, text));
}

/** Holds that a rule finds one violation in the planted files, and that its sentence says these words. */
function assertNoticed(
  rule: (graph: readonly SourceFile[]) => string[],
  files: Readonly<Record<string, string>>,
  ...words: string[]
): void {
  const found = rule(planted(files));
  assertEquals(found.length, 1, found.join("\n"));
  for (const word of words) assertStringIncludes(found[0]!, word);
}

function dependencies(files: readonly SourceFile[]): string[] {
  return dependencyViolations(files, ["valibot", "pure-rand/", "@std/yaml"]);
}

Deno.test("The import graph that is checked is the real one", () => {
  const clock = graph.find(({ path }) => path === "src/core/simulated_clock.ts");
  assert(clock?.imports.some(({ target }) => target === "src/core/clock.ts"));
  const random = graph.find(({ path }) => path === "src/core/random.ts");
  assert(random?.imports.some(({ specifier }) => specifier.startsWith("pure-rand/")));
  const targets = graph.flatMap(({ imports }) => imports.map(({ target }) => target));
  assert(new Set(targets).size > 10, "hardly any import was found");
});

Deno.test("Every import inside src leads to a file that exists", async () => {
  const missing: string[] = [];
  for (const { path, imports } of graph) {
    for (const { target } of imports) {
      if (target === undefined) continue;
      await Deno.stat(new URL(target, root)).catch(() => missing.push(`${path} needs ${target}`));
    }
  }
  assertEquals(missing, []);
});

Deno.test("A folder of src imports only itself and the folders under it in the layer order", () => {
  assertEquals(layeringViolations(graph), []);
});

Deno.test("main.ts imports only commands and the error classes", () => {
  assertEquals(mainViolations(graph), []);
});

Deno.test("The simulator imports only core, telemetry, logging, config and the protobuf schema", () => {
  assertEquals(simulatorViolations(graph), []);
});

Deno.test("Public and private code of the exchanges do not reach each other", () => {
  assertEquals(separationViolations(graph), []);
});

Deno.test("No file imports itself, not even by way of others", () => {
  assertEquals(cycleViolations(graph), []);
});

Deno.test("Every package that src imports is named in deno.json", () => {
  assertEquals(dependencyViolations(graph, dependencyNames), []);
});

Deno.test("Every import of src says where it leads", () => {
  assertEquals(computedImportViolations(graph), []);
});

Deno.test("The sources keep the house numbers: file and function sizes, no type any", () => {
  assertEquals(sizeViolations(graph), []);
});

Deno.test("The reader sees every way in which a file can need another", () => {
  const ways: [text: string, kind: string][] = [
    [`import { a } from "./b.ts";`, "import"],
    [`import "./b.ts";`, "import"],
    [`import * as b from "./b.ts";`, "import"],
    [`import text from "./b.ts" with { type: "text" };`, "import"],
    [`import { type A } from "./b.ts";`, "import"],
    [`import type { A } from "./b.ts";`, "type"],
    [`let a: import("./b.ts").A;`, "type"],
    [`type A = typeof import("./b.ts");`, "type"],
    [`export * from "./b.ts";`, "re-export"],
    [`export * as b from "./b.ts";`, "re-export"],
    [`export { a } from "./b.ts";`, "re-export"],
    [`export type { A } from "./b.ts";`, "re-export"],
    [`const b = await import("./b.ts");`, "dynamic"],
    ["function f() { return import(`./b.ts`).then((b) => b.a); }", "dynamic"],
    [`new Worker(import.meta.resolve("./b.ts"), { type: "module" });`, "dynamic"],
    [`new Worker(new URL("./b.ts", import.meta.url), { type: "module" });`, "url"],
    [`const url = new URL("b.ts", import.meta.url);`, "url"],
    [`class A { #worker = new Worker(new URL("./b.ts", import.meta.url).href); }`, "url"],
  ];
  for (const [text, kind] of ways) {
    const { imports } = readSource("src/net/a.ts", `// line 1\n${text}\n`);
    assertEquals(
      imports.map((found) => [found.kind, found.target, found.line]),
      [[kind, "src/net/b.ts", 2]],
      text,
    );
  }
});

Deno.test("The reader takes no import from comments, texts or ordinary calls", () => {
  const text = `
    // import "./a.ts"
    /* export * from "./b.ts" */
    const text = 'import("./c.ts")' + \`new Worker(new URL("./d.ts", import.meta.url))\`;
    const url = new URL("./e.ts", "https://example.com");
    from("./f.ts"); this.import("./g.ts"); schema.any(); const any = 1;
    export { text, url };
  `;
  const source = readSource("src/net/a.ts", text);
  assertEquals([source.imports, source.anyTypes], [[], []]);
});

Deno.test("The reader says which file it cannot parse", () => {
  assertThrows(
    () => readSource("src/net/broken.ts", "import {"),
    SyntaxError,
    "Cannot parse src/net/broken.ts",
  );
});

Deno.test("The layering rule notices every import of a folder further up, however it is written", () => {
  layers.forEach((from, index) => {
    for (const to of layers.slice(index + 1)) {
      const files = { [`src/${from}/a.ts`]: `import { b } from "../${to}/deep/b.ts";` };
      assertNoticed(layeringViolations, files, `${from} must not import ${to}`, `src/${from}/a.ts:1`);
    }
  });
  const forms = [
    `import type { A } from "../engine/a.ts";`,
    `export * from "../engine/a.ts";`,
    `const a = await import("../engine/a.ts");`,
    `new Worker(new URL("../engine/a.ts", import.meta.url));`,
  ];
  for (const text of forms) {
    assertNoticed(layeringViolations, { "src/core/a.ts": text }, "core must not import engine");
  }
});

Deno.test("The layering rule allows imports downwards, within a folder, of resources and of packages", () => {
  layers.forEach((from, index) => {
    const text = layers.slice(0, index + 1).map((to) => `import "../${to}/b.ts";`).join("\n");
    assertEquals(layeringViolations(planted({ [`src/${from}/a.ts`]: text })), []);
  });
  const resources = `import "../../proto/mod.ts"; import sql from "../../sql/0001.sql" with { type: "text" };
    new URL("../../config/demo.yaml", import.meta.url); import "valibot"; import "node:fs";`;
  assertEquals(layeringViolations(planted({ "src/storage/a.ts": resources })), []);
});

Deno.test("The layering rule notices src importing tests, main.ts or a folder without a place", () => {
  const importing = (specifier: string): Record<string, string> => ({
    "src/core/a.ts": `import "${specifier}";`,
  });
  assertNoticed(
    layeringViolations,
    importing("../../tests/support/a.ts"),
    "must not import tests/support/a.ts",
  );
  assertNoticed(layeringViolations, importing("../../main.ts"), "must not import main.ts");
  assertNoticed(layeringViolations, importing("../helpers/a.ts"), "must not import helpers");
  assertNoticed(layeringViolations, { "src/helpers/a.ts": "" }, "src/helpers/a.ts is in no folder");
  assertNoticed(layeringViolations, { "src/helpers.ts": "" }, "src/helpers.ts is in no folder");
});

Deno.test("The rule for main.ts notices anything but commands and the error classes", () => {
  assertNoticed(mainViolations, { "main.ts": `import "./src/engine/engine.ts";` }, "src/engine/engine.ts");
  assertNoticed(mainViolations, { "main.ts": `import "./src/core/clock.ts";` }, "src/core/clock.ts");
  const allowed = `import "./src/commands/demo.ts"; import "./src/core/errors.ts"; import "commander";`;
  assertEquals(mainViolations(planted({ "main.ts": allowed })), []);
});

Deno.test("The simulator rule notices a codec, a book or a client of the engine", () => {
  for (const folder of ["net", "market", "exchanges/mexc", "storage", "engine"]) {
    const files = { "src/simulator/mexc/a.ts": `import type { A } from "../../${folder}/a.ts";` };
    assertNoticed(simulatorViolations, files, `must not import src/${folder}/a.ts`);
  }
  const allowed = ["core", "telemetry", "logging", "config"].map((folder) => `import "../${folder}/a.ts";`);
  const text = [...allowed, `import "./b.ts";`, `import "../../proto/mod.ts";`, `import "protobufjs";`].join(
    "\n",
  );
  assertEquals(simulatorViolations(planted({ "src/simulator/a.ts": text })), []);
});

Deno.test("The separation rule notices public code that imports private code, and the reverse", () => {
  const direct = { "src/exchanges/mexc/public_feed.ts": `import "./private_feed.ts";` };
  assertNoticed(separationViolations, direct, "public code reaches private code");
  const folders = { "src/exchanges/mexc/private/rest.ts": `import type { A } from "../public/rest.ts";` };
  assertNoticed(separationViolations, folders, "private code reaches public code");
});

Deno.test("The separation rule notices a way through files that are neither", () => {
  const files = {
    "src/exchanges/mexc/public_feed.ts": `import "./shared.ts";`,
    "src/exchanges/mexc/shared.ts": `export * from "../common/helper.ts";`,
    "src/exchanges/common/helper.ts": `import "../gateio/private_codec.ts";`,
    "src/exchanges/gateio/private_codec.ts": "",
  };
  const way = "mexc/shared.ts → src/exchanges/common/helper.ts → src/exchanges/gateio/private_codec.ts";
  assertNoticed(separationViolations, files, way);
});

Deno.test("The separation rule notices a file of both domains, and allows what both may share", () => {
  assertNoticed(
    separationViolations,
    { "src/exchanges/private/public_rest.ts": "" },
    "both public and private",
  );
  const fine = {
    "src/exchanges/factory.ts": `import "./mexc/public_feed.ts"; import "./mexc/private_feed.ts";`,
    "src/exchanges/mexc/public_feed.ts": `import "../symbol_index.ts";`,
    "src/exchanges/mexc/private_feed.ts": `import "../symbol_index.ts"; import "../../net/rest_client.ts";`,
    "src/exchanges/symbol_index.ts": `import "../core/instrument.ts";`,
  };
  assertEquals(separationViolations(planted(fine)), []);
});

Deno.test("The cycle rule notices short and long cycles once each, and workers and types in them", () => {
  assertNoticed(cycleViolations, { "src/core/a.ts": `import "./a.ts";` }, "src/core/a.ts → src/core/a.ts");
  assertNoticed(cycleViolations, {
    "src/core/a.ts": `import type { B } from "./b.ts";`,
    "src/core/b.ts": `new Worker(new URL("./c.ts", import.meta.url));`,
    "src/core/c.ts": `export * from "./a.ts";`,
    "src/core/d.ts": `import "./a.ts";`,
  }, "import cycle: src/core/a.ts → src/core/b.ts → src/core/c.ts → src/core/a.ts");
  const diamond = {
    "src/core/a.ts": `import "./b.ts"; import "./c.ts";`,
    "src/core/b.ts": `import "./d.ts";`,
    "src/core/c.ts": `import "./d.ts";`,
    "src/core/d.ts": "",
  };
  assertEquals(cycleViolations(planted(diamond)), []);
});

Deno.test("The dependency rule notices a package without a name in deno.json", () => {
  for (
    const specifier of ["left-pad", "npm:valibot@1.0.0", "jsr:@std/yaml", "https://x.test/a.ts", "valibots"]
  ) {
    assertNoticed(dependencies, { "src/core/a.ts": `import "${specifier}";` }, `"${specifier}" has no name`);
  }
  const fine =
    `import "valibot"; import "pure-rand/a/b"; import "@std/yaml"; import "node:crypto"; import "./b.ts";`;
  assertEquals(dependencies(planted({ "src/core/a.ts": fine })), []);
});

Deno.test("The rule for computed imports notices an import that nobody can follow", () => {
  for (const call of ["import(name)", "import(`./${name}.ts`)", "new URL(name, import.meta.url)"]) {
    const files = { "src/core/a.ts": `const a = ${call};` };
    assertNoticed(computedImportViolations, files, "src/core/a.ts:1", "cannot be followed");
  }
});

Deno.test("The house numbers notice long files, long functions and the type any", () => {
  const small = Object.fromEntries(
    Array.from({ length: 40 }, (_, i) => [`src/core/${i}.ts`, "\n".repeat(50)]),
  );
  const large = { ...small, "src/core/large.ts": "\n".repeat(600) };
  assertEquals(sizeViolations(planted(large)), []);
  assertNoticed(
    sizeViolations,
    { ...small, "src/core/large.ts": "\n".repeat(601) },
    "large.ts has 601 lines",
  );
  const body = (lines: number): string => `export function f() {${"\n".repeat(lines - 1)}}`;
  assertEquals(sizeViolations(planted({ "src/core/a.ts": body(80) })), []);
  assertNoticed(sizeViolations, { "src/core/a.ts": body(81) }, "src/core/a.ts:1", "81 lines");
  assertNoticed(sizeViolations, { "src/core/a.ts": "let a:\n  Map<string, any[]>;" }, "src/core/a.ts:2");
  assertNoticed(sizeViolations, { "src/core/a.ts": "export const b = a as any;" }, "the type any");
  const many = Object.fromEntries(
    Array.from({ length: 3 }, (_, i) => [`src/core/${i}l.ts`, "\n".repeat(401)]),
  );
  assertNoticed(sizeViolations, { ...small, ...many }, "95th percentile", "401");
});
