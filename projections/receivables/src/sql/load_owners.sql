select c.tenant, c.customer, c.owner
  from (select unnest($1::text[]), unnest($2::uuid[])) as wanted (tenant, customer)
  join customers c on c.tenant = wanted.tenant and c.customer = wanted.customer
