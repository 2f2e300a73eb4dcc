select a.*
  from (select unnest($1::text[]), unnest($2::uuid[]), unnest($3::bigint[]))
       as wanted (tenant, customer, allocation)
  join allocations a on a.tenant = wanted.tenant and a.customer = wanted.customer
                    and a.allocation = wanted.allocation
