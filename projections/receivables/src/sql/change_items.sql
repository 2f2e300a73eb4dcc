update items i
   set open = changed.open, open_base = changed.open_base, last_dated = changed.last_dated,
       last_recorded_at = changed.last_recorded_at
  from unnest(
        $1::text[], $2::uuid[], $3::bigint[], $4::numeric[], $5::numeric[], $6::date[],
        $7::timestamptz[])
       as changed (tenant, customer, item, open, open_base, last_dated, last_recorded_at)
 where i.tenant = changed.tenant and i.customer = changed.customer and i.item = changed.item
