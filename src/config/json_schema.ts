/**
 * The schema of configuration files for editors, as JSON Schema (draft 7), from the schema that checks them.
 * @module
 */
import { type JsonSchema, toJsonSchema } from "@valibot/to-json-schema";
import { configSchema, movedSettings } from "./config_schema.ts";
import { innerSchema, type SchemaView, settingNames } from "./config_shape.ts";
import type { SettingMetadata } from "./setting_schemas.ts";
import { unitRule } from "./units.ts";

const variable: JsonSchema = { type: "string", pattern: String.raw`\$\{CEXARB_\w*(:[^{}]*)?\}` };
const variableReference: JsonSchema = { $ref: "#/$defs/variable" };

/** The JSON Schema: everything that it refuses is refused by `config check`, which also sees what it cannot. */
export function configJsonSchema(): JsonSchema {
  const schema = toJsonSchema(configSchema, {
    typeMode: "input",
    errorMode: "ignore",
    overrideSchema: ({ valibotSchema, jsonSchema }) =>
      withShortNames(jsonSchema, valibotSchema as unknown as SchemaView),
  });
  const { $schema, required, properties, ...root } = withVariables(schema);
  return {
    ...($schema === undefined ? {} : { $schema }),
    title: "Configuration of cexarb",
    ...root,
    // What is not here may be in the file that this one extends.
    anyOf: [{ required: required ?? [] }, { required: ["extends"] }],
    properties: {
      extends: {
        type: "string",
        minLength: 1,
        description: "File that this one goes on from, relative to it",
      },
      ...withFormerPlaces(properties ?? {}),
    },
    $defs: { variable },
  };
}

/** Settings may still stand where they stood before they had a section. */
function withFormerPlaces(sections: Readonly<Record<string, JsonSchema | boolean>>): typeof sections {
  const result = { ...sections };
  for (const { from, to, names } of movedSettings) {
    const source = sectionIn(result[to]), target = sectionIn(result[from]);
    if (source?.properties === undefined || target === undefined) continue;
    const section = innerSchema(
      (configSchema.entries as Readonly<Record<string, unknown>>)[to] as SchemaView,
    );
    for (const [name, { key }] of settingNames(section)) {
      if (names.includes(key)) target.properties = { ...target.properties, [name]: source.properties[name]! };
    }
  }
  return result;
}

/** The section itself, which may also be empty. */
function sectionIn(schema: JsonSchema | boolean | undefined): JsonSchema | undefined {
  if (typeof schema !== "object") return undefined;
  const [section] = schema.anyOf ?? [schema];
  return typeof section === "object" ? section : undefined;
}

/** A section with the names for values with units; settings of money take their sign. */
function withShortNames(jsonSchema: JsonSchema, view: SchemaView): JsonSchema | undefined {
  if (view.type !== "strict_object" || jsonSchema.properties === undefined) return undefined;
  const properties: Record<string, JsonSchema | boolean> = {};
  for (const [name, { key, schema, metadata, needsUnit }] of settingNames(view)) {
    const plain = jsonSchema.properties[key]!;
    if (metadata === undefined) properties[name] = plain;
    else if (needsUnit) {
      const value = withUnit(metadata.unit);
      properties[name] = innerSchema(schema).type === "array" ? { type: "array", items: value } : value;
    } else if (unitRule(metadata.unit).suffix === "" && typeof plain === "object") {
      const { default: value, ...number } = plain;
      properties[name] = {
        anyOf: [number, withUnit(metadata.unit)],
        ...(value === undefined ? {} : { default: value }),
      };
    } else properties[name] = plain;
  }
  return { ...jsonSchema, properties };
}

function withUnit(unit: Parameters<typeof unitRule>[0]): JsonSchema {
  const { pattern, examples } = unitRule(unit);
  return { type: "string", pattern, description: `Such as ${examples}` };
}

/** Allows a variable of the environment in place of every value that is not any text already. */
function withVariables(schema: JsonSchema): JsonSchema {
  // Our own marks are no keywords of JSON Schema.
  const { unit: _unit, short: _short, ...keywords } = schema as JsonSchema & Partial<SettingMetadata>;
  const inner: JsonSchema = {
    ...keywords,
    ...(schema.properties === undefined ? {} : { properties: mapped(schema.properties) }),
    ...(schema.items === undefined ? {} : { items: one(schema.items as JsonSchema) }),
    ...(schema.anyOf === undefined ? {} : { anyOf: schema.anyOf.map(one) }),
    ...(schema.oneOf === undefined ? {} : { oneOf: schema.oneOf.map(one) }),
    ...(schema.additionalProperties === undefined
      ? {}
      : { additionalProperties: one(schema.additionalProperties) }),
  };
  const isText = schema.type === "string" && schema.pattern === undefined && schema.enum === undefined;
  const isScalar = ["string", "number", "integer", "boolean"].includes(String(schema.type)) ||
    schema.enum !== undefined;
  if (isText || !isScalar || schema.const !== undefined) return inner;
  const { default: value, description, ...rest } = inner;
  return {
    ...(description === undefined ? {} : { description }),
    anyOf: [rest, variableReference],
    ...(value === undefined ? {} : { default: value }),
  };
}

function one(schema: JsonSchema | boolean): JsonSchema | boolean {
  return typeof schema === "boolean" ? schema : withVariables(schema);
}

function mapped(
  properties: Readonly<Record<string, JsonSchema | boolean>>,
): Record<string, JsonSchema | boolean> {
  return Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, one(schema)]));
}
