-- What these lines ($3) of a member ($2) do to lots. A lot beside another was earned like that one.
select v.version, v.lot, v.pending, v.remaining, coalesce(a.rules_version, o.rules_version)
       as rules_version, coalesce(a.tier, o.tier) as tier, a.earned_at, v.expires_at, v.told
  from {schema}.lot_movements v
  join {schema}.lots a on a.tenant = v.tenant and a.member = v.member and a.lot = v.lot
  left join {schema}.lots o on o.tenant = a.tenant and o.member = a.member and o.lot = a.origin
 where v.tenant = $1 and v.member = $2 and v.version = any ($3::bigint[])
 order by v.version, v.n
