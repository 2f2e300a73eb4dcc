update items i
   set open = changed.open, open_base = changed.open_base, last_dated = changed.last_dated,
       last_recorded_at = changed.last_recorded_at
  from (select unnest($1::text[]), unnest($2::uuid[]), unnest($3::bigint[]),
               unnest($4::numeric[]), unnest($5::numeric[]), unnest($6::date[]),
               unnest($7::timestamptz[]))
       as changed (tenant, customer, item, open, open_base, last_dated, last_recorded_at)
 where i.tenant = changed.tenant and i.customer = changed.customer and i.item = changed.item
