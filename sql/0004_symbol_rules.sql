-- What the symbols' venues say beyond prices and sizes, and what became of a symbol; when a batch was stored.

alter table symbols add column if not exists online boolean not null default true; -- the venue says that it trades
alter table symbols add column if not exists api_open boolean not null default true; -- programs may trade it
alter table symbols add column if not exists delisting boolean not null default false; -- announced to be taken off
alter table symbols add column if not exists identities text[] not null default '{}'; -- of the base coin: network:contract, where the venue tells it
alter table symbols add column if not exists listed_at timestamptz not null default now(); -- when it was first seen
alter table symbols add column if not exists changed_at timestamptz not null default now(); -- when its rules last changed
alter table symbols add column if not exists delisted_at timestamptz; -- null while the venue lists it

create index if not exists symbols_pair on symbols (base, quote);

-- A batch need not be remembered for ever: only for as long as it may be sent again.
alter table stored_batches add column if not exists stored_at timestamptz not null default now();
create index if not exists stored_batches_time on stored_batches (stored_at);
