-- What the venues showed beside best bids and asks. Sizes are in the venue's unit: base on spot, contracts on
-- futures. A row's run is vouched for by its batch, as in book_ticker_snapshots.

-- Levels of a book at one moment, best first. A side is empty where its price and quantity are null.
create table if not exists orderbook_depth (
  run_id integer not null,
  symbol_id integer not null references symbols (id),
  level smallint not null check (level between 1 and 200),
  bid_price double precision, -- quote per base
  bid_quantity double precision,
  ask_price double precision,
  ask_quantity double precision,
  exchange_time timestamptz, -- null when the venue sent none
  received_at timestamptz not null,
  update_id bigint -- version of the book
);
create index if not exists orderbook_depth_symbol_time on orderbook_depth (symbol_id, received_at);

-- Everybody's trades.
create table if not exists trade_snapshots (
  run_id integer not null,
  symbol_id integer not null references symbols (id),
  trade_id text not null, -- the venue's; empty when it tells none
  price double precision not null,
  quantity double precision not null,
  taker_side text not null check (taker_side in ('buy', 'sell')),
  internal boolean not null, -- not made in the book: the venue took a liquidated position over
  recovered boolean not null, -- asked for afterwards, because the stream had been interrupted
  exchange_time timestamptz not null,
  received_at timestamptz not null
);
create index if not exists trade_snapshots_symbol_time on trade_snapshots (symbol_id, received_at);

-- Funding of a perpetual contract. Longs pay shorts when the rate is positive.
create table if not exists funding_rate_snapshots (
  run_id integer not null,
  symbol_id integer not null references symbols (id),
  funding_rate double precision not null check (funding_rate between -1 and 1), -- ratio of the notional
  funding_time timestamptz not null, -- next settlement
  funding_interval double precision not null check (funding_interval > 0 and funding_interval <= 604800), -- seconds
  mark_price double precision check (mark_price > 0),
  index_price double precision check (index_price > 0),
  received_at timestamptz not null,
  -- A settlement lies ahead, or was a moment ago, and not further away than an interval and its delay.
  check (funding_time >= received_at - interval '1 hour'),
  check (funding_time <= received_at + interval '8 days')
);
create index if not exists funding_rate_snapshots_symbol_time on funding_rate_snapshots (symbol_id, received_at)
  include (funding_rate, funding_interval); -- statistics need no look at the rows

-- What an account holds of a coin, in units of the coin.
create table if not exists balance_snapshots (
  run_id integer not null,
  exchange_id smallint not null references exchanges (id),
  coin text not null,
  available double precision not null,
  locked double precision not null, -- bound in open orders and positions
  frozen double precision not null, -- held by the venue
  borrowing double precision not null,
  interest double precision not null, -- owed for what is borrowed
  taken_at timestamptz not null
);
create index if not exists balance_snapshots_exchange_time on balance_snapshots (exchange_id, taken_at);
create index if not exists balance_snapshots_coin_time on balance_snapshots (exchange_id, coin, taken_at);

-- Pressure in a book over a window of time.
create table if not exists order_flow_metrics (
  run_id integer not null,
  symbol_id integer not null references symbols (id),
  window_ms integer not null check (window_ms > 0),
  order_flow_imbalance double precision, -- venue's unit: sum over the best level's changes
  microprice double precision, -- quote per base
  volume_imbalance double precision check (volume_imbalance between -1 and 1), -- of the best levels
  trade_imbalance double precision check (trade_imbalance between -1 and 1), -- bought minus sold by takers
  measured_at timestamptz not null
);
create index if not exists order_flow_metrics_symbol_time on order_flow_metrics (symbol_id, measured_at);

-- How long a stage of the work took, over a window of time.
create table if not exists latency_samples (
  run_id integer not null,
  exchange_id smallint references exchanges (id), -- null for what is no venue's
  stage text not null, -- frame_to_book, frame_to_decision, order_round_trip, …
  samples bigint not null check (samples > 0),
  p50_us double precision not null, -- microseconds
  p90_us double precision not null,
  p99_us double precision not null,
  max_us double precision not null,
  measured_at timestamptz not null
);
create index if not exists latency_samples_stage_time on latency_samples (stage, measured_at);
create index if not exists latency_samples_time on latency_samples (measured_at);

-- State of what collects data.
create table if not exists collector_status (
  run_id integer not null,
  exchange_id smallint not null references exchanges (id),
  collector text not null, -- books, trades, funding, balances, …
  state text not null check (state in ('starting', 'running', 'degraded', 'stopped')),
  messages bigint not null, -- since the start of the run
  errors bigint not null,
  gaps bigint not null, -- lost sequences
  reconnects bigint not null,
  last_message_at timestamptz, -- null when none has come
  reported_at timestamptz not null
);
create index if not exists collector_status_collector_time on collector_status (exchange_id, collector, reported_at);
create index if not exists collector_status_time on collector_status (reported_at);
