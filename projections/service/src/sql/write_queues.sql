insert into queues (tenant, queue, name)
select * from unnest($1::text[], $2::uuid[], $3::text[])
on conflict (tenant, queue) do update set name = excluded.name
