import { assert, assertEquals } from "@std/assert";
import { configJsonSchema } from "../../../src/config/json_schema.ts";

const root = new URL("../../../", import.meta.url);

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly anyOf?: readonly Schema[];
  readonly type?: string;
  readonly pattern?: string;
  readonly $ref?: string;
}

const schema = configJsonSchema() as Schema;

/** The schema of a setting; the first of several forms of a section. */
function at(path: string): Schema {
  let found: Schema = schema;
  for (const name of path.split(".")) {
    const { properties } = found.properties === undefined
      ? found.anyOf?.find((form) => form.properties !== undefined) ?? found
      : found;
    const inner: Schema | undefined = properties?.[name];
    if (inner === undefined) throw new Error(`${path} is not in the schema`);
    found = inner;
  }
  return found;
}

/** All forms of a value, however deep they are nested. */
function forms(of: Schema): Schema[] {
  return of.anyOf === undefined ? [of] : of.anyOf.flatMap(forms);
}

Deno.test("The schema in the repository is the one that the program prints: cexarb config schema", async () => {
  const committed = JSON.parse(await Deno.readTextFile(new URL("config/cexarb.schema.json", root)));
  assertEquals(committed, JSON.parse(JSON.stringify(configJsonSchema())));
});

Deno.test("The schema knows both names of settings with units, what may be empty, and variables in place of values", () => {
  assertEquals(forms(at("risk.maxBookAgeMs")).map(({ type, $ref }) => type ?? $ref), [
    "number",
    "#/$defs/variable",
  ]);
  const [unit] = forms(at("risk.maxBookAge"));
  for (const text of ["5s", "250ms", "1.5h"]) assert(new RegExp(unit!.pattern!).test(text), text);
  for (const text of ["5", "5x", "s"]) assert(!new RegExp(unit!.pattern!).test(text), text);
  assertEquals(
    new Set(forms(at("risk.maxNotional")).map(({ type, $ref }) => type ?? $ref)),
    new Set(["number", "string", "#/$defs/variable"]),
  );
  assert(forms(at("execution.hedge.bands")).some(({ type }) => type === "array"));
  // Limits may also stand where they stood before.
  assertEquals(at("trading.maxBookAge"), at("risk.maxBookAge"));
  assert(at("trading").anyOf?.some(({ type }) => type === "null"));
  assertEquals(at("storage.dataDirectory").type, "string");
});

Deno.test("The schema allows no unknown setting in any section", () => {
  let sections = 0;
  const look = (each: Schema, path: string): void => {
    if (each.properties !== undefined) {
      sections += 1;
      assertEquals(each.additionalProperties, false, path);
      for (const [name, inner] of Object.entries(each.properties)) look(inner, `${path}.${name}`);
    }
    if (typeof each.additionalProperties === "object") look(each.additionalProperties, `${path}.*`);
    for (const form of each.anyOf ?? []) look(form, path);
  };
  look(schema, "");
  assert(sections > 15, `${sections} sections`);
});
