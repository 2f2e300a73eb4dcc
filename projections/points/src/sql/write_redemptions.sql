insert into redemptions (tenant, redemption, purpose, shop, reference, value, currency)
select * from unnest(
        $1::text[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::numeric[], $7::text[])
