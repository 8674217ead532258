/**
 * Finds the names that an expression of Prometheus' query language reads. Enough of the language for the project's
 * own dashboards and rules.
 * @module
 */

/** Metric with the labels that its selector asks for by value. */
export interface MetricSelector {
  readonly name: string;
  /** Values by label; several where the selector lists them with `|`. */
  readonly labels: Readonly<Record<string, readonly string[]>>;
}

const words = new Set([
  "by",
  "without",
  "on",
  "ignoring",
  "and",
  "or",
  "unless",
  "offset",
  "bool",
  "inf",
  "nan",
]);
/** What Prometheus or Grafana put into labels. */
const foreignLabels = new Set(["instance", "job"]);

/** Every metric that an expression reads. */
export function metricSelectors(expression: string): MetricSelector[] {
  // Names of labels after `by` and the like are no metrics.
  const text = expression.replaceAll(/\b(by|without|on|ignoring)\s*\([^)]*\)/g, " ");
  const selectors: MetricSelector[] = [];
  const pattern = /([a-zA-Z_:][\w:]*)\s*(?:\{([^}]*)\})?(\s*\()?|\[[^\]]*\]|\d[\w.]*|"[^"]*"/g;
  for (const [, name, matchers, call] of text.matchAll(pattern)) {
    if (name === undefined || call !== undefined || words.has(name.toLowerCase())) continue;
    selectors.push({ name, labels: labelsOf(matchers ?? "") });
  }
  return selectors;
}

function labelsOf(matchers: string): Record<string, string[]> {
  const labels: Record<string, string[]> = {};
  for (const [, label, operator, value] of matchers.matchAll(/(\w+)\s*(=~|!=|!~|=)\s*"([^"]*)"/g)) {
    if (foreignLabels.has(label!) || operator!.startsWith("!")) continue;
    labels[label!] = operator === "=~" ? value!.split("|") : [value!];
  }
  return labels;
}
