insert into opportunities as o
       (tenant, id, pipeline, created_at, version, spans, valid_from,
        stage, stage_since, status, probability, closed_at, close_reason, owner, team, title,
        customer, amount, currency, expected_close, source, priority)
select unnest($1::text[]), unnest($2::uuid[]), unnest($3::uuid[]), unnest($4::timestamptz[]),
       unnest($5::bigint[]), unnest($6::int[]), unnest($7::timestamptz[]), unnest($8::text[]),
       unnest($9::timestamptz[]), unnest($10::text[]), unnest($11::smallint[]),
       unnest($12::timestamptz[]), unnest($13::text[]), unnest($14::text[]), unnest($15::text[]),
       unnest($16::text[]), unnest($17::uuid[]), unnest($18::numeric[]), unnest($19::text[]),
       unnest($20::date[]), unnest($21::text[]), unnest($22::boolean[])
on conflict (tenant, id) do update
   set version = excluded.version, spans = excluded.spans, valid_from = excluded.valid_from,
       stage = excluded.stage, stage_since = excluded.stage_since, status = excluded.status,
       probability = excluded.probability, closed_at = excluded.closed_at,
       close_reason = excluded.close_reason, owner = excluded.owner, team = excluded.team,
       title = excluded.title, customer = excluded.customer, amount = excluded.amount,
       currency = excluded.currency, expected_close = excluded.expected_close,
       source = excluded.source, priority = excluded.priority
