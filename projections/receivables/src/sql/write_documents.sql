insert into documents as d
       (tenant, document, customer, kind, number, dated, recorded_at, currency, amount, base, net,
        tax, owner, team, order_id, invoice, method, reference)
select unnest($1::text[]), unnest($2::uuid[]), unnest($3::uuid[]), unnest($4::text[]),
       unnest($5::text[]), unnest($6::date[]), unnest($7::timestamptz[]), unnest($8::text[]),
       unnest($9::numeric[]), unnest($10::numeric[]), unnest($11::numeric[]),
       unnest($12::numeric[]), unnest($13::text[]), unnest($14::text[]), unnest($15::uuid[]),
       unnest($16::uuid[]), unnest($17::text[]), unnest($18::text[])
on conflict (document, kind, tenant) do update
   set number = coalesce(excluded.number, d.number), dated = coalesce(excluded.dated, d.dated),
       recorded_at = coalesce(excluded.recorded_at, d.recorded_at),
       currency = coalesce(excluded.currency, d.currency),
       amount = coalesce(excluded.amount, d.amount), base = coalesce(excluded.base, d.base),
       net = coalesce(excluded.net, d.net), tax = coalesce(excluded.tax, d.tax),
       owner = coalesce(excluded.owner, d.owner), team = coalesce(excluded.team, d.team),
       order_id = coalesce(excluded.order_id, d.order_id),
       invoice = coalesce(excluded.invoice, d.invoice),
       method = coalesce(excluded.method, d.method),
       reference = coalesce(excluded.reference, d.reference)
