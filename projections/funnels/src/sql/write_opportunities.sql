insert into opportunities as o
       (tenant, id, pipeline, created_at, version, spans, valid_from,
        stage, stage_since, status, probability, closed_at, close_reason, owner, team, title,
        customer, amount, currency, expected_close, source, priority)
select * from unnest(
        $1::text[], $2::uuid[], $3::uuid[], $4::timestamptz[], $5::bigint[], $6::int[],
        $7::timestamptz[], $8::text[], $9::timestamptz[], $10::text[], $11::smallint[],
        $12::timestamptz[], $13::text[], $14::text[], $15::text[], $16::text[], $17::uuid[],
        $18::numeric[], $19::text[], $20::date[], $21::text[], $22::boolean[])
on conflict (tenant, id) do update
   set version = excluded.version, spans = excluded.spans, valid_from = excluded.valid_from,
       stage = excluded.stage, stage_since = excluded.stage_since, status = excluded.status,
       probability = excluded.probability, closed_at = excluded.closed_at,
       close_reason = excluded.close_reason, owner = excluded.owner, team = excluded.team,
       title = excluded.title, customer = excluded.customer, amount = excluded.amount,
       currency = excluded.currency, expected_close = excluded.expected_close,
       source = excluded.source, priority = excluded.priority
