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

/** A counter that somebody else keeps. */
export interface ForeignCounter {
  readonly kind: "counter";
  readonly name: string;
  readonly help: string;
  readonly labels: Labels;
  readonly value: number;
}

/** A histogram that somebody else keeps. */
export interface ForeignHistogram {
  readonly kind: "histogram";
  readonly name: string;
  readonly help: string;
  readonly labels: Labels;
  /** Upper bounds of the buckets, rising. */
  readonly bounds: readonly number[];
  /** Values in each bucket alone; what is above the last bound is in none. */
  readonly buckets: readonly number[];
  /** Sum and number of all values. */
  readonly sum: number;
  readonly count: number;
}

/** Figures that come under names of their own, such as those of log records. */
export type ForeignSeries = ForeignCounter | ForeignHistogram;

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
    const values = (): RecordedValue[] => [...read()].flatMap((series) => latencyValues(metric.name, series));
    this.#registry.registerMetric(new RecordedMetric(metric, "histogram", values));
  }

  /** Adds metrics whose names are told with their values, and may be new at any reading. Known names go first. */
  foreign(read: () => readonly ForeignSeries[]): void {
    let latest: readonly ForeignSeries[] = [];
    const take = (): void => {
      latest = read();
      for (const series of latest) {
        const { kind, name } = series;
        if (this.#registry.getSingleMetric(name) !== undefined) continue;
        const own = (): ForeignSeries[] =>
          latest.filter((other) => other.name === name && other.kind === kind);
        this.#registry.registerMetric(new RecordedMetric(series, kind, () => own().flatMap(foreignValues)));
      }
    };
    this.#preparations.push(take);
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

type RecordedValue = MetricValueWithName<string>;
type Reading = MetricObjectWithValues<RecordedValue>;

/** Shows values that were recorded elsewhere. */
class RecordedMetric extends Histogram<string> {
  constructor(
    private readonly metric: Pick<MetricName, "name" | "help">,
    private readonly kind: "counter" | "histogram",
    private readonly read: () => RecordedValue[],
  ) {
    super({ name: metric.name, help: metric.help, registers: [] });
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
      type: this.kind as unknown as MetricType,
      aggregator: "sum",
      collect: (): void => {},
      values: this.read(),
    });
  }
}

function latencyValues(name: string, { labels = {}, histogram }: LatencySeries): RecordedValue[] {
  const counts = histogram.countsUpTo(latencyBounds);
  return histogramValues(name, labels, latencyBounds, counts, histogram.sumSeconds, histogram.count);
}

function foreignValues(series: ForeignSeries): RecordedValue[] {
  const { name, labels } = series;
  if (series.kind === "counter") return [{ metricName: name, labels, value: series.value }];
  let below = 0;
  const counts = series.buckets.map((count) => below += count);
  return histogramValues(name, labels, series.bounds, counts, series.sum, series.count);
}

/** @param counts How many values did not exceed each bound. */
function histogramValues(
  name: string,
  labels: Labels,
  bounds: readonly number[],
  counts: readonly number[],
  sum: number,
  count: number,
): RecordedValue[] {
  const bucket = (le: number | string, value: number): RecordedValue => ({
    metricName: `${name}_bucket`,
    labels: { ...labels, le },
    value,
  });
  return [
    ...bounds.map((bound, index) => bucket(bound, counts[index]!)),
    bucket("+Inf", count),
    { metricName: `${name}_sum`, labels, value: sum },
    { metricName: `${name}_count`, labels, value: count },
  ];
}
