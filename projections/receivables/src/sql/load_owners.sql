select c.tenant, c.customer, c.owner
  from unnest($1::text[], $2::uuid[]) as wanted (tenant, customer)
  join customers c on c.tenant = wanted.tenant and c.customer = wanted.customer
