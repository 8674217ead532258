/**
 * What the dashboard and the alert rules of `config/deploy` read.
 * @module
 */
import { parse } from "@std/yaml";
import type { Scrape } from "./prometheus_text.ts";
import { metricSelectors } from "./promql.ts";

const root = new URL("../../", import.meta.url).pathname;

/** The alert rules. */
export const rulesFile = `${root}config/deploy/prometheus/alerts.yaml`;
const dashboardFile = `${root}config/deploy/grafana/cexarb.json`;

interface Rules {
  readonly groups: { rules: { alert: string; expr: string }[] }[];
}

interface Dashboard {
  readonly panels: { title: string; targets?: { expr: string }[] }[];
  readonly templating: { list: { query: string }[] };
}

/** An expression and where it stands. */
export interface DeployExpression {
  /** Name of the alert or title of the panel. */
  readonly place: string;
  readonly expression: string;
}

/** Every expression of both files. */
export async function deployExpressions(): Promise<DeployExpression[]> {
  const rules = parse(await Deno.readTextFile(rulesFile)) as Rules;
  const dashboard = JSON.parse(await Deno.readTextFile(dashboardFile)) as Dashboard;
  const variables = dashboard.templating.list.map(({ query }) => /^label_values\((.*),/.exec(query)?.[1]);
  return [
    ...rules.groups.flatMap(({ rules }) => rules).map(({ alert, expr }) => ({
      place: alert,
      expression: expr,
    })),
    ...dashboard.panels.flatMap(({ title, targets = [] }) =>
      targets.map(({ expr }) => ({ place: title, expression: expr }))
    ),
    ...variables.filter((query) => query !== undefined).map((query) => ({
      place: "variables",
      expression: query,
    })),
  ];
}

/** What an expression reads that a scrape does not have: metrics, or values of their labels. */
export function unreadable(expression: string, scrape: Scrape): string[] {
  return metricSelectors(expression).filter(({ name, labels }) => {
    // Made by Prometheus itself.
    if (name === "up") return false;
    const samples = scrape.samples.filter((sample) => sample.name === name);
    return samples.length === 0 ||
      Object.entries(labels).some(([label, values]) =>
        values.some((value) => !samples.some((sample) => sample.labels[label] === value))
      );
  }).map(({ name, labels }) => `${name} ${JSON.stringify(labels)}`);
}
