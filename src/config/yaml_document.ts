/**
 * YAML to a tree whose every part knows its line. The reader is that of `js-yaml`; the tree is made here, because its own
 * values do not say where they stood.
 * @module
 */
import {
  type AliasEvent,
  CORE_SCHEMA,
  type Event,
  EVENT_ID,
  getScalarValue,
  type MappingEvent,
  parseEvents,
  SCALAR_STYLE,
  type ScalarEvent,
  type SequenceEvent,
  YAMLException,
} from "js-yaml";
import { errorMessage } from "../core/errors.ts";
import {
  type ConfigNode,
  type MapEntry,
  mapScalars,
  movedTo,
  pathInside,
  type ScalarNode,
} from "./config_node.ts";
import type { ConfigPlace, ConfigProblems, ConfigSource } from "./config_problem.ts";

/** Deepest nesting. */
const maxDepth = 40;
/** Most parts of a file, those that are repeated by `*name` counted each time. */
const maxNodes = 20_000;

/**
 * Reads a text with one document.
 *
 * @returns undefined when it is not YAML, or holds nothing; in the first case there is a problem.
 */
export function readYaml(source: ConfigSource, problems: ConfigProblems): ConfigNode | undefined {
  let events: Event[];
  try {
    events = parseEvents(source.text, { maxDepth });
  } catch (error) {
    const offset = error instanceof YAMLException ? error.mark?.position ?? 0 : 0;
    const reason = error instanceof YAMLException ? error.reason : errorMessage(error);
    problems.add(
      { source, offset },
      "",
      `is not YAML: ${reason}; check indentation, quotes and brackets here`,
    );
    return undefined;
  }
  const documents = events.filter(({ type }) => type === EVENT_ID.DOCUMENT).length;
  if (documents > 1) {
    const second = source.text.search(/^---.*$(?![\s\S]*^---)/m);
    problems.add(
      { source, offset: Math.max(0, second) },
      "",
      "holds several documents; keep one, without ---",
    );
  }
  return new TreeReader(source, events, problems).read();
}

/** The value of a text that stands in YAML without quotes: a number, true, false, nothing, or the text itself. */
export function plainValue(text: string): ScalarNode["value"] {
  const { value } = CORE_SCHEMA.resolveImplicitScalarTag(text);
  return typeof value === "number" || typeof value === "boolean" || value === null ? value : text;
}

class TreeReader {
  readonly #anchors = new Map<string, ConfigNode>();
  #next = 0;
  #nodes = 0;
  /** Where the last part ended: a value that is left out stands there. */
  #lastOffset = 0;

  constructor(
    private readonly source: ConfigSource,
    private readonly events: readonly Event[],
    private readonly problems: ConfigProblems,
  ) {}

  read(): ConfigNode | undefined {
    this.#next = 1;
    const first = this.events[1];
    if (first === undefined || first.type === EVENT_ID.POP) return undefined;
    return this.#node("");
  }

  #node(path: string): ConfigNode {
    const event = this.events[this.#next++]!;
    this.#nodes += 1;
    switch (event.type) {
      case EVENT_ID.SCALAR:
        return this.#scalar(event, path);
      case EVENT_ID.SEQUENCE:
        return this.#list(event, path);
      case EVENT_ID.MAPPING:
        return this.#map(event, path);
      case EVENT_ID.ALIAS:
        return this.#alias(event, path);
      default:
        return this.#nothing(path);
    }
  }

  #place(offset: number): ConfigPlace {
    if (offset >= 0) this.#lastOffset = offset;
    return { source: this.source, offset: this.#lastOffset };
  }

  /** A text in quotes begins with the quote. */
  #scalarPlace({ style, valueStart }: ScalarEvent): ConfigPlace {
    const isQuoted = style === SCALAR_STYLE.SINGLE_QUOTED || style === SCALAR_STYLE.DOUBLE_QUOTED;
    return this.#place(isQuoted ? valueStart - 1 : valueStart);
  }

  #nothing(path: string): ScalarNode {
    return { kind: "scalar", value: null, place: this.#place(-1), path };
  }

  #scalar(event: ScalarEvent, path: string): ConfigNode {
    const text = getScalarValue(this.source.text, event);
    const value = event.style === SCALAR_STYLE.PLAIN ? plainValue(text) : text;
    return this.#named(event, { kind: "scalar", value, place: this.#scalarPlace(event), path });
  }

  #list(event: SequenceEvent, path: string): ConfigNode {
    const place = this.#place(event.start);
    const items: ConfigNode[] = [];
    while (this.#more()) items.push(this.#node(pathInside(path, items.length)));
    return this.#named(event, { kind: "list", items, place, path });
  }

  #map(event: MappingEvent, path: string): ConfigNode {
    const place = this.#place(event.start);
    const entries = new Map<string, MapEntry>();
    while (this.#more()) {
      const { key, keyPlace } = this.#key(path);
      const inside = pathInside(path, key);
      const node = this.#node(inside);
      const first = entries.get(key);
      if (first === undefined) {
        entries.set(key, { keyPlace, node });
      } else {
        const { line } = this.source.position(first.keyPlace.offset);
        this.problems.add(keyPlace, inside, `is given twice, first in line ${line}; keep one of them`);
      }
    }
    return this.#named(event, { kind: "map", entries, place, path });
  }

  #key(path: string): { key: string; keyPlace: ConfigPlace } {
    const event = this.events[this.#next]!;
    if (event.type === EVENT_ID.SCALAR) {
      this.#next += 1;
      return { key: getScalarValue(this.source.text, event), keyPlace: this.#scalarPlace(event) };
    }
    const { place } = this.#node(path);
    this.problems.add(place, path, "the name of a setting must be plain text; write `name: value`");
    return { key: `(${place.offset})`, keyPlace: place };
  }

  #more(): boolean {
    if (this.events[this.#next]?.type !== EVENT_ID.POP && this.#next < this.events.length) return true;
    this.#next += 1;
    return false;
  }

  #named(event: ScalarEvent | SequenceEvent | MappingEvent, node: ConfigNode): ConfigNode {
    if (event.tagStart >= 0) {
      const tag = this.source.text.slice(event.tagStart, event.tagEnd);
      this.problems.add(node.place, node.path, `${tag} has no meaning here; write the value without it`);
    }
    if (event.anchorStart >= 0) {
      this.#anchors.set(this.source.text.slice(event.anchorStart, event.anchorEnd), node);
    }
    return node;
  }

  /** A copy, so that an error inside has the path of the place in which it is used. */
  #alias(event: AliasEvent, path: string): ConfigNode {
    const name = this.source.text.slice(event.anchorStart, event.anchorEnd);
    const place = this.#place(event.anchorStart);
    const node = this.#anchors.get(name);
    if (node === undefined) {
      this.problems.add(
        place,
        path,
        `*${name} repeats what has no end before this line; write &${name} above it`,
      );
      return this.#nothing(path);
    }
    mapScalars(node, (scalar) => (this.#nodes += 1, scalar));
    if (this.#nodes > maxNodes) {
      this.problems.add(place, path, `*${name} makes more than ${maxNodes} values; repeat less`);
      return this.#nothing(path);
    }
    return movedTo(node, path);
  }
}
