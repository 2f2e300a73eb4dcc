select a.member, a.account, a.earned, a.adjusted, a.transferred_in, a.pending, a.active, a.spent,
       a.settled, a.transferred_out, a.expired, a.reversed, a.debt, a.owed
  from {schema}.accounts a
 where a.tenant = {tenant} and {wanted}
   and a.last_at < {until} and a.last_recorded_at < {known}
union all
-- Something happened to these that does not count: only their lines tell.
select a.member, a.account, sum(l.earned), sum(l.adjusted), sum(l.transferred_in), sum(l.pending),
       sum(l.active), sum(l.spent), sum(l.settled), sum(l.transferred_out), sum(l.expired),
       sum(l.reversed), sum(l.debt), sum(l.owed)
  from {schema}.accounts a
  join {schema}.lines l on l.tenant = a.tenant and l.member = a.member and l.account = a.account
 where a.tenant = {tenant} and {wanted}
   and (a.last_at >= {until} or a.last_recorded_at >= {known})
   and l.at < {until} and l.recorded_at < {known}
 group by a.member, a.account
