insert into items as i
       (tenant, customer, item, kind, document, plan_version, dated, due, recorded_at, currency,
        owner, team, order_id, amount, base, open, open_base, last_dated, last_recorded_at)
select * from unnest(
        $1::text[], $2::uuid[], $3::bigint[], $4::text[], $5::uuid[], $6::bigint[], $7::date[],
        $8::date[], $9::timestamptz[], $10::text[], $11::text[], $12::text[], $13::uuid[],
        $14::numeric[], $15::numeric[], $16::numeric[], $17::numeric[], $18::date[],
        $19::timestamptz[])
on conflict (tenant, customer, item) do update
   set open = excluded.open, open_base = excluded.open_base, last_dated = excluded.last_dated,
       last_recorded_at = excluded.last_recorded_at
