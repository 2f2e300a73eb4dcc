insert into rates
       (tenant, source, to_currency, from_currency, valid_from, version, rate, recorded_at)
select * from unnest(
        $1::text[], $2::text[], $3::text[], $4::text[], $5::date[], $6::bigint[], $7::numeric[],
        $8::timestamptz[])
