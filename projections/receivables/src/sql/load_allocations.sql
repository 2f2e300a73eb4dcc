select a.*
  from unnest($1::text[], $2::uuid[], $3::bigint[]) as wanted (tenant, customer, allocation)
  join allocations a on a.tenant = wanted.tenant and a.customer = wanted.customer
                    and a.allocation = wanted.allocation
