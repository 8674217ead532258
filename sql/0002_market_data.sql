-- What the venues quoted.

-- Best bid and ask of a symbol. The side is empty where price and quantity are null.
create table if not exists book_ticker_snapshots (
  run_id integer not null references runs (id),
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
