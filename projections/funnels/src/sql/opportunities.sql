select pipeline, created_at, valid_from, opportunity as id,
       stage, stage_since, status, probability, closed_at, close_reason, owner, team, title,
       customer, amount, currency, expected_close, source, priority
  from standing
 where (cardinality($9::text[]) = 0 or stage = any ($9))
   and (cardinality($10::text[]) = 0 or status = any ($10))
   and ($11::uuid is null or customer = $11)
   and ($12::timestamptz is null or (created_at, opportunity) < ($12, $13::uuid))
 order by created_at desc, opportunity desc
 limit $14
