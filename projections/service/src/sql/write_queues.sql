insert into queues (tenant, queue, name)
select unnest($1::text[]), unnest($2::uuid[]), unnest($3::text[])
on conflict (tenant, queue) do update set name = excluded.name
