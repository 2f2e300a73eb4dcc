-- A lot that is there already stays what it is and may live longer; what it holds is another
-- statement's.
insert into lots
       (tenant, member, lot, origin, source, source_id, reference, earned_at, active_at, expires_at,
        points, program_version, rules_version, tier, last_at, last_recorded_at,
        pending, remaining, expired)
select lot.*, 0, 0, 0
  from unnest(
        $1::text[], $2::uuid[], $3::bigint[], $4::bigint[], $5::text[], $6::uuid[], $7::text[],
        $8::timestamptz[], $9::timestamptz[], $10::timestamptz[], $11::numeric[], $12::int[],
        $13::int[], $14::text[], $15::timestamptz[], $16::timestamptz[]) as lot
on conflict (tenant, member, lot) do update
   set expires_at = excluded.expires_at
