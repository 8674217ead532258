/**
 * Reads the text format of Prometheus (its documentation, "Text-based format"), without the code under test.
 * @module
 */

/** One line of a scrape. */
export interface ScrapedSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Everything that was scraped. */
export class Scrape {
  readonly samples: readonly ScrapedSample[];
  /** Type by the metric's name. */
  readonly types: ReadonlyMap<string, string>;

  /** @throws {Error} with the line that is not of the format. */
  constructor(text: string) {
    const samples: ScrapedSample[] = [];
    const types = new Map<string, string>();
    for (const line of text.split("\n")) {
      const type = /^# TYPE (\S+) (counter|gauge|histogram)$/.exec(line);
      if (type !== null) types.set(type[1]!, type[2]!);
      else if (line !== "" && !line.startsWith("# HELP ")) samples.push(sampleOf(line));
    }
    this.samples = samples;
    this.types = types;
  }

  /** Names of all samples. */
  get names(): ReadonlySet<string> {
    return new Set(this.samples.map(({ name }) => name));
  }

  /** The values of a name by their labels as JSON, names of labels in order. */
  byLabels(name: string): Record<string, number> {
    return Object.fromEntries(
      this.samples.filter((sample) => sample.name === name)
        .map(({ labels, value }) => [Object.values(labels).join(" "), value]),
    );
  }

  /** The only value of a name with these labels among others; undefined when there is none. */
  value(name: string, labels: Readonly<Record<string, string>> = {}): number | undefined {
    const found = this.samples.filter((sample) =>
      sample.name === name && Object.entries(labels).every(([key, value]) => sample.labels[key] === value)
    );
    if (found.length > 1) throw new Error(`${found.length} samples of ${name} ${JSON.stringify(labels)}`);
    return found[0]?.value;
  }

  /** Sum of all values of a name. */
  sum(name: string): number {
    return this.samples.filter((sample) => sample.name === name).reduce((sum, { value }) => sum + value, 0);
  }
}

function sampleOf(line: string): ScrapedSample {
  const match = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/.exec(line);
  if (match === null) throw new Error(`Not a line of the text format: ${line}`);
  const labels: Record<string, string> = {};
  for (const [, name, value] of (match[2] ?? "").matchAll(/([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g)) {
    labels[name!] = value!.replaceAll(/\\(.)/g, (_, character) => character === "n" ? "\n" : character);
  }
  const value = match[3]!.replace(/^\+?Inf$/, "Infinity").replace("-Inf", "-Infinity");
  return { name: match[1]!, labels, value: Number(value) };
}
