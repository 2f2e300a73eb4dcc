insert into programs
       (tenant, program, version, at, recorded_at, name, shop, currency, places, point_value)
select * from unnest(
        $1::text[], $2::uuid[], $3::int[], $4::timestamptz[], $5::timestamptz[], $6::text[],
        $7::text[], $8::text[], $9::int[], $10::numeric[])
