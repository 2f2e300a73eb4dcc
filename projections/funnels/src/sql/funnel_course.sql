, course as (
    select {key} as key, stay.pipeline, stay.stage, stay.opportunity, stay.entered_at,
           case when stay.left_at < bound.until then stay.left_at end as left_at,
           standing.status = 'won' as won,
           -- On, by any road: to a later stage afterwards, or won.
           standing.status = 'won'
               or coalesce(max(place.ordinal) over later > place.ordinal, false) as advanced,
           standing.status = 'lost' and standing.stage = stay.stage as dropped
      from standing
     cross join bound
      join {schema}.stays stay on stay.tenant = $1 and stay.opportunity = standing.opportunity
      left join {schema}.stages_now place
             on place.tenant = $1 and place.pipeline = stay.pipeline and place.stage = stay.stage
     where stay.entered_at < bound.until
    window later as (partition by stay.opportunity order by stay.n
                     rows between 1 following and unbounded following)
)
select key, pipeline, stage,
       count(distinct opportunity) as entered,
       count(distinct opportunity) filter (where advanced) as advanced,
       count(distinct opportunity) filter (where won) as won,
       count(distinct opportunity) filter (where dropped) as dropped,
       count(left_at) as finished,
       (extract(epoch from percentile_disc(0.5) within group (order by left_at - entered_at))
           * 1000000)::bigint as median,
       (extract(epoch from percentile_disc(0.9) within group (order by left_at - entered_at))
           * 1000000)::bigint as p90
  from course
 where ($9::timestamptz is null or entered_at >= $9)
   and ($10::timestamptz is null or entered_at < $10)
 group by 1, 2, 3
