update surveys s
   set expired = true
  from unnest($1::text[], $2::uuid[]) as e (tenant, survey)
 where s.tenant = e.tenant and s.survey = e.survey
