import { assert, assertEquals } from "@std/assert";
import { reloadableSettings } from "../../../src/config/config_reload.ts";
import { configSchema } from "../../../src/config/config_schema.ts";
import { innerSchema, type SchemaView, settingNames } from "../../../src/config/config_shape.ts";

const readme = await Deno.readTextFile(new URL("../../../README.md", import.meta.url));

/** Names in the first column of the table of settings, and whether the row says that they can be reloaded. */
function listed(): Map<string, boolean> {
  const [, section = ""] = /\n## Configuration\n(.*?)\n## /s.exec(readme) ?? [];
  const rows = section.split("\n").filter((line) => line.startsWith("| `"));
  const found = new Map<string, boolean>();
  for (const row of rows) {
    const cells = row.split(" | ");
    let previous = "";
    for (const [, name = ""] of cells[0]!.matchAll(/`([^`]+)`/g)) {
      // `.tls` after `storage.server` stands for `storage.tls`.
      const path = name.startsWith(".") ? previous.replace(/\.[^.]+$/, "") + name : name;
      previous = path;
      found.set(path, /\breload/.test(cells.at(-1)!));
    }
  }
  return found;
}

/** Every setting that the schema has, under the name that takes units where it has two. */
function known(schema: SchemaView, before = ""): string[] {
  const section = innerSchema(schema);
  if (section.type === "record") return known(section.value!, `${before.slice(0, -1)}.<name>.`);
  if (section.type === "variant") {
    return [...new Set(section.options!.flatMap((option) => known(option, before)))];
  }
  if (section.type === "array" && innerSchema(section.item!).type === "strict_object") {
    return known(section.item!, before);
  }
  if (section.type !== "strict_object") return [before.slice(0, -1)];
  const names = settingNames(section);
  return [...names].filter(([name, { key }]) =>
    // The one without a unit in its name, if there are two.
    ![...names].some(([other, twin]) => twin.key === key && other !== name && twin.needsUnit)
  ).flatMap(([name, { schema: inner }]) => known(inner, `${before}${name}.`));
}

Deno.test("The README lists every setting, and none that does not exist", () => {
  const all = new Set(
    known(configSchema as unknown as SchemaView).map((path) =>
      path.replace(/^exchanges\.\w+\./, "exchanges.<KEY>.")
        // History has a table of its own in another chapter: one row names them all.
        .replace(/^storage\.history\..*/, "storage.history")
    ),
  );
  const found = new Set(listed().keys());
  assert(found.delete("extends"), "extends is not listed");
  assertEquals([...found].toSorted(), [...all].toSorted());
});

Deno.test("The README says which settings SIGHUP reloads", () => {
  const short = (path: string): string => path.replace(/(Ms|Bps)$/, "");
  const marked = [...listed()].filter(([, isMarked]) => isMarked).map(([path]) => path);
  const reloadable = Object.keys(reloadableSettings).map((path) =>
    path === "log.levels" ? "log.levels.<name>" : short(path)
  );
  assertEquals(marked.toSorted(), reloadable.toSorted());
});
