insert into clocks
       (tenant, ticket, clock, n, since, policy, policy_version, target, due_at, breached_at,
        escalated_at, stopped_at, stopped_met, worked, dropped, queue, agent, outcome, outcome_at)
select * from unnest(
        $1::text[], $2::uuid[], $3::text[], $4::int[], $5::timestamptz[], $6::text[], $7::int[],
        $8::bigint[], $9::timestamptz[], $10::timestamptz[], $11::timestamptz[],
        $12::timestamptz[], $13::boolean[], $14::bigint[], $15::boolean[], $16::uuid[],
        $17::text[], $18::text[], $19::timestamptz[])
on conflict (tenant, ticket, clock, n) do update
   set policy = excluded.policy, policy_version = excluded.policy_version,
       target = excluded.target, due_at = excluded.due_at, breached_at = excluded.breached_at,
       escalated_at = excluded.escalated_at, stopped_at = excluded.stopped_at,
       stopped_met = excluded.stopped_met, worked = excluded.worked, dropped = excluded.dropped,
       queue = excluded.queue, agent = excluded.agent, outcome = excluded.outcome,
       outcome_at = excluded.outcome_at
