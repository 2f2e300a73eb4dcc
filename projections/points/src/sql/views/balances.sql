    create or replace view analytics.points_balances with (security_barrier) as
    select b.member as member_id, m.number as member_number, m.status as member_status,
           m.customer as customer_id, c.name as customer, b.program as program_id,
           p.name as program, p.shop, b.tier, b.earned, b.adjusted, b.transferred_in, b.pending,
           b.active, b.spent, b.settled, b.transferred_out, b.expired, b.reversed, b.debt, b.owed,
           b.lots, b.tier_points, b.tier_earned, b.tier_adjusted, b.tier_reversed, b.conserves
      from ({accounts}) b
      join {schema}.members m on m.tenant = {tenant} and m.member = b.member
      left join ({programs}) p on p.program = b.program
      left join {schema}.customers c on c.tenant = {tenant} and c.customer = m.customer;

    comment on view analytics.points_balances is
        'The points of every member to whose points anything ever happened: one row each. It always holds that earned + adjusted + transferred_in = pending + active + spent + settled + transferred_out + expired + reversed, and active = lots - debt. Never add points of different programs. As of any instant: analytics.points_balances_at(instant, as_known_at).';
    comment on column analytics.points_balances.member_id is 'The member.';
    comment on column analytics.points_balances.member_number is 'The member''s number.';
    comment on column analytics.points_balances.member_status is
        'How the member stands today: new, active, frozen or closed.';
    comment on column analytics.points_balances.customer_id is
        'The customer who the member is; null where that is not known.';
    comment on column analytics.points_balances.customer is
        'What the customer is called today; null when not known.';
    comment on column analytics.points_balances.program_id is 'The member''s program.';
    comment on column analytics.points_balances.program is 'What the program is called.';
    comment on column analytics.points_balances.shop is
        'The shop that runs the program; null for the whole company.';
    comment on column analytics.points_balances.tier is 'The member''s tier; null for none.';
    comment on column analytics.points_balances.earned is
        'Reward points that purchases and others gave.';
    comment on column analytics.points_balances.adjusted is
        'Reward points given by adjustments; below 0 where more was taken.';
    comment on column analytics.points_balances.transferred_in is
        'Reward points from other members.';
    comment on column analytics.points_balances.pending is
        'Reward points that cannot be spent yet.';
    comment on column analytics.points_balances.active is
        'Reward points that can be spent; below 0 with a debt.';
    comment on column analytics.points_balances.spent is
        'Reward points that were spent, less what came back.';
    comment on column analytics.points_balances.settled is
        'Reward points that a settlement turned into rewards or cash.';
    comment on column analytics.points_balances.transferred_out is
        'Reward points that went to other members.';
    comment on column analytics.points_balances.expired is 'Reward points that expired.';
    comment on column analytics.points_balances.reversed is
        'Earned reward points that were taken back, less what was given again.';
    comment on column analytics.points_balances.debt is
        'By how much taking back went below zero, as far as it is not settled.';
    comment on column analytics.points_balances.owed is
        'What the member owes without a negative balance: it counts as reversed when it is collected.';
    comment on column analytics.points_balances.lots is 'What the active lots hold.';
    comment on column analytics.points_balances.tier_points is
        'Tier points, which are an account of their own: tier_earned + tier_adjusted - tier_reversed.';
    comment on column analytics.points_balances.tier_earned is 'Tier points that were earned.';
    comment on column analytics.points_balances.tier_adjusted is
        'Tier points given by adjustments; below 0 where more was taken.';
    comment on column analytics.points_balances.tier_reversed is
        'Tier points that were taken back, less what was given again.';
    comment on column analytics.points_balances.conserves is
        'Whether all that must hold does hold: computed from lines and lots, which are kept apart.';
