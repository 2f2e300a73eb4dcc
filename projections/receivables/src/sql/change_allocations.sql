update allocations a
   set taken_back_on = changed.taken_back_on
  from unnest($1::text[], $2::uuid[], $3::bigint[], $4::date[])
       as changed (tenant, customer, allocation, taken_back_on)
 where a.tenant = changed.tenant and a.customer = changed.customer
   and a.allocation = changed.allocation
