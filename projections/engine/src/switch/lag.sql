-- The logs in which build $1 has not passed what build $2 has. A log that lives another life than
-- $2 was built from counts for nothing there.
select n.log
  from (select log, incarnation, min(position) as position
          from projections.checkpoints where build = $1 group by log, incarnation) n
  join (select log, incarnation, min(position) as position
          from projections.checkpoints where build = $2 group by log, incarnation) o
    using (log, incarnation)
 where n.position < o.position
