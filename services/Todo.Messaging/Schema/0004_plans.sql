-- What every event passes costs the same from the first one on. A function of language sql that is not inlined is parsed and planned anew at each call; plpgsql keeps the
-- plan for the session.
create or replace function messaging.close(p_event uuid, p_consumer text, p_state text, p_via text, p_error text) returns void language plpgsql as $$
begin
  update messaging.deliveries
    set state = p_state, handled_at = clock_timestamp(), handled_via = p_via, last_error = coalesce(p_error, last_error)
    where event_id = p_event and consumer = p_consumer and state = 'open';
end $$;

-- Marks events as sent. A relay keeps its session, and with it the plan that was made while the outbox was small: unless it is kept from that, it reads the whole
-- table at each call until the table's statistics are taken for the first time.
create function messaging.mark_sent(p_ids uuid[], p_at timestamptz[], p_via text[]) returns void language plpgsql
set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off as $$
begin
  update messaging.outbox o set sent_at = m.at, sent_via = m.via
    from unnest(p_ids, p_at, p_via) as m (id, at, via) where o.id = m.id;
end $$;

-- Was asked by pods before 0003, which put open_deliveries in its place.
drop function messaging.open_by_transport();
