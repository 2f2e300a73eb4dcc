insert into entries
       (tenant, customer, item, version, n, dated, recorded_at, movement, amount, base,
        counterpart, reference)
select * from unnest(
        $1::text[], $2::uuid[], $3::bigint[], $4::bigint[], $5::int[], $6::date[],
        $7::timestamptz[], $8::text[], $9::numeric[], $10::numeric[], $11::bigint[], $12::bigint[])
