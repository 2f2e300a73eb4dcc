insert into commitments
       (tenant, customer, version, order_id, occurred_at, recorded_at, unbilled)
select * from unnest(
        $1::text[], $2::uuid[], $3::bigint[], $4::uuid[], $5::timestamptz[], $6::timestamptz[],
        $7::numeric[])
