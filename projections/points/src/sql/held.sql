select a.member, a.lot, a.pending, a.remaining, a.expired, a.expires_at
  from {schema}.lots a
 where a.tenant = {tenant} and {wanted} and {open}
   and a.last_at < {until} and a.last_recorded_at < {known}
union all
-- Something happened to these that does not count: only their movements tell.
select a.member, a.lot, sum(v.pending), sum(v.remaining), sum(v.expired),
       (array_agg(v.expires_at order by v.version desc, v.n desc) filter (where v.told))[1]
  from {schema}.lots a
  join {schema}.lot_movements v on v.tenant = a.tenant and v.member = a.member and v.lot = a.lot
 where a.tenant = {tenant} and {wanted}
   and (a.last_at >= {until} or a.last_recorded_at >= {known})
   and v.at < {until} and v.recorded_at < {known}
 group by a.member, a.lot
