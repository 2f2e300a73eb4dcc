-- Moves the checkpoints of a batch, each from where the worker believes it to be: the lock on the
-- partitions, and the proof that nobody else has taken them. It must touch as many rows as asked.
-- $1 build, $2 log, $3 worker, $4 seconds of a lease, $5 incarnation,
-- $6 partitions, $7 their positions now, $8 their positions then.
update projections.checkpoints c
   set position     = move.next,
       lease_until  = clock_timestamp() + make_interval(secs => $4),
       last_success = clock_timestamp()
  from unnest($6::smallint[], $7::bigint[], $8::bigint[]) as move (partition, seen, next)
 where c.build = $1 and c.log = $2 and c.holder = $3 and c.incarnation = $5
   and c.partition = move.partition and c.position = move.seen
