insert into plans
       (tenant, order_id, version, n, customer, occurred_at, recorded_at, currency, due, amount)
select * from unnest(
        $1::text[], $2::uuid[], $3::bigint[], $4::int[], $5::uuid[], $6::timestamptz[],
        $7::timestamptz[], $8::text[], $9::date[], $10::numeric[])
