insert into customers (tenant, customer, name, number)
select unnest($1::text[]), unnest($2::uuid[]), unnest($3::text[]), unnest($4::text[])
on conflict (tenant, customer) do update set name = excluded.name, number = excluded.number
