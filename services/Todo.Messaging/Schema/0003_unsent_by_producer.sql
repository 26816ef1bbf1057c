-- Open deliveries: of sent events by the transport of the last sending, of those that were not sent yet (transport null) by producer. Which broker stands still cannot be
-- said of an unsent event without knowing who is to send it. Planned as open_by_transport, which stays for pods of the version before.
create function messaging.open_deliveries() returns table (transport text, producer text, open bigint, oldest_seconds double precision) language sql stable
set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off set jit = off as $$
  select
    case when o.sent_at is not null then o.sent_via end, case when o.sent_at is null then o.producer end,
    count(*), extract(epoch from clock_timestamp() - min(coalesce(o.sent_at, o.time)))::float8
  from messaging.deliveries d join messaging.outbox o on o.id = d.event_id
  where d.state = 'open'
  group by 1, 2
$$;
