/**
 * Metrics in the text format of Prometheus.
 * @module
 */
import {
  Counter,
  Gauge,
  Histogram,
  type MetricObjectWithValues,
  type MetricType,
  type MetricValueWithName,
  Registry,
} from "prom-client";
import type { LatencyHistogram } from "./latency_histogram.ts";

/** Values of labels by name. */
export type Labels = Readonly<Record<string, string>>;

/** One value of a metric; one that is not a number is left out. */
export interface Sample {
  readonly labels?: Labels;
  readonly value: number;
}

/** One distribution of a metric. */
export interface LatencySeries {
  readonly labels?: Labels;
  readonly histogram: LatencyHistogram;
}

/** What a metric is called. */
export interface MetricName {
  /** `cexarb_…`, with the unit at the end, and `_total` after that for a counter. */
  readonly name: string;
  /** One sentence for people. */
  readonly help: string;
  /** Names of its labels. */
  readonly labels?: readonly string[];
}

/** Bounds of the buckets of every latency, seconds: from a microsecond to ten seconds. */
export const latencyBounds: readonly number[] = [-6, -5, -4, -3, -2, -1, 0].flatMap((exponent) =>
  [1, 2.5, 5].map((digit) => Number(`${digit}e${exponent}`))
).concat(10);

/**
 * The metrics of a program. They are read when somebody asks for them: nothing is counted here, so that what is
 * measured pays only for what it counts anyway.
 */
export class MetricsRegistry {
  readonly #registry = new Registry();
  readonly #preparations: (() => void)[] = [];

  /** Type of {@link MetricsRegistry.text} as a header has it. */
  get contentType(): string {
    return this.#registry.contentType;
  }

  /** Is called before each reading, to read once what several metrics show. */
  beforeReading(prepare: () => void): void {
    this.#preparations.push(prepare);
  }

  /** Adds something that goes up and down. */
  gauge({ name, help, labels = [] }: MetricName, read: () => Iterable<Sample>): void {
    new Gauge({
      name,
      help,
      labelNames: [...labels],
      registers: [this.#registry],
      collect(): void {
        this.reset();
        // Without labels a reset has left a zero, which nobody has measured.
        if (labels.length === 0) this.remove();
        for (const sample of known(read())) this.set(sample.labels ?? {}, sample.value);
      },
    });
  }

  /** Adds a number of things that have happened. */
  counter({ name, help, labels = [] }: MetricName, read: () => Iterable<Sample>): void {
    new Counter({
      name,
      help,
      labelNames: [...labels],
      registers: [this.#registry],
      collect(): void {
        this.reset();
        if (labels.length === 0) this.remove();
        for (const sample of known(read())) this.inc(sample.labels ?? {}, sample.value);
      },
    });
  }

  /** Adds distributions of latencies. */
  latencies(metric: MetricName, read: () => Iterable<LatencySeries>): void {
    this.#registry.registerMetric(new RecordedHistogram(metric, read));
  }

  /** All metrics as they are now. */
  async text(): Promise<string> {
    for (const prepare of this.#preparations) prepare();
    return await this.#registry.metrics();
  }
}

function known(samples: Iterable<Sample>): Sample[] {
  return [...samples].filter(({ value }) => !Number.isNaN(value));
}

/** Shows distributions that were recorded elsewhere. */
class RecordedHistogram extends Histogram<string> {
  constructor(
    private readonly metric: MetricName,
    private readonly read: () => Iterable<LatencySeries>,
  ) {
    const { name, help, labels = [] } = metric;
    super({ name, help, labelNames: [...labels], buckets: [...latencyBounds], registers: [] });
  }

  override get(): Promise<Reading> {
    return this.getForPromString();
  }

  /** What the registry asks for first, though the library's types do not tell. */
  getForPromString(): Promise<Reading> {
    const { name, help } = this.metric;
    return Promise.resolve({
      name,
      help,
      // The types have an enumeration here; the library itself has texts and no such enumeration.
      type: "histogram" as unknown as MetricType,
      aggregator: "sum",
      collect: (): void => {},
      values: [...this.read()].flatMap((series) => valuesOf(name, series)),
    });
  }
}

type Reading = MetricObjectWithValues<MetricValueWithName<string>>;

function valuesOf(name: string, { labels = {}, histogram }: LatencySeries): MetricValueWithName<string>[] {
  const counts = histogram.countsUpTo(latencyBounds);
  const buckets = latencyBounds.map((le, index) => ({
    metricName: `${name}_bucket`,
    labels: { ...labels, le },
    value: counts[index]!,
  }));
  return [
    ...buckets,
    { metricName: `${name}_bucket`, labels: { ...labels, le: "+Inf" }, value: histogram.count },
    { metricName: `${name}_sum`, labels, value: histogram.sumSeconds },
    { metricName: `${name}_count`, labels, value: histogram.count },
  ];
}
