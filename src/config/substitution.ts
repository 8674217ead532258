/**
 * Variables of the environment in a configuration: `${CEXARB_NAME}` and `${CEXARB_NAME:default}`; `$${` stands for `${`.
 * @module
 */
import { exchanges } from "../core/exchange.ts";
import { type ConfigNode, mapScalars, type ScalarNode } from "./config_node.ts";
import type { ConfigProblems } from "./config_problem.ts";
import { credentialVariables, type ReadVariable } from "./credentials.ts";
import { plainValue } from "./yaml_document.ts";

/** The program may read variables with this beginning for configurations, and no others. */
export const variablePrefix = "CEXARB_";

const reference = /\$(\$)?\{(?:([A-Za-z_]\w*)(?::([^{}]*))?\})?/g;

const secretVariables: ReadonlySet<string> = new Set([
  ...exchanges.flatMap(({ key }) => credentialVariables(key)),
  "PGPASSWORD",
]);

/**
 * The tree with the values of variables in all texts. What comes out is read as if it stood in the file without quotes, so
 * `maxNotional: ${CEXARB_LIMIT:500}` is a number. An empty variable counts as not set.
 */
export function substitute(root: ConfigNode, read: ReadVariable, problems: ConfigProblems): ConfigNode {
  let isUsed = false;
  const result = mapScalars(root, (scalar) => {
    if (typeof scalar.value !== "string" || !scalar.value.includes("${")) return scalar;
    isUsed = true;
    return substituted(scalar, scalar.value, read, problems);
  });
  return isUsed ? result : root;
}

function substituted(
  scalar: ScalarNode,
  text: string,
  read: ReadVariable,
  problems: ConfigProblems,
): ScalarNode {
  let isRead = false;
  const result = text.replaceAll(
    reference,
    (whole: string, escape: string | undefined, name: string | undefined, fallback: string | undefined) => {
      // `$${NAME}` is the text `${NAME}`: only the first sign goes.
      if (escape !== undefined) return whole.slice(1);
      isRead = true;
      const value = name === undefined ? { problem: malformed } : readVariable(name, fallback, read);
      if (typeof value === "string") return value;
      problems.add(scalar.place, scalar.path, value.problem);
      return "";
    },
  );
  return { ...scalar, value: isRead ? plainValue(result) : result };
}

const malformed =
  "${ begins no variable; write ${CEXARB_NAME} or ${CEXARB_NAME:default}, and $${ for the signs themselves";

function readVariable(
  name: string,
  fallback: string | undefined,
  read: ReadVariable,
): string | { readonly problem: string } {
  if (secretVariables.has(name)) {
    return {
      problem: `\${${name}} is a secret; remove it, the program reads it from the environment by itself`,
    };
  }
  if (!name.startsWith(variablePrefix)) {
    return {
      problem: `\${${name}} may not be read; use a variable whose name begins with ${variablePrefix}`,
    };
  }
  try {
    const value = read(name) || fallback;
    return value ??
      { problem: `the variable ${name} is not set; set it, or give a default as in \${${name}:value}` };
  } catch (error) {
    if (!(error instanceof Deno.errors.NotCapable)) throw error;
    return { problem: `the program may not read ${name}; start it with --allow-env=${variablePrefix}*` };
  }
}
