-- Each build that is kept, with each log that it follows. What comes from a clock that has been put back
-- since counts as little as in `deal.sql`.
select b.id, b.name, b.version, b.number, b.schema, b.partitions, b.state, b.as_of,
       c.log, c.incarnation, c.position, c.last_success, c.held,
       (select count(*) from projections.parked p
         where p.build = b.id and p.log = c.log and p.state = 'parked') as parked_count,
       (select count(*) from projections.parked p
         where p.build = b.id and p.log = c.log and p.state = 'held') as held_count,
       (select count(*) from projections.workers w
         where w.build = b.id and w.log = c.log
           and w.seen_at between clock_timestamp() - make_interval(secs => $2)
                             and clock_timestamp() + make_interval(secs => $2)) as workers,
       (select max(w.trouble) from projections.workers w
         where w.build = b.id and w.log = c.log
           and w.trouble_at between clock_timestamp() - interval '1 minute'
                                and clock_timestamp() + interval '1 minute') as trouble
  from projections.builds b
  join (select build, log, incarnation, min(position) as position,
               max(last_success) as last_success,
               count(*) filter (where lease_until between clock_timestamp()
                   and clock_timestamp() + make_interval(mins => 5, secs => $2)) as held
          from projections.checkpoints
         group by build, log, incarnation) c on c.build = b.id
 where b.state <> 'scratch' and ($1::text is null or b.name = $1)
 order by b.name, b.id, c.log
