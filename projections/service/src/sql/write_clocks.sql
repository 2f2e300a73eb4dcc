insert into clocks
       (tenant, ticket, clock, n, since, policy, policy_version, target, due_at, breached_at,
        escalated_at, stopped_at, stopped_met, worked, dropped, queue, agent, outcome, outcome_at)
select unnest($1::text[]), unnest($2::uuid[]), unnest($3::text[]), unnest($4::int[]),
       unnest($5::timestamptz[]), unnest($6::text[]), unnest($7::int[]), unnest($8::bigint[]),
       unnest($9::timestamptz[]), unnest($10::timestamptz[]), unnest($11::timestamptz[]),
       unnest($12::timestamptz[]), unnest($13::boolean[]), unnest($14::bigint[]),
       unnest($15::boolean[]), unnest($16::uuid[]), unnest($17::text[]), unnest($18::text[]),
       unnest($19::timestamptz[])
on conflict (tenant, ticket, clock, n) do update
   set policy = excluded.policy, policy_version = excluded.policy_version,
       target = excluded.target, due_at = excluded.due_at, breached_at = excluded.breached_at,
       escalated_at = excluded.escalated_at, stopped_at = excluded.stopped_at,
       stopped_met = excluded.stopped_met, worked = excluded.worked, dropped = excluded.dropped,
       queue = excluded.queue, agent = excluded.agent, outcome = excluded.outcome,
       outcome_at = excluded.outcome_at
