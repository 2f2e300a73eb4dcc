insert into spans as s
       (tenant, opportunity, pipeline, created_at, n, valid_from, valid_until, left_by_step,
        stage, stage_since, status, probability, closed_at, close_reason, owner, team, title,
        customer, amount, currency, expected_close, source, priority)
select * from unnest(
        $1::text[], $2::uuid[], $3::uuid[], $4::timestamptz[], $5::int[], $6::timestamptz[],
        $7::timestamptz[], $8::boolean[], $9::text[], $10::timestamptz[], $11::text[],
        $12::smallint[], $13::timestamptz[], $14::text[], $15::text[], $16::text[], $17::text[],
        $18::uuid[], $19::numeric[], $20::text[], $21::date[], $22::text[], $23::boolean[])
on conflict (tenant, opportunity, n) do update
   set valid_from = excluded.valid_from, valid_until = excluded.valid_until,
       left_by_step = excluded.left_by_step, stage = excluded.stage,
       stage_since = excluded.stage_since, status = excluded.status,
       probability = excluded.probability, closed_at = excluded.closed_at,
       close_reason = excluded.close_reason, owner = excluded.owner, team = excluded.team,
       title = excluded.title, customer = excluded.customer, amount = excluded.amount,
       currency = excluded.currency, expected_close = excluded.expected_close,
       source = excluded.source, priority = excluded.priority
