/**
 * The form of an audit file: lines that are bound to one another.
 *
 * Each line is a JSON object. Its last member `hash` is the SHA-256, in hexadecimal, of everything in the line before
 * `,"hash":`; the member before that, `prev`, is the hash of the line before it, 64 zeros in the first. So no line can be
 * changed, removed, inserted or moved without breaking the chain; only lines at the end can be cut off unseen, which
 * a remembered hash of the last line shows.
 * @module
 */
import { createHash } from "node:crypto";

/** `prev` of the first line. */
export const firstPrevious = "0".repeat(64);

const hashMember = /,"prev":"([0-9a-f]{64})","hash":"([0-9a-f]{64})"\}$/;
const hashTailLength = `,"hash":""}`.length + 64;

/** What a sound line says of its place in the chain. */
export interface AuditLink {
  readonly sequence: number;
  /** ISO 8601. */
  readonly time: string;
  readonly hash: string;
  readonly previous: string;
}

/** Makes the next line of a chain, without line break. */
export function chainLine(members: Readonly<Record<string, unknown>>, previous: string): {
  readonly line: string;
  readonly hash: string;
} {
  const body = JSON.stringify({ ...members, prev: previous }).slice(0, -1);
  const hash = sha256(body);
  return { line: `${body},"hash":"${hash}"}`, hash };
}

/** Reads a line. Returns a sentence that says what is wrong with it alone, if anything is. */
export function readLine(line: string): AuditLink | string {
  const match = hashMember.exec(line);
  if (match === null) return "it does not end with prev and hash";
  const [, previous = "", hash = ""] = match;
  if (sha256(line.slice(0, -hashTailLength)) !== hash) return "its content does not fit its hash";
  let members: unknown;
  try {
    members = JSON.parse(line);
  } catch {
    return "it is not JSON";
  }
  const { seq, time } = members as { readonly seq?: unknown; readonly time?: unknown };
  if (typeof seq !== "number" || typeof time !== "string") return "it has no seq or no time";
  return { sequence: seq, time, hash, previous };
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
