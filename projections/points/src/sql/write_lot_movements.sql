insert into lot_movements
       (tenant, member, lot, version, n, at, recorded_at, pending, remaining, expired, told,
        expires_at)
select * from unnest(
        $1::text[], $2::uuid[], $3::bigint[], $4::bigint[], $5::int[], $6::timestamptz[],
        $7::timestamptz[], $8::numeric[], $9::numeric[], $10::numeric[], $11::boolean[],
        $12::timestamptz[])
