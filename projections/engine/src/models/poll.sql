-- Every active build and, of each log that it follows, the lowest position that all its partitions
-- have passed.
select a.name, b.id, b.version, b.number, b.schema, b.partitions, b.state, b.as_of,
       c.log, c.incarnation, min(c.position) as position
  from projections.active a
  join projections.builds b on b.id = a.build
  join projections.checkpoints c on c.build = b.id
 group by a.name, b.id, c.log, c.incarnation
 order by a.name, c.log
