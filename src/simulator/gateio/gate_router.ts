/**
 * Finds the endpoint of a request.
 * @module
 */
import type { GateEndpoint } from "./gate_endpoint.ts";
import { gateRestErrors } from "./gate_errors.ts";

/** An endpoint and the values of the names in its path. */
export interface GateRoute {
  readonly endpoint: GateEndpoint;
  readonly params: Readonly<Record<string, string>>;
}

interface Pattern {
  readonly endpoint: GateEndpoint;
  /** A segment in braces is a name. */
  readonly segments: readonly string[];
  readonly names: number;
}

function isName(segment: string): boolean {
  return segment.startsWith("{");
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** The endpoints of all modules by method and path. */
export class GateRouter {
  readonly #bySize = new Map<number, Pattern[]>();

  constructor(endpoints: readonly GateEndpoint[]) {
    for (const endpoint of endpoints) {
      const segments = endpoint.path.split("/");
      const patterns = this.#bySize.get(segments.length) ?? [];
      patterns.push({ endpoint, segments, names: segments.filter(isName).length });
      this.#bySize.set(segments.length, patterns);
    }
    // A literal path wins over one with names.
    for (const patterns of this.#bySize.values()) patterns.sort((a, b) => a.names - b.names);
  }

  /**
   * The endpoint for a path behind `/api/v4`; undefined when there is none.
   *
   * @throws {GateRestError} METHOD_NOT_ALLOWED when the path is known for other methods only.
   */
  find(method: string, path: string): GateRoute | undefined {
    const segments = path.split("/");
    let known = false;
    for (const { endpoint, segments: pattern } of this.#bySize.get(segments.length) ?? []) {
      if (!pattern.every((part, index) => isName(part) ? segments[index] !== "" : part === segments[index])) {
        continue;
      }
      known = true;
      if (endpoint.method !== method) continue;
      const params: Record<string, string> = {};
      pattern.forEach((part, index) => {
        if (isName(part)) params[part.slice(1, -1)] = decoded(segments[index]!);
      });
      return { endpoint, params };
    }
    if (known) throw gateRestErrors.methodNotAllowed();
    return undefined;
  }
}
