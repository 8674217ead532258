-- What was found, and what was done about it. Ids count from 1 within a run.

-- A price difference from its first to its last moment.
create table if not exists arbitrage_opportunities (
  run_id integer not null references runs (id),
  id bigint not null,
  buy_symbol_id integer not null references symbols (id),
  sell_symbol_id integer not null references symbols (id),
  started_at timestamptz not null,
  ended_at timestamptz not null,
  end_reason text not null check (end_reason in ('closed', 'unusable', 'stopped')),
  peak_edge_bps double precision, -- after taker fees, basis points of the amount bought
  peak_quantity double precision, -- base
  peak_profit double precision, -- quote, after taker fees
  executions integer not null, -- how often it was traded
  primary key (run_id, id)
);

create index if not exists arbitrage_opportunities_time on arbitrage_opportunities (started_at);

-- Two trades made together. opportunity_id is no foreign key: an opportunity is stored when it has ended,
-- which is after its executions.
create table if not exists executions (
  run_id integer not null references runs (id),
  id bigint not null,
  opportunity_id bigint, -- null for a trade that closes a hedged position
  purpose text not null check (purpose in ('enter', 'exit')),
  buy_symbol_id integer not null references symbols (id),
  sell_symbol_id integer not null references symbols (id),
  quantity double precision, -- base that was sold
  edge_quote double precision, -- proceeds minus cost minus fees
  executed_at timestamptz not null,
  primary key (run_id, id)
);

-- The program's own trades. A venue's trade id counts once per run and symbol.
create table if not exists fills (
  run_id integer not null references runs (id),
  symbol_id integer not null references symbols (id),
  trade_id text not null,
  client_order_id text not null,
  side text not null check (side in ('buy', 'sell')),
  price double precision, -- quote per base
  quantity double precision, -- base, before any fee
  notional double precision, -- quote
  fee double precision, -- in fee_coin; negative for a rebate
  fee_coin text not null,
  fee_quote double precision, -- the fee's value in quote
  liquidity text not null check (liquidity in ('maker', 'taker')),
  paper boolean not null, -- whether the trade was only simulated
  filled_at timestamptz not null,
  primary key (run_id, symbol_id, trade_id)
);

create index if not exists fills_time on fills (filled_at);
