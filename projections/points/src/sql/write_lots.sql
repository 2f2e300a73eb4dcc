-- A lot that is there already stays what it is and may live longer; what it holds changes.
insert into lots as l
       (tenant, member, lot, origin, source, source_id, reference, earned_at, active_at, expires_at,
        points, program_version, rules_version, tier, pending, remaining, expired, last_at,
        last_recorded_at)
select unnest($1::text[]), unnest($2::uuid[]), unnest($3::bigint[]), unnest($4::bigint[]),
       unnest($5::text[]), unnest($6::uuid[]), unnest($7::text[]), unnest($8::timestamptz[]),
       unnest($9::timestamptz[]), unnest($10::timestamptz[]), unnest($11::numeric[]),
       unnest($12::int[]), unnest($13::int[]), unnest($14::text[]), unnest($15::numeric[]),
       unnest($16::numeric[]), unnest($17::numeric[]), unnest($18::timestamptz[]),
       unnest($19::timestamptz[])
on conflict (tenant, member, lot) do update
   set expires_at = excluded.expires_at,
       pending = trim_scale(l.pending + excluded.pending),
       remaining = trim_scale(l.remaining + excluded.remaining),
       expired = trim_scale(l.expired + excluded.expired),
       last_at = greatest(l.last_at, excluded.last_at),
       last_recorded_at = greatest(l.last_recorded_at, excluded.last_recorded_at)
