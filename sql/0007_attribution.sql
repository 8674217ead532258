-- What an execution was for, how it ended and what it cost, and for each opportunity what became of it.

-- The words have no checks: TimescaleDB adds no column with one to a table whose chunks are compressed.
alter table arbitrage_opportunities add column if not exists rejected_by text not null default ''; -- empty when nobody did
alter table executions add column if not exists strategy text not null default ''; -- empty when it was not noted
alter table executions add column if not exists outcome text not null default ''; -- hedged, refused, missed, flattened, residue
alter table executions add column if not exists orders integer; -- sent for it, hedges among them
alter table executions add column if not exists decided_at timestamptz;
alter table executions add column if not exists hedged_at timestamptz; -- null when no hedge was needed
alter table executions add column if not exists ended_at timestamptz;
alter table executions add column if not exists hedged_quantity double precision; -- base, traded in hedges
alter table executions add column if not exists residue_quantity double precision; -- base; positive bought, negative sold
alter table executions add column if not exists expected_quote double precision; -- when it was decided
alter table executions add column if not exists profit_quote double precision; -- with all its trades, charged fees off
alter table executions add column if not exists expected_fees double precision; -- quote, of what was filled
alter table executions add column if not exists charged_fees double precision; -- quote; null where their value is not known

create index if not exists executions_opportunity on executions (run_id, opportunity_id);

-- One row for each opportunity that has ended: its executions summed up, or why there are none. A sum is null where
-- one of its parts is not known. Of several executions the first moments count, the longest stages, the worst outcome.
create or replace view opportunity_attribution as
select o.run_id, runs.mode, o.id as opportunity_id, buy.base, buy.quote,
  o.buy_symbol_id, buy.exchange_id as buy_exchange_id, buy.exchange_symbol as buy_symbol,
  o.sell_symbol_id, sell.exchange_id as sell_exchange_id, sell.exchange_symbol as sell_symbol,
  o.started_at, o.ended_at, o.duration_ms, o.end_reason, o.spread_bps, o.peak_edge_bps, o.peak_quantity,
  o.peak_profit, o.rejected_by,
  -- Empty when it was not noted, or when the executions have not ended.
  case when e.executions > 0 then e.outcome when o.executions > 0 then '' else 'passed' end as outcome,
  case when e.executions = 0 then o.decision else e.reasons end as why,
  e.executions, e.orders, e.strategies, e.wanted_quantity, e.quantity, e.missed_quantity, e.hedged_quantity,
  e.residue_quantity, e.expected_quote, e.profit_quote, e.expected_fees, e.charged_fees,
  e.seen_at, e.decided_at, e.sent_at, e.acknowledged_at, e.filled_at, e.hedged_at, e.finished_at,
  e.seen_to_decided_ms, e.decided_to_sent_ms, e.sent_to_acknowledged_ms, e.sent_to_filled_ms, e.filled_to_hedged_ms
from arbitrage_opportunities as o
join runs on runs.id = o.run_id
join symbols as buy on buy.id = o.buy_symbol_id
join symbols as sell on sell.id = o.sell_symbol_id
cross join lateral (
  select count(*)::integer as executions,
    case when count(x.orders) = count(*) then sum(x.orders)::integer end as orders,
    coalesce(string_agg(distinct x.strategy, ', ' order by x.strategy) filter (where x.strategy <> ''), '')
      as strategies,
    coalesce(string_agg(distinct x.reason, ', ' order by x.reason) filter (where x.reason <> ''), '') as reasons,
    case when bool_or(x.outcome = 'residue') then 'residue'
      when bool_or(x.outcome = 'flattened') then 'flattened'
      when bool_or(x.outcome = 'missed') then 'missed'
      when bool_or(x.outcome = 'refused') then 'refused'
      when bool_or(x.outcome = 'hedged') then 'hedged'
      else '' end as outcome,
    case when count(x.wanted_quantity) = count(*) then sum(x.wanted_quantity) end as wanted_quantity,
    case when count(x.quantity) = count(*) then sum(x.quantity) end as quantity,
    case when count(x.missed_quantity) = count(*) then sum(x.missed_quantity) end as missed_quantity,
    case when count(x.hedged_quantity) = count(*) then sum(x.hedged_quantity) end as hedged_quantity,
    case when count(x.residue_quantity) = count(*) then sum(x.residue_quantity) end as residue_quantity,
    case when count(x.expected_quote) = count(*) then sum(x.expected_quote) end as expected_quote,
    -- Before profits were noted, an execution was two trades on paper, and their edge was the profit.
    case when count(coalesce(x.profit_quote, x.edge_quote)) = count(*)
      then sum(coalesce(x.profit_quote, x.edge_quote)) end as profit_quote,
    case when count(x.expected_fees) = count(*) then sum(x.expected_fees) end as expected_fees,
    case when count(x.charged_fees) = count(*) then sum(x.charged_fees) end as charged_fees,
    min(x.seen_at) as seen_at, min(x.decided_at) as decided_at, min(x.sent_at) as sent_at,
    min(x.acknowledged_at) as acknowledged_at, min(x.filled_at) as filled_at, min(x.hedged_at) as hedged_at,
    max(x.ended_at) as finished_at,
    max(date_part('epoch', x.decided_at - x.seen_at) * 1000) as seen_to_decided_ms,
    max(date_part('epoch', x.sent_at - x.decided_at) * 1000) as decided_to_sent_ms,
    max(date_part('epoch', x.acknowledged_at - x.sent_at) * 1000) as sent_to_acknowledged_ms,
    max(date_part('epoch', x.filled_at - x.sent_at) * 1000) as sent_to_filled_ms,
    max(date_part('epoch', x.hedged_at - x.filled_at) * 1000) as filled_to_hedged_ms
  from executions as x
  where x.run_id = o.run_id and x.opportunity_id = o.id
) as e;
