/**
 * Proving that an audit file is unbroken.
 * @module
 */
import { firstPrevious, readLine } from "./audit_chain.ts";

/** What a look through a whole audit file has shown. */
export interface AuditVerdict {
  /** Sound lines, up to the first broken one. */
  readonly records: number;
  /** Times of the first and the last sound line, ISO 8601; undefined without any. */
  readonly from: string | undefined;
  readonly to: string | undefined;
  /** Hash of the last sound line; 64 zeros without any. */
  readonly lastHash: string;
  /** The first broken line, counted from 1, and what is wrong with it; undefined when the file is unbroken. */
  readonly broken: { readonly line: number; readonly problem: string } | undefined;
  /** Whether a sound line has the hash that was looked for. */
  readonly hasHash: boolean;
}

const notUtf8 = "it is not UTF-8 text";

/**
 * Checks the lines of an audit file.
 *
 * @param chunks The file's bytes.
 * @param wanted Hash of a line that has to be there.
 */
export async function verifyAudit(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  wanted?: string,
): Promise<AuditVerdict> {
  let records = 0, lastHash = firstPrevious, hasHash = false;
  let from: string | undefined, to: string | undefined;
  let problem: string | undefined;
  for await (const { text, isWhole } of linesOf(chunks)) {
    const link = text === undefined ? notUtf8 : isWhole ? readLine(text) : "it is incomplete";
    if (typeof link === "string") problem = link;
    else if (link.previous !== lastHash) problem = "it does not follow the line before it";
    else if (link.sequence !== records + 1) problem = `its seq is ${link.sequence}, not ${records + 1}`;
    if (problem !== undefined || typeof link === "string") break;
    records += 1;
    lastHash = link.hash;
    from ??= link.time;
    to = link.time;
    hasHash ||= link.hash === wanted;
  }
  const broken = problem === undefined ? undefined : { line: records + 1, problem };
  return { records, from, to, lastHash, broken, hasHash };
}

/** Lines of bytes; the text is undefined when it is not UTF-8, and a line is whole when a line break follows. */
async function* linesOf(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<{ readonly text: string | undefined; readonly isWhole: boolean }> {
  let parts: Uint8Array[] = [];
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      parts.push(chunk.subarray(start, end));
      yield { text: textOf(parts), isWhole: true };
      parts = [];
      start = end + 1;
    }
    if (start < chunk.length) parts.push(chunk.slice(start));
  }
  if (parts.length > 0) yield { text: textOf(parts), isWhole: false };
}

function textOf(parts: readonly Uint8Array[]): string | undefined {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  try {
    return parts.map((part) => decoder.decode(part, { stream: true })).join("") + decoder.decode();
  } catch {
    return undefined;
  }
}
