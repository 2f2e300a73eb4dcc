update lots l
   set pending = trim_scale(l.pending + moved.pending),
       remaining = trim_scale(l.remaining + moved.remaining),
       expired = trim_scale(l.expired + moved.expired),
       last_at = greatest(l.last_at, moved.last_at),
       last_recorded_at = greatest(l.last_recorded_at, moved.last_recorded_at)
  from unnest(
        $1::text[], $2::uuid[], $3::bigint[], $4::numeric[], $5::numeric[], $6::numeric[],
        $7::timestamptz[], $8::timestamptz[])
       as moved (tenant, member, lot, pending, remaining, expired, last_at, last_recorded_at)
 where l.tenant = moved.tenant and l.member = moved.member and l.lot = moved.lot
