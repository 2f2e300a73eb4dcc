insert into customers as c (tenant, customer, name, number, owner)
select * from unnest($1::text[], $2::uuid[], $3::text[], $4::text[], $5::text[])
on conflict (tenant, customer) do update
   set name = excluded.name, number = excluded.number, owner = excluded.owner
