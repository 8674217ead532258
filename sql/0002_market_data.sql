-- What the venues quoted.

-- Best bid and ask of a symbol. The side is empty where price and quantity are null. run_id is a row of runs,
-- which the batch's row in stored_batches vouches for: a check per row takes a quarter of the insert's time.
create table if not exists book_ticker_snapshots (
  run_id integer not null,
  symbol_id integer not null references symbols (id),
  bid_price double precision, -- quote per base
  bid_quantity double precision, -- base on spot, contracts on futures
  ask_price double precision,
  ask_quantity double precision,
  exchange_time timestamptz, -- the venue's time; null when it sent none
  received_at timestamptz not null,
  update_id bigint -- version of the book; null when the venue sent none
);

create index if not exists book_ticker_snapshots_symbol_time on book_ticker_snapshots (symbol_id, received_at);
