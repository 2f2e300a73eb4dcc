update surveys s
   set answered_at = a.answered_at, score = a.score, low = a.low, comment = a.comment
  from unnest($1::text[], $2::uuid[], $3::timestamptz[], $4::smallint[], $5::boolean[], $6::text[])
       as a (tenant, survey, answered_at, score, low, comment)
 where s.tenant = a.tenant and s.survey = a.survey
