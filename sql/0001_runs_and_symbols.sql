-- Who wrote a row, and what it is about. Every file here may be applied twice without effect.

-- One start of the program. Rows of several runs live side by side in one database.
create table if not exists runs (
  id integer generated always as identity primary key,
  key uuid not null unique, -- given by the program, so that a run announced twice is one run
  mode text not null, -- demo, paper, live, replay, …
  seed bigint, -- null when nothing in the run is drawn from a seed
  started_at timestamptz not null,
  ended_at timestamptz, -- null while it runs, or when it was cut off
  lost_rows bigint -- rows that the run could not store; null as ended_at
);

-- The batches that a run has stored: what makes a batch that is sent twice count once.
create table if not exists stored_batches (
  run_id integer not null references runs (id),
  sequence bigint not null, -- 1, 2, 3, … within the run, over all tables
  table_name text not null,
  row_count integer not null,
  primary key (run_id, sequence)
);

create table if not exists exchanges (
  id smallint primary key, -- the program's own number of the venue
  key text not null unique, -- MEXC_SPOT, GATEIO_SPOT, GATEIO_FUTURES
  name text not null,
  market text not null check (market in ('spot', 'perpetual')),
  maker_fee double precision, -- ratio of the notional
  taker_fee double precision, -- ratio of the notional
  buy_fee_coin text not null check (buy_fee_coin in ('base', 'quote'))
);

-- A symbol keeps its id from run to run; what the venue says about it is that of the latest run.
create table if not exists symbols (
  id integer generated always as identity primary key,
  exchange_id smallint not null references exchanges (id),
  base text not null,
  quote text not null,
  exchange_symbol text not null, -- the venue's own name: BTCUSDT, BTC_USDT
  market text not null check (market in ('spot', 'perpetual')),
  tick_size numeric not null, -- quote per base
  lot_size numeric not null, -- base on spot, contracts on futures
  contract_size numeric not null, -- base per unit of order size; 1 on spot
  min_quantity double precision, -- unit as lot_size; 0 for none
  min_notional double precision, -- quote; 0 for none
  maker_fee double precision, -- ratio of the notional
  taker_fee double precision, -- ratio of the notional
  tradable boolean not null,
  unique (exchange_id, exchange_symbol)
);
