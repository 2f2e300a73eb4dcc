-- One worker takes its share of a build's partitions: keeps what it holds up to ceil(P / workers),
-- gives back what is over, takes what is free or whose holder has fallen silent. A row that a batch
-- has locked is passed over: whoever writes is alive. A worker seen in the future, and a lease that ends
-- more than five minutes after ours would (another's may be longer), are of a clock that has been put back
-- since, and say nothing.
-- $1 build, $2 log, $3 worker, $4 seconds of a lease.
with present as (
    select count(*) as workers
      from projections.workers
     where build = $1 and log = $2
       and seen_at > clock_timestamp() - make_interval(secs => $4)
       and seen_at < clock_timestamp() + make_interval(secs => $4)
), share as (
    select ceil(b.partitions::numeric / greatest(p.workers, 1))::bigint as most
      from projections.builds b, present p
     where b.id = $1
), mine as (
    select partition, row_number() over (order by partition) as nth
      from projections.checkpoints
     where build = $1 and log = $2 and holder = $3
), kept as (
    update projections.checkpoints c
       set lease_until  = clock_timestamp() + make_interval(secs => $4),
           last_success = clock_timestamp()
      from mine, share
     where c.build = $1 and c.log = $2 and c.partition = mine.partition and c.holder = $3
       and mine.nth <= share.most
), given_back as (
    update projections.checkpoints c
       set holder = null, lease_until = null
      from mine, share
     where c.build = $1 and c.log = $2 and c.partition = mine.partition and c.holder = $3
       and mine.nth > share.most
), free as (
    select partition
      from projections.checkpoints
     where build = $1 and log = $2
       and holder is distinct from $3
       and (holder is null or lease_until < clock_timestamp()
            or lease_until > clock_timestamp() + make_interval(mins => 5, secs => $4))
     order by partition
     limit (select greatest(most - (select count(*) from mine), 0) from share)
       for update skip locked
)
update projections.checkpoints c
   set holder = $3, lease_until = clock_timestamp() + make_interval(secs => $4)
  from free
 where c.build = $1 and c.log = $2 and c.partition = free.partition
