-- A member's ($4) account ($5) before an instant.
select sum(l.earned) as earned, sum(l.adjusted) as adjusted,
       sum(l.transferred_in) as transferred_in, sum(l.pending) as pending, sum(l.active) as active,
       sum(l.spent) as spent, sum(l.settled) as settled,
       sum(l.transferred_out) as transferred_out, sum(l.expired) as expired,
       sum(l.reversed) as reversed, sum(l.debt) as debt, sum(l.owed) as owed, h.lots,
       sum(l.earned + l.adjusted + l.transferred_in)
       = sum(l.pending + l.active + l.spent + l.settled + l.transferred_out + l.expired + l.reversed)
       and ($5::text = 'tier'
            or sum(l.active) = h.lots - sum(l.debt) and sum(l.pending) = h.pending) as conserves
  from {schema}.lines l,
       (select coalesce(sum(v.remaining), 0) as lots, coalesce(sum(v.pending), 0) as pending
          from {schema}.lot_movements v
         where v.tenant = $1 and v.member = $4 and v.at < {until} and v.recorded_at < {known}
           and $5::text = 'reward') h
 where l.tenant = $1 and l.member = $4 and l.account = $5
   and l.at < {until} and l.recorded_at < {known}
 group by h.lots, h.pending
