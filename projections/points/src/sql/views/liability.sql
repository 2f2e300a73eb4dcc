    create or replace view analytics.points_liability with (security_barrier) as
    select g.program as program_id, p.name as program, p.shop, p.currency, p.point_value, g.members,
           g.active, g.pending, g.debt, round(g.active * p.point_value, p.places) as active_value,
           round(g.pending * p.point_value, p.places) as pending_value,
           round(g.debt * p.point_value, p.places) as debt_value,
           round(g.active * p.point_value, p.places) + round(g.pending * p.point_value, p.places)
               as outstanding_value
      from (select a.program, sum(a.lots) as active, sum(a.pending) as pending,
                   sum(a.debt) as debt,
                   count(*) filter (where a.lots <> 0 or a.pending <> 0 or a.debt <> 0) as members
              from ({accounts}) a
             group by a.program) g
      left join ({programs}) p on p.program = g.program;

    comment on view analytics.points_liability is
        'What the outstanding points of each program are worth today: one row each.';
    comment on column analytics.points_liability.program_id is 'The program.';
    comment on column analytics.points_liability.program is 'What the program is called.';
    comment on column analytics.points_liability.shop is
        'The shop that runs the program; null for the whole company.';
    comment on column analytics.points_liability.currency is
        'ISO 4217 code of the values. Never add amounts of different currencies.';
    comment on column analytics.points_liability.point_value is 'What one point is worth today.';
    comment on column analytics.points_liability.members is
        'How many members have something outstanding.';
    comment on column analytics.points_liability.active is 'Points that members can spend.';
    comment on column analytics.points_liability.pending is
        'Points that members cannot spend yet.';
    comment on column analytics.points_liability.debt is
        'By how many points balances are below zero: a claim, not taken off the others.';
    comment on column analytics.points_liability.active_value is
        'What the active points are worth, rounded to the currency.';
    comment on column analytics.points_liability.pending_value is
        'What the pending points are worth, rounded to the currency.';
    comment on column analytics.points_liability.debt_value is
        'What the points below zero are worth, rounded to the currency.';
    comment on column analytics.points_liability.outstanding_value is
        'What the active and the pending points are worth: the sum of the two.';
