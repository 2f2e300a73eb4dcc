-- What a program's outstanding points are worth: each figure is rounded, and the sum is that of the
-- rounded ones.
select g.program, p.name, p.shop, p.currency, p.point_value, g.members, g.lots, g.pending, g.debt,
       round(g.lots * p.point_value, p.places) as lots_value,
       round(g.pending * p.point_value, p.places) as pending_value,
       round(g.debt * p.point_value, p.places) as debt_value
  from (select a.program, sum(a.lots) as lots, sum(a.pending) as pending, sum(a.debt) as debt,
               count(*) filter (where a.lots <> 0 or a.pending <> 0 or a.debt <> 0) as members
          from ({accounts}) a
         group by a.program) g
  left join ({programs}) p on p.program = g.program
 where cardinality($4::uuid[]) = 0 or g.program = any ($4)
 order by g.program
