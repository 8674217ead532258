/**
 * `cexarb audit verify`: proves that an audit file is unbroken.
 * @module
 */
import { Command, InvalidArgumentError } from "commander";
import { CexarbError } from "../core/errors.ts";
import { type AuditVerdict, verifyAudit } from "../logging/audit_verification.ts";
import { fileError } from "./option_parsers.ts";
import { writeLine } from "./output.ts";

interface VerifyOptions {
  readonly contains?: string;
  readonly json: boolean;
}

/** The verb `audit`. */
export function auditCommand(): Command {
  const verify = new Command("verify")
    .description("checks every line of an audit file, and that each follows the one before it")
    .argument("<file>", "the audit file")
    .option(
      "--contains <hash>",
      "hash of a line that must be there, such as the last one of an earlier check",
      parseHash,
    )
    .option("--json", "standard output is one JSON object", false)
    .action(verifyFile);
  return new Command("audit")
    .description("looks into the trail that orders and operators leave")
    .addCommand(verify);
}

function parseHash(text: string): string {
  if (/^[0-9a-f]{64}$/.test(text)) return text;
  throw new InvalidArgumentError(`"${text}" is not a SHA-256 of 64 hexadecimal digits`);
}

async function verifyFile(path: string, { contains, json }: VerifyOptions): Promise<void> {
  const file = await Deno.open(path).catch((error) => {
    throw fileError(path, error);
  });
  const verdict = await verifyAudit(file.readable, contains);
  if (json) writeLine(JSON.stringify(verdict));
  const { broken, records, lastHash, hasHash } = verdict;
  if (broken !== undefined) {
    throw new CexarbError(`${path} is broken at line ${broken.line}: ${broken.problem}`);
  }
  if (contains !== undefined && !hasHash) {
    throw new CexarbError(`${path} has no line with the hash ${contains}: lines were cut off its end`);
  }
  if (json) return;
  writeLine(`${path} is unbroken: ${records} records${span(verdict)}`);
  writeLine(`Last hash ${lastHash}`);
}

function span({ from, to }: AuditVerdict): string {
  return from === undefined || to === undefined ? "" : ` from ${from} to ${to}`;
}
