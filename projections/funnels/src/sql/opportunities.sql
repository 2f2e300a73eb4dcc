select pipeline, created_at, valid_from, opportunity as id,
       stage, stage_since, status, probability, closed_at, close_reason, owner, team, title,
       customer, amount, currency, expected_close, source, priority, rotting_since
  from standing
  -- By the rules of today, as names and places of stages are.
  left join lateral (
        select standing.stage_since + make_interval(hours => 24 * {rotting_days}) as rotting_since
          from {schema}.stages_now place
         where standing.status = 'open' and place.tenant = $1
           and place.pipeline = standing.pipeline and place.stage = standing.stage) rots
         on rotting_since < $2::timestamptz or ($2::timestamptz is null and rotting_since <= now())
 where (cardinality($9::text[]) = 0 or stage = any ($9))
   and (cardinality($10::text[]) = 0 or status = any ($10))
   and ($11::uuid is null or customer = $11)
   and (not $15::boolean or rotting_since is not null)
   and ($12::timestamptz is null or (created_at, opportunity) < ($12, $13::uuid))
 order by created_at desc, opportunity desc
 limit $14
