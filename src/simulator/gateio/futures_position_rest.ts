/**
 * The position endpoints of Gate.io futures.
 * @module
 */
import type { PositionKey, PositionSlot, PositionView } from "../trading/futures_contract.ts";
import type { GateCall, GateEndpoint } from "./gate_endpoint.ts";
import { gateRestErrors } from "./gate_errors.ts";
import { GateFields } from "./gate_fields.ts";
import { required } from "./gate_query.ts";
import { accountCall, accountGet } from "./futures_endpoint.ts";
import { flagOf, paged, pageOf, spanOf, within } from "./futures_query.ts";
import { engineError } from "./futures_refusals.ts";
import { positionDocument, usedLeverage } from "./futures_position_document.ts";
import { plainText } from "./futures_prices.ts";
import { sizeStyle } from "./futures_sizes.ts";
import { accountOf, amountOf, type FuturesParts } from "./futures_user.ts";

/** Changes one position and returns it. */
type Change = (key: PositionKey, fields: GateFields) => PositionView;

const dualSlots: readonly PositionSlot[] = ["dual_long", "dual_short"];

/** Reads and configures positions. */
class PositionCalls {
  readonly #parts: FuturesParts;

  constructor(parts: FuturesParts) {
    this.#parts = parts;
  }

  list(call: GateCall): unknown {
    const holding = flagOf(call.query, "holding");
    const views = this.#parts.engine.positions(accountOf(call)).filter(({ size }) => !holding || size !== 0);
    return paged(views, pageOf(call.query)).map((view) => this.#document(call, view));
  }

  /** UNCONFIRMED: what the history holds; here the positions as they are, by the time of their latest change. */
  history(call: GateCall): unknown {
    const instrument = this.#parts.market.instrument(required(call.query, "contract"));
    const span = spanOf(call.query);
    const views = this.#parts.engine.positions(accountOf(call))
      .filter((view) => view.instrument === instrument && within(span, view.updatedMs));
    return paged(views, pageOf(call.query)).map((view) => this.#document(call, view));
  }

  /** UNCONFIRMED: the status of POSITION_NOT_FOUND. */
  single(call: GateCall): unknown {
    return this.#document(call, this.#known(this.#key(call, "single")));
  }

  /** UNCONFIRMED: an account in single mode gets its one position. */
  dual(call: GateCall): unknown {
    const slots = this.#mode(call) === "dual" ? dualSlots : ["single" as const];
    const views = slots.map((slot) => this.#parts.engine.position(this.#key(call, slot)));
    if (views.every((view) => view === undefined)) {
      throw engineError("POSITION_NOT_FOUND", "position not found");
    }
    return views.filter((view) => view !== undefined).map((view) => this.#document(call, view));
  }

  /** Changes the position of single mode. @throws {GateRestError} POSITION_DUAL_MODE. */
  changeSingle(call: GateCall, change: Change): unknown {
    const fields = GateFields.ofCall(call);
    return this.#document(call, change(this.#singleKey(call, fields), fields));
  }

  /** Changes both positions of dual mode, or the one that `dual_side` names; answers both. */
  changeDual(call: GateCall, change: Change): unknown {
    const fields = GateFields.ofCall(call);
    const contract = fields.required("contract");
    const side = fields.optional("dual_side") === undefined
      ? undefined
      : fields.choice("dual_side", dualSlots);
    // UNCONFIRMED: in single mode the path works on the one position.
    const slots: readonly PositionSlot[] = this.#mode(call) === "dual" ? dualSlots : ["single"];
    const views = slots.map((slot) => {
      const key = this.#key(call, slot, contract);
      const meant = slot === "single" || side === undefined || side === slot;
      return meant ? change(key, fields) : this.#known(key);
    });
    return views.map((view) => this.#document(call, view));
  }

  /** Changes the position that `dual_side` names, or that of single mode. */
  changeSide(call: GateCall, change: Change): unknown {
    const fields = GateFields.ofCall(call);
    return this.#document(call, change(this.#sideKey(call, fields), fields));
  }

  /** UNCONFIRMED: nothing but `lever` is answered. */
  leverage(call: GateCall): unknown {
    const key = this.#sideKey(call, GateFields.ofCall(call));
    return { lever: plainText(usedLeverage(this.#known(key))) };
  }

  #document(call: GateCall, view: PositionView): unknown {
    return positionDocument(this.#parts, view, sizeStyle(call.headers));
  }

  #mode(call: GateCall): "single" | "dual" {
    return this.#parts.engine.mode(accountOf(call));
  }

  #known(key: PositionKey): PositionView {
    if (key.slot === "single" && this.#parts.engine.mode(key.account) === "dual") throw dualMode();
    const view = this.#parts.engine.position(key);
    if (view === undefined) throw engineError("POSITION_NOT_FOUND", "position not found");
    return view;
  }

  #singleKey(call: GateCall, fields: GateFields): PositionKey {
    const key = this.#key(call, "single", fields.required("contract"));
    if (this.#mode(call) === "dual") throw dualMode();
    return key;
  }

  #sideKey(call: GateCall, fields: GateFields): PositionKey {
    if (this.#mode(call) === "single") return this.#singleKey(call, fields);
    return this.#key(call, fields.choice("dual_side", dualSlots), fields.required("contract"));
  }

  #key(call: GateCall, slot: PositionSlot, contract = call.params["contract"]!): PositionKey {
    return { account: accountOf(call), instrument: this.#parts.market.instrument(contract), slot };
  }
}

function dualMode(): Error {
  return engineError("POSITION_DUAL_MODE", "position in dual mode");
}

/** A leverage that is not negative. @throws {GateRestError} INVALID_PARAM_VALUE. */
function leverageOf(fields: GateFields, name: string): number {
  const text = fields.required(name);
  const value = Number(text);
  if (!Number.isFinite(value) || value < 0) throw gateRestErrors.badParameter(name, text);
  return value;
}

function amount(fields: GateFields, name: string): bigint {
  const text = fields.required(name);
  const value = amountOf(text);
  if (value === undefined) throw gateRestErrors.badParameter(name, text);
  return value;
}

/** What the endpoints change. */
function changes({ engine }: FuturesParts): Record<"leverage" | "margin" | "risk" | "mode" | "set", Change> {
  return {
    leverage: (key, fields) => {
      const limit = fields.optional("cross_leverage_limit");
      const leverage = leverageOf(fields, "leverage");
      return engine.setLeverage(
        key,
        leverage,
        leverage === 0 && limit !== undefined ? leverageOf(fields, "cross_leverage_limit") : undefined,
      );
    },
    margin: (key, fields) => engine.changeMargin(key, amount(fields, "change")),
    risk: (key, fields) => engine.setRiskLimit(key, amount(fields, "risk_limit")),
    mode: (key, fields) => {
      const mode = fields.choice("mode", ["CROSS", "ISOLATED"]);
      return engine.setMarginMode(key, mode === "CROSS" ? "cross" : "isolated");
    },
    // UNCONFIRMED: without a margin mode the position keeps its own; the answer is the Position.
    set: (key, fields) => {
      const given = fields.optional("margin_mode");
      const present = (engine.position(key)?.leverage ?? 0) === 0 ? "cross" : "isolated";
      const mode = given === undefined ? present : fields.choice("margin_mode", ["isolated", "cross"]);
      const leverage = leverageOf(fields, "leverage");
      return mode === "cross" ? engine.setLeverage(key, 0, leverage) : engine.setLeverage(key, leverage);
    },
  };
}

/** The endpoints. */
export function positionEndpoints(parts: FuturesParts): GateEndpoint[] {
  const calls = new PositionCalls(parts);
  const { leverage, margin, risk, mode, set } = changes(parts);
  const single = (path: string, change: Change): GateEndpoint =>
    accountCall("POST", `/positions/${path}`, (call) => calls.changeSingle(call, change));
  const dual = (path: string, change: Change): GateEndpoint =>
    accountCall("POST", `/dual_comp/positions/${path}`, (call) => calls.changeDual(call, change));
  return [
    accountGet("/positions", (call) => calls.list(call)),
    accountGet("/positions_timerange", (call) => calls.history(call)),
    accountGet("/positions/{contract}", (call) => calls.single(call)),
    accountGet("/dual_comp/positions/{contract}", (call) => calls.dual(call)),
    accountGet("/get_leverage/{contract}", (call) => calls.leverage(call)),
    single("{contract}/leverage", leverage),
    single("{contract}/margin", margin),
    single("{contract}/risk_limit", risk),
    single("cross_mode", mode),
    dual("{contract}/leverage", leverage),
    dual("{contract}/margin", margin),
    dual("{contract}/risk_limit", risk),
    dual("cross_mode", mode),
    accountCall("POST", "/positions/{contract}/set_leverage", (call) => calls.changeSide(call, set)),
  ];
}
