-- A lot that is there already stays what it is and may live longer; what it holds changes.
insert into lots as l
       (tenant, member, lot, origin, source, source_id, reference, earned_at, active_at, expires_at,
        points, program_version, rules_version, tier, pending, remaining, expired, last_at,
        last_recorded_at)
select * from unnest(
        $1::text[], $2::uuid[], $3::bigint[], $4::bigint[], $5::text[], $6::uuid[], $7::text[],
        $8::timestamptz[], $9::timestamptz[], $10::timestamptz[], $11::numeric[], $12::int[],
        $13::int[], $14::text[], $15::numeric[], $16::numeric[], $17::numeric[],
        $18::timestamptz[], $19::timestamptz[])
on conflict (tenant, member, lot) do update
   set expires_at = excluded.expires_at,
       pending = trim_scale(l.pending + excluded.pending),
       remaining = trim_scale(l.remaining + excluded.remaining),
       expired = trim_scale(l.expired + excluded.expired),
       last_at = greatest(l.last_at, excluded.last_at),
       last_recorded_at = greatest(l.last_recorded_at, excluded.last_recorded_at)
