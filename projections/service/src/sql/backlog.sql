-- What was not resolved just before an instant ($9), or is not now (null); how old it was on a day ($10).
select {key} as key, r.state,
       width_bucket($10::date - (r.opened_at at time zone {zone})::date, $12::int[]) as bucket,
       count(*) as tickets, min(r.opened_at) as oldest
  from {schema}.history r
 where {matches}
   and r.state in ('new', 'open', 'pending')
   and r.valid_from < coalesce($9::timestamptz, 'infinity')
   and r.valid_until >= coalesce($9::timestamptz, 'infinity')
 group by 1, 2, 3
 order by 1, 2, 3
