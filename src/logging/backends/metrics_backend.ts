/**
 * Figures made of log records.
 * @module
 */
import type { EventDefinition, EventMetric } from "../event_definition.ts";
import type { LogMetricSeries } from "../log_metrics.ts";
import type { LogRecord } from "../log_record.ts";
import type { LogBackend } from "./backend.ts";

/** Buckets of a histogram that names none: 1, 2, 5, 10… up to 10,000,000. */
const defaultBounds: readonly number[] = Array.from({ length: 8 }, (_, i) => 10 ** i)
  .flatMap((step) => [step, 2 * step, 5 * step]).filter((bound) => bound <= 1e7);

/** Series of one metric; more are not told apart. */
const maxSeries = 500;

interface Series {
  readonly labels: Readonly<Record<string, string>>;
  value: number;
  readonly buckets: number[];
  count: number;
}

interface Metric {
  readonly kind: "counter" | "histogram";
  readonly help: string;
  readonly bounds: readonly number[];
  readonly series: Map<string, Series>;
}

/** Counts records by level and tag, and keeps the counters and histograms that events declare. */
export class MetricsBackend implements LogBackend {
  readonly #metrics = new Map<string, Metric>();
  /** Where records of an event are counted. */
  readonly #records = new Map<EventDefinition, Series>();

  constructor(readonly name: string) {}

  write(record: LogRecord): void {
    const { definition } = record;
    const { level, tag, metric } = definition;
    let records = this.#records.get(definition);
    if (records === undefined) {
      records = this.#series(recordCounter, { level, tag });
      this.#records.set(definition, records);
    }
    records.value += 1;
    if (metric !== undefined) this.#add(metric, record);
  }

  flush(): void {}

  discard(): number {
    return 0;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** All series so far. */
  snapshot(): LogMetricSeries[] {
    return [...this.#metrics].flatMap(([name, { kind, help, bounds, series }]) =>
      [...series.values()].map(({ labels, value, buckets, count }): LogMetricSeries =>
        kind === "counter"
          ? { kind, name, help, labels, value }
          : { kind, name, help, labels, bounds, buckets: [...buckets], sum: value, count }
      )
    );
  }

  #add(metric: EventMetric, record: LogRecord): void {
    const labels = Object.fromEntries(
      (metric.labels ?? []).map((label) => [label, String(record.value(label) ?? "")]),
    );
    const value = metric.field === undefined ? 1 : Number(record.value(metric.field));
    const series = this.#series(metric, labels);
    // A counter only goes up.
    if (Number.isNaN(value) || (metric.kind === "counter" && value < 0)) return;
    series.value += value;
    series.count += 1;
    if (metric.kind === "counter") return;
    const { bounds } = this.#metrics.get(metric.name)!;
    const at = bounds.findIndex((bound) => value <= bound);
    if (at >= 0) series.buckets[at]! += 1;
  }

  #series(metric: EventMetric, labels: Readonly<Record<string, string>>): Series {
    let known = this.#metrics.get(metric.name);
    if (known === undefined) {
      const { kind, help, bounds = defaultBounds } = metric;
      known = { kind, help, bounds, series: new Map() };
      this.#metrics.set(metric.name, known);
    }
    const key = Object.values(labels).join("\0");
    let series = known.series.get(key);
    if (series === undefined) {
      const isFull = known.series.size >= maxSeries;
      const kept = isFull ? mapValues(labels, "other") : labels;
      const keptKey = isFull ? Object.values(kept).join("\0") : key;
      series = known.series.get(keptKey) ??
        { labels: kept, value: 0, buckets: known.bounds.map(() => 0), count: 0 };
      known.series.set(keptKey, series);
    }
    return series;
  }
}

/** Written records. */
const recordCounter: EventMetric = {
  kind: "counter",
  name: "cexarb_log_records_total",
  help: "Log records written, by level and tag",
};

function mapValues(labels: Readonly<Record<string, string>>, value: string): Record<string, string> {
  return Object.fromEntries(Object.keys(labels).map((name) => [name, value]));
}
