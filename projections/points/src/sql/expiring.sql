-- Points that expire before an instant ($7), by member, and the totals of programs ('total').
with chosen as (
    select a.program, h.member, t.tier, sum(h.remaining + h.pending) as points,
           sum(h.pending) as pending, count(*) as lots, min(h.expires_at) as first
      from ({held}) h
      join {schema}.members a on a.tenant = $1 and a.member = h.member
      left join ({tiers}) t on t.member = h.member
     where h.expires_at < $7::timestamptz and (h.pending <> 0 or h.remaining <> 0)
       and (cardinality($4::uuid[]) = 0 or h.member = any ($4))
       and (cardinality($5::uuid[]) = 0 or a.program = any ($5))
       and (cardinality($6::text[]) = 0 or coalesce(t.tier, '') = any ($6))
     group by a.program, h.member, t.tier
),
page as (
    select *
      from chosen
     where $9::uuid is null or (first, member) > ($8::timestamptz, $9)
     order by first, member
     limit $10
)
select false as total, g.program, g.member, g.tier, 1::bigint as members, g.points, g.pending,
       g.lots, g.first, m.number, m.customer, c.name as customer_name, p.name as program_name,
       p.currency, round(g.points * p.point_value, p.places) as worth
  from page g
  left join ({programs}) p on p.program = g.program
  left join {schema}.members m on m.tenant = $1 and m.member = g.member
  left join {schema}.customers c on c.tenant = $1 and c.customer = m.customer
union all
select true, g.program, null, null, count(*), sum(g.points), sum(g.pending), sum(g.lots)::bigint,
       min(g.first), null, null, null, p.name, p.currency,
       round(sum(g.points) * p.point_value, p.places)
  from chosen g
  left join ({programs}) p on p.program = g.program
 group by g.program, p.name, p.currency, p.point_value, p.places
 order by total, first, member, program
