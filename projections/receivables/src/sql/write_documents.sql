insert into documents as d
       (tenant, document, customer, kind, number, dated, recorded_at, currency, amount, base, net,
        tax, owner, team, order_id, invoice, method, reference)
select * from unnest(
        $1::text[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::date[], $7::timestamptz[],
        $8::text[], $9::numeric[], $10::numeric[], $11::numeric[], $12::numeric[], $13::text[],
        $14::text[], $15::uuid[], $16::uuid[], $17::text[], $18::text[])
on conflict (tenant, document) do update
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
