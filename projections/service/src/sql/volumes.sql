select (r.at at time zone {zone})::date as day, {key} as key,
       count(*) filter (where r.what = 'opened') as opened,
       count(*) filter (where r.what = 'resolved') as resolved,
       count(*) filter (where r.what = 'reopened') as reopened
  from {schema}.facts r
 where {matches}
   and r.what in ('opened', 'resolved', 'reopened')
   and ($9::timestamptz is null or r.at >= $9)
   and ($10::timestamptz is null or r.at < $10)
 group by 1, 2
 order by 1, 2
 limit $12
