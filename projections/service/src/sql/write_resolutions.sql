insert into resolutions
       (tenant, ticket, n, resolved_at, agent, queue, plain, worked, reopened_at)
select unnest($1::text[]), unnest($2::uuid[]), unnest($3::int[]), unnest($4::timestamptz[]),
       unnest($5::text[]), unnest($6::uuid[]), unnest($7::bigint[]), unnest($8::bigint[]),
       unnest($9::timestamptz[])
on conflict (tenant, ticket, n) do update
   set resolved_at = excluded.resolved_at, agent = excluded.agent, queue = excluded.queue,
       plain = excluded.plain, worked = excluded.worked, reopened_at = excluded.reopened_at
