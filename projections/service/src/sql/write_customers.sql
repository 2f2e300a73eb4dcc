insert into customers (tenant, customer, name, number)
select * from unnest($1::text[], $2::uuid[], $3::text[], $4::text[])
on conflict (tenant, customer) do update set name = excluded.name, number = excluded.number
