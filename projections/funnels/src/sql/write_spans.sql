insert into spans as s
       (tenant, opportunity, pipeline, created_at, n, valid_from, valid_until, left_by_step,
        stage, stage_since, status, probability, closed_at, close_reason, owner, team, title,
        customer, amount, currency, expected_close, source, priority)
select unnest($1::text[]), unnest($2::uuid[]), unnest($3::uuid[]), unnest($4::timestamptz[]),
       unnest($5::int[]), unnest($6::timestamptz[]), unnest($7::timestamptz[]),
       unnest($8::boolean[]), unnest($9::text[]), unnest($10::timestamptz[]), unnest($11::text[]),
       unnest($12::smallint[]), unnest($13::timestamptz[]), unnest($14::text[]),
       unnest($15::text[]), unnest($16::text[]), unnest($17::text[]), unnest($18::uuid[]),
       unnest($19::numeric[]), unnest($20::text[]), unnest($21::date[]), unnest($22::text[]),
       unnest($23::boolean[])
on conflict (tenant, opportunity, n) do update
   set valid_from = excluded.valid_from, valid_until = excluded.valid_until,
       left_by_step = excluded.left_by_step, stage = excluded.stage,
       stage_since = excluded.stage_since, status = excluded.status,
       probability = excluded.probability, closed_at = excluded.closed_at,
       close_reason = excluded.close_reason, owner = excluded.owner, team = excluded.team,
       title = excluded.title, customer = excluded.customer, amount = excluded.amount,
       currency = excluded.currency, expected_close = excluded.expected_close,
       source = excluded.source, priority = excluded.priority
