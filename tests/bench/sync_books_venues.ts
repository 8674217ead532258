/**
 * Three simulated venues with many coins in a thread of their own, so that their work is not that of the client.
 * @module
 */
import { SystemClock } from "../../src/core/clock.ts";
import { SeededRandom } from "../../src/core/random.ts";
import { MarketModel, Simulator, type SimulatorEndpoints, syntheticAssets } from "../../src/simulator/mod.ts";

/** What a worker has and a page has not, as far as it is used here. */
interface WorkerScope {
  postMessage(message: { readonly endpoints: SimulatorEndpoints; readonly bases: readonly string[] }): void;
}

/** Every one on every venue: three books each. */
const coins = 70;
/** Of the busiest coin on each venue; most are much quieter. */
const eventsPerSecond = 10;
/** As deep as MEXC's snapshots. */
const levels = 1_000;

const assets = syntheticAssets(coins, new SeededRandom(1), { everywhere: true });
const source = new MarketModel({ assets, eventsPerSecond, levels });
const simulator = Simulator.create({ clock: new SystemClock(), seed: 1, source });
const endpoints = await simulator.listen();
simulator.start();
(self as unknown as WorkerScope).postMessage({ endpoints, bases: assets.map(({ base }) => base) });
