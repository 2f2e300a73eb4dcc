insert into resolutions
       (tenant, ticket, n, resolved_at, agent, queue, plain, worked, reopened_at)
select * from unnest(
        $1::text[], $2::uuid[], $3::int[], $4::timestamptz[], $5::text[], $6::uuid[], $7::bigint[],
        $8::bigint[], $9::timestamptz[])
on conflict (tenant, ticket, n) do update
   set resolved_at = excluded.resolved_at, agent = excluded.agent, queue = excluded.queue,
       plain = excluded.plain, worked = excluded.worked, reopened_at = excluded.reopened_at
