/**
 * What valibot complains about, in the words of someone who writes YAML.
 * @module
 */
import type { BaseIssue } from "valibot";
import type { ConfigNode } from "./config_node.ts";
import { maskedText, shownValue } from "./shown_value.ts";

/** What valibot expects, in words. */
const kinds: Readonly<Record<string, string>> = {
  Object: "settings of the form `name: value`",
  Array: "a list",
  string: "text",
  number: "a number",
  boolean: "true or false",
};

const bounds: Readonly<Record<string, (bound: string) => string>> = {
  min_value: (bound) => `${bound} or more`,
  max_value: (bound) => `${bound} or less`,
  gt_value: (bound) => `more than ${bound}`,
};

/**
 * What is wrong with a value, and what would be right.
 *
 * @param node Where the issue is; undefined when the value is missing.
 */
export function problemOf(issue: BaseIssue<unknown>, node: ConfigNode | undefined): string {
  if (node === undefined) return `is missing; add \`${String(issue.path?.at(-1)?.key)}:\` here`;
  const { type, expected, message, requirement } = issue;
  const converted = node.kind === "scalar" ? node.converted : undefined;
  const value = converted?.text ?? shownValue(issue.input);
  const bound = bounds[type];
  if (bound !== undefined) {
    return `must be ${
      bound(converted === undefined ? `${requirement}` : `${requirement} ${converted.unit}`)
    }, not ${value}`;
  }
  if (!message.startsWith("Invalid") || expected === null) {
    return maskedText(type === "finite" || type === "integer" ? `${message}, not ${value}` : message);
  }
  return `must be ${
    kinds[expected] ?? expected.replaceAll(/[()]/g, "").replaceAll(" | ", " or ")
  }, not ${value}`;
}
