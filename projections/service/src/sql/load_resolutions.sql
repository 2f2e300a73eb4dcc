select r.*
  from unnest($1::text[], $2::uuid[]) as wanted (tenant, ticket)
  join tickets t on t.tenant = wanted.tenant and t.ticket = wanted.ticket
  join resolutions r on r.tenant = t.tenant and r.ticket = t.ticket and r.n = t.resolutions
