insert into purchases (tenant, purchase, shop, reference)
select * from unnest($1::text[], $2::uuid[], $3::text[], $4::text[])
