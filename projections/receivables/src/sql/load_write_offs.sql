select w.*
  from (select unnest($1::text[]), unnest($2::uuid[]), unnest($3::bigint[]))
       as wanted (tenant, customer, write_off)
  join write_offs w on w.tenant = wanted.tenant and w.customer = wanted.customer
                   and w.write_off = wanted.write_off
