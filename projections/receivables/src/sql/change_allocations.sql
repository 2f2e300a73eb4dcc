update allocations a
   set taken_back_on = changed.taken_back_on
  from (select unnest($1::text[]), unnest($2::uuid[]), unnest($3::bigint[]), unnest($4::date[]))
       as changed (tenant, customer, allocation, taken_back_on)
 where a.tenant = changed.tenant and a.customer = changed.customer
   and a.allocation = changed.allocation
