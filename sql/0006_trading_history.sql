-- Orders and positions, and what each opportunity and execution came to. A table that is cut by time has its time in
-- its key.

alter table arbitrage_opportunities add column if not exists spread_bps double precision; -- bid over ask before fees
-- Not a generated column: TimescaleDB 2.22 to 2.25 leaves those empty in rows that come into a compressed chunk.
alter table arbitrage_opportunities add column if not exists duration_ms double precision;
update arbitrage_opportunities set duration_ms = extract(epoch from (ended_at - started_at)) * 1000
where duration_ms is null;
alter table arbitrage_opportunities add column if not exists decision text not null default ''; -- why it was taken or not
alter table arbitrage_opportunities drop constraint if exists arbitrage_opportunities_pkey;
alter table arbitrage_opportunities add primary key (run_id, id, started_at);
create index if not exists arbitrage_opportunities_edge on arbitrage_opportunities (peak_edge_bps, started_at);
create index if not exists arbitrage_opportunities_buy_time on arbitrage_opportunities (buy_symbol_id, started_at);
-- With the edge beside the time, those under a threshold are passed over without a look at their rows.
create index if not exists arbitrage_opportunities_time_edge on arbitrage_opportunities (started_at, peak_edge_bps);
drop index if exists arbitrage_opportunities_time;

-- When an execution's moments were, and what is missing of it. Null where it was never so far.
alter table executions add column if not exists seen_at timestamptz; -- the quote that led to it
alter table executions add column if not exists sent_at timestamptz;
alter table executions add column if not exists acknowledged_at timestamptz;
alter table executions add column if not exists filled_at timestamptz;
alter table executions add column if not exists wanted_quantity double precision; -- base
alter table executions add column if not exists missed_quantity double precision; -- base
alter table executions add column if not exists reason text not null default ''; -- why something is missing
alter table executions drop constraint if exists executions_pkey;
alter table executions add primary key (run_id, id, executed_at);
create index if not exists executions_time on executions (executed_at);

alter table fills drop constraint if exists fills_pkey;
alter table fills add primary key (run_id, symbol_id, trade_id, filled_at);
create index if not exists fills_symbol_time on fills (symbol_id, filled_at);

-- The latest state of each of the program's own orders.
create table if not exists orders (
  run_id integer not null references runs (id),
  symbol_id integer not null references symbols (id),
  client_order_id text not null,
  order_id text not null, -- the venue's; empty until it has given one
  side text not null check (side in ('buy', 'sell')),
  type text not null check (type in ('limit', 'market', 'post-only')),
  time_in_force text not null check (time_in_force in ('gtc', 'ioc', 'fok')),
  status text not null check (
    status in ('open', 'partially-filled', 'filled', 'cancelled', 'partially-cancelled', 'rejected')
  ),
  reduce_only boolean not null,
  paper boolean not null,
  price double precision, -- quote per base; null for a market order
  quantity double precision not null, -- base
  filled_quantity double precision not null, -- base
  average_price double precision, -- quote per base; null before the first fill
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (run_id, client_order_id, created_at)
);
create index if not exists orders_symbol_time on orders (symbol_id, created_at);
create index if not exists orders_time on orders (created_at);

-- Positions as they were at one moment.
create table if not exists positions (
  run_id integer not null references runs (id),
  symbol_id integer not null references symbols (id),
  side text not null check (side in ('single', 'long', 'short')),
  paper boolean not null,
  quantity double precision not null, -- base; positive long
  entry_price double precision, -- quote per base; null when flat
  mark_price double precision,
  liquidation_price double precision,
  leverage double precision, -- 0 for cross margin where the venue says so; null on spot
  margin double precision, -- quote
  realised_pnl double precision not null, -- quote
  unrealised_pnl double precision, -- quote
  taken_at timestamptz not null
);
create index if not exists positions_symbol_time on positions (symbol_id, taken_at);
