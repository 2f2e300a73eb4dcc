insert into postings
       (tenant, customer, version, n, dated, recorded_at, figure, reversal, currency, amount, base,
        item, document, order_id)
select * from unnest(
        $1::text[], $2::uuid[], $3::bigint[], $4::int[], $5::date[], $6::timestamptz[],
        $7::text[], $8::boolean[], $9::text[], $10::numeric[], $11::numeric[], $12::bigint[],
        $13::uuid[], $14::uuid[])
