insert into customers as c (tenant, customer, name, number, owner)
select unnest($1::text[]), unnest($2::uuid[]), unnest($3::text[]), unnest($4::text[]),
       unnest($5::text[])
on conflict (tenant, customer) do update
   set name = excluded.name, number = excluded.number, owner = excluded.owner
