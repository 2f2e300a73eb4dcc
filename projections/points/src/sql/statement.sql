-- A member's ($4) lines of an account ($5) from an instant ($6; null is the first) on, each with the
-- balance after it.
with course as (
    select l.*, sum(l.pending) over so_far as pending_after, sum(l.active) over so_far as active_after
      from {schema}.lines l
     where l.tenant = $1 and l.member = $4 and l.account = $5
       and l.at < {until} and l.recorded_at < {known}
    window so_far as (order by l.at, l.version)
),
page as (
    select *
      from course
     where ($6::timestamptz is null or at >= $6)
       and ($8::bigint is null or (at, version) > ($7::timestamptz, $8))
     order by at, version
     limit $9
)
select l.version, l.kind, l.at, l.recorded_at, l.event, l.quantity, l.pending, l.active, l.debt,
       l.owed, l.lapsed, l.pending_after, l.active_after, l.cause, l.cause_id,
       coalesce(l.reference, p.reference, r.reference) as reference,
       coalesce(p.shop, r.shop) as shop, r.purpose, r.value, r.currency, m.number as member_number,
       l.reason, l.requested_by, l.approved_by, l.program_version, l.rules_version,
       l.ladder_version, l.tier, l.factor, l.capped, l.rules, l.collected
  from page l
  left join {schema}.purchases p
         on l.cause = 'purchase' and p.tenant = $1 and p.purchase = l.cause_id
  left join {schema}.redemptions r
         on l.cause = 'redemption' and r.tenant = $1 and r.redemption = l.cause_id
  left join {schema}.members m on l.cause = 'member' and m.tenant = $1 and m.member = l.cause_id
 order by l.at, l.version
