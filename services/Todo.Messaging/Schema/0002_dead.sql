-- Deliveries that were given up: few, looked at by people, and opened again once the reason is mended.
create index deliveries_dead on messaging.deliveries (handled_at desc) where state = 'dead';
