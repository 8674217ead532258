/**
 * Shows a run to those who watch it from outside.
 * @module
 */
import type { ConfigLoadingMetrics } from "../config/hft_config.ts";
import { readListenAddress } from "../config/telemetry_config.ts";
import { type DeskControl, deskControl } from "../dashboard/desk_control.ts";
import { TelemetryServer } from "../dashboard/telemetry_server.ts";
import type { Logger } from "../logging/logger.ts";
import type { MarketStore } from "../storage/mod.ts";
import { complianceOf, type ComplianceReport, type Target } from "../telemetry/compliance.ts";
import { EventLoopMonitor } from "../telemetry/event_loop_monitor.ts";
import { type Health, healthOf } from "../telemetry/health.ts";
import { LatencyWindow } from "../telemetry/latency_window.ts";
import { type ForeignSeries, MetricsRegistry } from "../telemetry/metrics_registry.ts";
import { addProcessMetrics } from "../telemetry/process_metrics.ts";
import type { Engine } from "./engine.ts";
import { addEngineMetrics } from "./engine_metrics.ts";
import type { RunTrading } from "./run_trading.ts";
import { liveness, readiness, runTargets, type StageWindows } from "./run_targets.ts";
import { addCacheMetrics, addStorageMetrics } from "./storage_metrics.ts";

/** What {@link RunTelemetry} takes. */
export interface RunTelemetryOptions {
  /** Where to listen, such as `127.0.0.1:9464`. */
  readonly listen: string;
  readonly logger: Logger;
  /** What loading the configuration took, where it was measured. */
  readonly configLoading?: ConfigLoadingMetrics;
  /** Figures of the log. */
  readonly logSeries?: () => readonly ForeignSeries[];
}

/** Half of the time over which compliance looks at latencies, milliseconds. */
const windowMs = 60_000;

/** Metrics, health and compliance of a run over HTTP, from before the engine's start to after its end. */
export class RunTelemetry {
  readonly #registry = new MetricsRegistry();
  readonly #eventLoop = new EventLoopMonitor();
  readonly #eventLoopWindow = new LatencyWindow(() => this.#eventLoop.delays);
  readonly #server: TelemetryServer;
  #windows: readonly LatencyWindow[] = [this.#eventLoopWindow];
  #rotation: ReturnType<typeof setInterval> | undefined;
  #engine: Engine | undefined;
  #targets: readonly Target[] = [];
  #control: DeskControl | undefined;

  private constructor({ logger, listen, configLoading, logSeries }: RunTelemetryOptions) {
    addProcessMetrics(this.#registry, this.#eventLoop);
    if (configLoading !== undefined) addConfigMetrics(this.#registry, configLoading);
    if (logSeries !== undefined) this.#registry.foreign(logSeries);
    this.#server = TelemetryServer.start(readListenAddress(listen)!, {
      metrics: this.#registry,
      live: () => liveness(this.#eventLoop),
      ready: () => this.#ready(),
      compliance: () => this.#compliance(),
      control: () => this.#control,
    }, logger);
  }

  /**
   * Listens from now on.
   *
   * @throws {ConfigError} when the address is taken or not of this machine.
   */
  static start(options: RunTelemetryOptions): RunTelemetry {
    const telemetry = new RunTelemetry(options);
    telemetry.#eventLoop.start();
    telemetry.#rotation = setInterval(() => {
      for (const window of telemetry.#windows) window.rotate();
    }, windowMs);
    Deno.unrefTimer(Number(telemetry.#rotation));
    options.logger.info("Telemetry", { address: telemetry.url });
    return telemetry;
  }

  /** Where it listens, such as `http://127.0.0.1:9464`. */
  get url(): string {
    return this.#server.url;
  }

  /** The store is open: shows it from now on. */
  attachStore(store: MarketStore): void {
    addStorageMetrics(this.#registry, store);
  }

  /** The engine runs: shows it from now on. */
  attach(engine: Engine): void {
    const { frame_to_book, frame_to_decision } = engine.measurements.latencies;
    const stages: StageWindows = {
      frame_to_book: new LatencyWindow(() => frame_to_book.total()),
      frame_to_decision: new LatencyWindow(() => frame_to_decision.total()),
    };
    addEngineMetrics(this.#registry, engine);
    addCacheMetrics(this.#registry, () => engine.symbolCache);
    this.#windows = [this.#eventLoopWindow, ...Object.values(stages)];
    this.#targets = runTargets(engine, stages, this.#eventLoopWindow);
    this.#engine = engine;
    if (engine.trading !== undefined) this.#control = controlOf(engine, engine.trading);
  }

  /** Listens no more. */
  async stop(): Promise<void> {
    clearInterval(this.#rotation);
    this.#eventLoop.stop();
    await this.#server.stop();
  }

  #ready(): Health {
    return this.#engine === undefined ? healthOf(["the engine is starting"]) : readiness(this.#engine);
  }

  #compliance(): ComplianceReport {
    return this.#engine === undefined ? { verdict: "unknown", targets: [] } : complianceOf(this.#targets);
  }
}

function controlOf(engine: Engine, trading: RunTrading): DeskControl {
  const { desk, kill, risk } = trading.parts;
  return deskControl({
    mode: engine.options.config.mode,
    killSwitch: kill,
    breakers: risk.breakers,
    stops: desk.stops,
    exposures: () => Object.fromEntries(desk.residues().map(({ base, quantity }) => [base, quantity])),
    rebalance: () => engine.rebalance?.current ?? [],
    resume: (scope) => trading.resume(scope, "allowed over the control port"),
  });
}

function addConfigMetrics(registry: MetricsRegistry, loading: ConfigLoadingMetrics): void {
  const { yamlMs, substitutionMs, validationMs, totalMs, files } = loading;
  const parts = { yaml: yamlMs, substitution: substitutionMs, validation: validationMs, total: totalMs };
  registry.gauge(
    { name: "cexarb_config_load_seconds", help: "What loading the configuration took", labels: ["part"] },
    () => Object.entries(parts).map(([part, ms]) => ({ labels: { part }, value: ms / 1_000 })),
  );
  registry.gauge(
    { name: "cexarb_config_files", help: "Files of the configuration, with those that it extends" },
    () => [{ value: files }],
  );
}
