select s.tenant, s.opportunity as id, s.valid_from, s.left_by_step,
       s.stage, s.stage_since, s.status, s.probability, s.closed_at, s.close_reason, s.owner,
       s.team, s.title, s.customer, s.amount, s.currency, s.expected_close, s.source, s.priority
  from unnest($1::text[], $2::uuid[]) as wanted (tenant, id)
  join spans s on s.tenant = wanted.tenant and s.opportunity = wanted.id
 order by s.tenant, s.opportunity, s.n
