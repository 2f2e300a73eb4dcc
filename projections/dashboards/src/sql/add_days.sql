insert into days as d (tenant, figure, day, owner, detail, currency, count, amount)
select unnest($1::text[]), unnest($2::text[]), unnest($3::date[]), unnest($4::text[]),
       unnest($5::text[]), unnest($6::text[]), unnest($7::bigint[]), unnest($8::numeric[])
on conflict (tenant, day, figure, owner, detail, currency) do update
   set count = d.count + excluded.count, amount = trim_scale(d.amount + excluded.amount)
