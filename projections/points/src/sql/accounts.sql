-- Every member to whose points something had happened. Whether it conserves (L-19) is found from
-- figures of the lines and from what the lots hold, which are folded apart.
select a.member, a.program, t.tier,
       coalesce(r.earned, 0) as earned, coalesce(r.adjusted, 0) as adjusted,
       coalesce(r.transferred_in, 0) as transferred_in, coalesce(r.pending, 0) as pending,
       coalesce(r.active, 0) as active, coalesce(r.spent, 0) as spent,
       coalesce(r.settled, 0) as settled, coalesce(r.transferred_out, 0) as transferred_out,
       coalesce(r.expired, 0) as expired, coalesce(r.reversed, 0) as reversed,
       coalesce(r.debt, 0) as debt, coalesce(r.owed, 0) as owed, coalesce(h.remaining, 0) as lots,
       coalesce(s.earned, 0) as tier_earned, coalesce(s.adjusted, 0) as tier_adjusted,
       coalesce(s.reversed, 0) as tier_reversed, coalesce(s.active, 0) as tier_points,
       (r.member is null
        or r.earned + r.adjusted + r.transferred_in
           = r.pending + r.active + r.spent + r.settled + r.transferred_out + r.expired + r.reversed
           and r.active = coalesce(h.remaining, 0) - r.debt
           and r.pending = coalesce(h.pending, 0))
       and (s.member is null or s.earned + s.adjusted = s.active + s.reversed) as conserves
  from {schema}.members a
  left join ({balances}) r on r.member = a.member and r.account = 'reward'
  left join ({balances}) s on s.member = a.member and s.account = 'tier'
  left join (select held.member, sum(held.pending) as pending, sum(held.remaining) as remaining
               from ({held}) held
              group by held.member) h on h.member = a.member
  left join ({tiers}) t on t.member = a.member
 where a.tenant = {tenant} and {wanted} and (r.member is not null or s.member is not null)
