-- The event ledger: what was published, who is owed it, and what became of it. All times are this database's clock.
create schema messaging;

-- A UUIDv7 (RFC 9562) with the milliseconds of the given time: ids sort by the time of their event.
create function messaging.uuid7(at timestamptz) returns uuid language sql volatile parallel safe as $$
  select encode(
    set_bit(set_bit(
      overlay(uuid_send(gen_random_uuid()) placing substring(int8send((extract(epoch from at) * 1000)::bigint) from 3) from 1 for 6),
      52, 1), 53, 1), 'hex')::uuid
$$;

-- The smallest UUIDv7 of a time: ids at or above it are of events at or after that time.
create function messaging.uuid7_floor(at timestamptz) returns uuid language sql immutable parallel safe as $$
  select (encode(substring(int8send((extract(epoch from at) * 1000)::bigint) from 3), 'hex') || '70008000000000000000')::uuid
$$;

-- One row per event, written in the transaction that changes the data. Never moved: a relay finds unsent rows by sent_at is null.
create table messaging.outbox (
  id uuid primary key,
  seq bigint generated always as identity, -- order of sending; within one key the same as the order of versions
  producer text not null,
  lane smallint not null,
  topic text not null,
  key text not null,
  version bigint not null,                 -- counts the events of one key
  type text not null,
  subject text not null,
  time timestamptz not null,
  data json not null,
  traceparent text,
  via text,                                -- transport asked for by a probe; null: the producer's own
  sent_at timestamptz,                     -- null: to be sent
  sent_via text,                           -- transport of the last sending
  replays int not null default 0,          -- how often it was marked to be sent again
  unique (key, version)
) with (fillfactor = 85);

create index outbox_unsent on messaging.outbox (producer, seq) where sent_at is null;

create table messaging.key_versions (
  key text primary key,
  version bigint not null
) with (fillfactor = 70);

-- Who is owed which events: those whose time is not before since.
create table messaging.subscriptions (
  topic text not null,
  consumer text not null,
  since timestamptz not null,
  primary key (topic, consumer)
);

-- One row per owed delivery, and one per event that arrived without being owed: the ledger and the inbox in one.
create table messaging.deliveries (
  event_id uuid not null,
  consumer text not null,
  origin text not null default 'ledger' check (origin in ('ledger', 'foreign')), -- foreign: no such event in the outbox
  state text not null default 'open' check (state in ('open', 'handled', 'dead', 'superseded', 'expired')),
  attempts int not null default 0,         -- failed attempts of the handler
  last_error text,
  handled_at timestamptz,                  -- when it was closed, in whatever state
  handled_via text,                        -- transport of the arrival that closed it
  primary key (event_id, consumer),
  check ((state = 'open') = (handled_at is null))
) with (fillfactor = 85);

-- What every answer about the present is made from: its size is that of what is open, not of what ever happened.
create index deliveries_open on messaging.deliveries (event_id) where state = 'open';
create index deliveries_closed on messaging.deliveries (handled_at) where handled_at is not null;

-- Failed attempts of handlers, transient ones too, for the recent past.
create table messaging.failures (
  at timestamptz not null default clock_timestamp(),
  consumer text not null,
  event_id uuid not null,
  via text not null,
  transient boolean not null,
  error text not null
);
create index failures_at on messaging.failures (at);

-- Sums per transport of what is not kept row by row.
create table messaging.counters (
  transport text not null,
  name text not null check (name in ('suppressed', 'replayed', 'dead', 'foreign')),
  value bigint not null default 0,
  primary key (transport, name)
);

-- The operator's highest epoch: an order with a lower one comes from somebody who was replaced.
create table messaging.platform (
  only_row boolean primary key default true check (only_row),
  epoch bigint not null
);
insert into messaging.platform (epoch) values (0);

create table messaging.jobs (
  name text primary key,
  state text not null check (state in ('absent', 'scheduled', 'stopped')),
  changed_at timestamptz not null default clock_timestamp()
);

create function messaging.count_up(p_transport text, p_name text, p_by bigint) returns void language sql as $$
  insert into messaging.counters as c (transport, name, value) values (p_transport, p_name, p_by)
  on conflict (transport, name) do update set value = c.value + excluded.value
$$;

-- Adds an event, its version and its owed deliveries in one round trip. Call it under the row lock of what the key names.
create function messaging.add_event(
  p_producer text, p_lane smallint, p_topic text, p_key text, p_type text, p_subject text, p_data json, p_traceparent text, p_via text)
returns uuid language plpgsql as $$
declare
  v_version bigint;
  v_time timestamptz;
  v_id uuid;
begin
  -- Shared with other events, exclusive to subscribe(): whoever subscribes waits for the events that cannot see it yet.
  perform pg_advisory_xact_lock_shared(1836412275, 1);
  insert into messaging.key_versions as k (key, version) values (p_key, 1)
    on conflict (key) do update set version = k.version + 1 returning version into v_version;
  v_time := clock_timestamp();
  v_id := messaging.uuid7(v_time);
  insert into messaging.outbox (id, producer, lane, topic, key, version, type, subject, time, data, traceparent, via)
    values (v_id, p_producer, p_lane, p_topic, p_key, v_version, p_type, p_subject, v_time, p_data, p_traceparent, p_via);
  insert into messaging.deliveries (event_id, consumer)
    select v_id, s.consumer from messaging.subscriptions s where s.topic = p_topic and s.since <= v_time;
  return v_id;
end $$;

-- Registers a consumer once; from then on every event of the topic is owed to it.
create function messaging.subscribe(p_topic text, p_consumer text) returns void language plpgsql as $$
begin
  if exists (select from messaging.subscriptions where topic = p_topic and consumer = p_consumer) then
    return;
  end if;
  perform pg_advisory_xact_lock(1836412275, 1);
  insert into messaging.subscriptions (topic, consumer, since) values (p_topic, p_consumer, clock_timestamp()) on conflict do nothing;
end $$;

-- Takes an event in: locks its delivery for the rest of the transaction and returns the state it is in. 'open' means: handle it now.
-- An event older than the retention may have been handled and forgotten: it is closed as expired instead.
create function messaging.receive(p_event uuid, p_consumer text, p_time timestamptz, p_retention interval, p_via text, out state text, out origin text)
language plpgsql as $$
begin
  select d.state, d.origin into state, origin from messaging.deliveries d where d.event_id = p_event and d.consumer = p_consumer for update;
  if not found then
    insert into messaging.deliveries as d (event_id, consumer, origin)
      values (p_event, p_consumer, case when exists (select from messaging.outbox o where o.id = p_event) then 'ledger' else 'foreign' end)
      on conflict do nothing returning d.state, d.origin into state, origin;
    if not found then
      select d.state, d.origin into state, origin from messaging.deliveries d where d.event_id = p_event and d.consumer = p_consumer for update;
    end if;
  end if;
  if state = 'open' and p_time < clock_timestamp() - p_retention then
    perform messaging.close(p_event, p_consumer, 'expired', p_via, 'older than the retention');
    state := 'expired';
  end if;
end $$;

-- Closes a delivery that receive() has locked.
create function messaging.close(p_event uuid, p_consumer text, p_state text, p_via text, p_error text) returns void language sql as $$
  update messaging.deliveries
    set state = p_state, handled_at = clock_timestamp(), handled_via = p_via, last_error = coalesce(p_error, last_error)
    where event_id = p_event and consumer = p_consumer and state = 'open'
$$;

-- Records a failed attempt after its transaction was rolled back. Returns the attempts so far; null: somebody else closed the delivery.
create function messaging.fail(p_event uuid, p_consumer text, p_via text, p_transient boolean, p_error text) returns int language plpgsql as $$
declare
  v_attempts int;
begin
  insert into messaging.failures (consumer, event_id, via, transient, error) values (p_consumer, p_event, p_via, p_transient, p_error);
  insert into messaging.deliveries as d (event_id, consumer, origin, attempts, last_error)
    values (p_event, p_consumer, case when exists (select from messaging.outbox o where o.id = p_event) then 'ledger' else 'foreign' end,
      case when p_transient then 0 else 1 end, p_error)
    on conflict (event_id, consumer) do update
      set attempts = d.attempts + case when p_transient then 0 else 1 end, last_error = excluded.last_error
      where d.state = 'open'
    returning attempts into v_attempts;
  return v_attempts;
end $$;

-- Open deliveries by the transport their event was last sent over; transport null: not sent yet. The planner is kept from reading all of history when its
-- figures are old: the cost is that of what is open.
create function messaging.open_by_transport() returns table (transport text, open bigint, oldest_seconds double precision) language sql stable
set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off set jit = off as $$
  select case when o.sent_at is not null then o.sent_via end, count(*), extract(epoch from clock_timestamp() - min(coalesce(o.sent_at, o.time)))::float8
  from messaging.deliveries d join messaging.outbox o on o.id = d.event_id
  where d.state = 'open'
  group by 1
$$;

-- What happened in the last p_seconds. Latency is from sent to handled, of events sent in that time: without what waited since before it, what was sent again, and
-- probes.
create function messaging.recent(p_seconds int, out published bigint, out handled bigint, out failed bigint, out p50 double precision, out p95 double precision)
language sql stable set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off set jit = off as $$
  select
    (select count(*) from messaging.outbox o where o.id >= messaging.uuid7_floor(now() - make_interval(secs => p_seconds)) and o.sent_at is not null),
    h.handled,
    (select count(*) from messaging.failures f where f.at > now() - make_interval(secs => p_seconds)),
    h.latency[1],
    h.latency[2]
  from (
    select count(*) as handled,
      percentile_cont(array[0.5, 0.95]) within group (order by greatest(0, extract(epoch from d.handled_at - o.sent_at)::float8 * 1000))
        filter (where o.sent_at > now() - make_interval(secs => p_seconds) and o.replays = 0 and o.type <> 'io.todo.platform.probe.v1') as latency
    from messaging.deliveries d left join messaging.outbox o on o.id = d.event_id
    where d.handled_at > now() - make_interval(secs => p_seconds) and d.state = 'handled'
  ) h
$$;

-- Forgets what was closed before p_before, p_limit rows at a time. Returns how many rows went.
create function messaging.forget(p_before timestamptz, p_limit int) returns int language plpgsql as $$
declare
  v_deliveries int;
  v_events int;
begin
  delete from messaging.deliveries d using (
      select event_id, consumer from messaging.deliveries where handled_at < p_before order by handled_at limit p_limit for update skip locked) old
    where d.event_id = old.event_id and d.consumer = old.consumer;
  get diagnostics v_deliveries = row_count;
  delete from messaging.outbox o using (
      select id from messaging.outbox e
      where e.id < messaging.uuid7_floor(p_before) and e.sent_at is not null
        and not exists (select from messaging.deliveries d where d.event_id = e.id)
      order by e.id limit p_limit for update skip locked) old
    where o.id = old.id;
  get diagnostics v_events = row_count;
  delete from messaging.failures where at < p_before;
  return v_deliveries + v_events;
end $$;
