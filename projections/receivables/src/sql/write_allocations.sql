insert into allocations as a
       (tenant, customer, allocation, from_item, to_item, dated, taken, taken_base, settled,
        settled_base, discount, discount_base, shortfall, shortfall_base, surplus, surplus_base,
        taken_back_on)
select * from unnest(
        $1::text[], $2::uuid[], $3::bigint[], $4::bigint[], $5::bigint[], $6::date[],
        $7::numeric[], $8::numeric[], $9::numeric[], $10::numeric[], $11::numeric[],
        $12::numeric[], $13::numeric[], $14::numeric[], $15::numeric[], $16::numeric[],
        $17::date[])
on conflict (tenant, customer, allocation) do update set taken_back_on = excluded.taken_back_on
