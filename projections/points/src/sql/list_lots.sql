-- Lots in the order in which they are spent: the soonest to expire first. A lot beside another was
-- earned like that one.
with lots as (
    select a.lot, a.origin, a.source, a.source_id, coalesce(a.reference, p.reference) as reference,
           p.shop, a.earned_at, a.active_at, h.expires_at, a.points, h.pending, h.remaining,
           h.expired, coalesce(a.program_version, o.program_version) as program_version,
           coalesce(a.rules_version, o.rules_version) as rules_version,
           coalesce(a.tier, o.tier) as tier,
           case when h.pending <> 0 then 'pending' when h.remaining <> 0 then 'active'
                when h.expired <> 0 then 'expired' else 'used' end as state
      from ({held}) h
      join {schema}.lots a on a.tenant = $1 and a.member = h.member and a.lot = h.lot
      left join {schema}.lots o on o.tenant = $1 and o.member = a.member and o.lot = a.origin
      left join {schema}.purchases p
             on a.source = 'purchase' and p.tenant = $1 and p.purchase = a.source_id
     where h.member = any ($4::uuid[])
)
select *
  from lots
 where (cardinality($5::text[]) = 0 or state = any ($5))
   and ($8::bigint is null
        or (coalesce(expires_at, 'infinity'), earned_at, lot)
           > (coalesce($6::timestamptz, 'infinity'), $7::timestamptz, $8))
 order by coalesce(expires_at, 'infinity'), earned_at, lot
 limit $9
