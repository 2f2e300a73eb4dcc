select r.*
  from unnest($1::text[], $2::uuid[]) as wanted (tenant, ticket)
  join clocks r on r.tenant = wanted.tenant and r.ticket = wanted.ticket
