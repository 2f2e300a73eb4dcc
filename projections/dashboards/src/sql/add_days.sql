insert into days as d (tenant, figure, day, owner, detail, currency, count, amount)
select * from unnest($1::text[], $2::text[], $3::date[], $4::text[], $5::text[], $6::text[],
                     $7::bigint[], $8::numeric[])
on conflict (tenant, day, figure, owner, detail, currency) do update
   set count = d.count + excluded.count, amount = trim_scale(d.amount + excluded.amount)
