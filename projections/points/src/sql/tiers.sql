select distinct on (a.member) a.member, a.tier
  from {schema}.tiers a
 where a.tenant = {tenant} and {wanted} and a.at < {until} and a.recorded_at < {known}
 order by a.member, a.at desc, a.version desc
