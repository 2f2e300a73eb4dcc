select o.tenant, o.id, o.pipeline, o.created_at, o.version, o.spans, o.valid_from,
       o.stage, o.stage_since, o.status, o.probability, o.closed_at, o.close_reason, o.owner,
       o.team, o.title, o.customer, o.amount, o.currency, o.expected_close, o.source, o.priority
  from unnest($1::text[], $2::uuid[]) as wanted (tenant, id)
  join opportunities o on o.tenant = wanted.tenant and o.id = wanted.id
