    create or replace view analytics.points_ledger with (security_barrier) as
    select l.member as member_id, m.number as member_number, m.program as program_id, l.version,
           l.account, l.kind, l.at as occurred_at, l.recorded_at, l.quantity, l.earned, l.adjusted,
           l.transferred_in, l.pending, l.active, l.spent, l.settled, l.transferred_out, l.expired,
           l.reversed, l.debt, l.owed, l.lapsed,
           case when l.account = 'reward' then
               (select jsonb_agg(jsonb_build_object('lot', v.lot, 'pending', v.pending,
                                                    'active', v.remaining) order by v.n)
                  from {schema}.lot_movements v
                 where v.tenant = l.tenant and v.member = l.member and v.version = l.version)
           end as lots,
           l.cause, l.cause_id, coalesce(l.reference, u.reference, r.reference) as reference,
           coalesce(u.shop, r.shop) as shop, r.purpose, l.reason, l.requested_by, l.approved_by,
           l.program_version, l.rules_version, l.rules, l.tier, l.ladder_version, l.factor, l.capped,
           l.collected, l.event as event_id
      from {schema}.lines l
      join {schema}.members m on m.tenant = l.tenant and m.member = l.member
      left join {schema}.purchases u
             on l.cause = 'purchase' and u.tenant = l.tenant and u.purchase = l.cause_id
      left join {schema}.redemptions r
             on l.cause = 'redemption' and r.tenant = l.tenant and r.redemption = l.cause_id
     where l.tenant = {tenant};

    comment on view analytics.points_ledger is
        'Every movement of points: one row for each event and account. The sums of its figures up to an instant are the balance at that instant.';
    comment on column analytics.points_ledger.member_id is 'The member.';
    comment on column analytics.points_ledger.member_number is 'The member''s number.';
    comment on column analytics.points_ledger.program_id is 'The member''s program.';
    comment on column analytics.points_ledger.version is
        'The version of the account with the event; with equal times it gives the order.';
    comment on column analytics.points_ledger.account is
        'reward (points to spend) or tier (points towards a tier).';
    comment on column analytics.points_ledger.kind is
        'What it is: earned, activated, expired, spent, returned, reversed, restored, debt_settled, adjusted, sent or received.';
    comment on column analytics.points_ledger.occurred_at is 'When it counts.';
    comment on column analytics.points_ledger.recorded_at is
        'When it was recorded: before that it was not known.';
    comment on column analytics.points_ledger.quantity is
        'How many points it is about; below 0 when they go. What becomes active is counted here once more.';
    comment on column analytics.points_ledger.earned is 'By how much earned points change.';
    comment on column analytics.points_ledger.adjusted is 'By how much adjustments change.';
    comment on column analytics.points_ledger.transferred_in is
        'By how much points from other members change.';
    comment on column analytics.points_ledger.pending is
        'By how much what cannot be spent yet changes.';
    comment on column analytics.points_ledger.active is 'By how much what can be spent changes.';
    comment on column analytics.points_ledger.spent is 'By how much spent points change.';
    comment on column analytics.points_ledger.settled is 'By how much settled points change.';
    comment on column analytics.points_ledger.transferred_out is
        'By how much points to other members change.';
    comment on column analytics.points_ledger.expired is 'By how much expired points change.';
    comment on column analytics.points_ledger.reversed is 'By how much reversed points change.';
    comment on column analytics.points_ledger.debt is 'By how much the negative balance changes.';
    comment on column analytics.points_ledger.owed is
        'By how much changes what is owed without a negative balance.';
    comment on column analytics.points_ledger.lapsed is
        'What had expired before it was to be taken back, and so moves nothing; below 0 when that is undone.';
    comment on column analytics.points_ledger.lots is
        'Which lots it moves: a list of lot, pending and active. Null for tier points, which are in no lots.';
    comment on column analytics.points_ledger.cause is
        'What caused it: purchase, stated (another system), adjustment, member, redemption, time (it came) or debt.';
    comment on column analytics.points_ledger.cause_id is
        'The purchase, the other member or the redemption; null for other causes.';
    comment on column analytics.points_ledger.reference is
        'What the cause is called where it happened: a receipt, another system''s name, an adjustment''s number.';
    comment on column analytics.points_ledger.shop is
        'The shop of the purchase or redemption; null when not told.';
    comment on column analytics.points_ledger.purpose is
        'What points were redeemed for: payment, reward or coupon; null for other lines.';
    comment on column analytics.points_ledger.reason is 'Why, where somebody said so.';
    comment on column analytics.points_ledger.requested_by is 'Who asked for an adjustment.';
    comment on column analytics.points_ledger.approved_by is
        'Who approved it, where it was above the limit.';
    comment on column analytics.points_ledger.program_version is
        'The version of the program''s rules, where they made the line.';
    comment on column analytics.points_ledger.rules_version is
        'The version of the earning rules, where they made the line.';
    comment on column analytics.points_ledger.rules is
        'What each earning rule gave, before caps and rounding: a list of rule and points.';
    comment on column analytics.points_ledger.tier is 'The member''s tier when rules were applied.';
    comment on column analytics.points_ledger.ladder_version is
        'The version of the tier ladder, which gave the factor.';
    comment on column analytics.points_ledger.factor is 'The tier''s earning factor.';
    comment on column analytics.points_ledger.capped is 'How many points the caps cut off.';
    comment on column analytics.points_ledger.collected is
        'For which purchases something owed was collected: a list of purchase and points.';
    comment on column analytics.points_ledger.event_id is 'The event that it is made from.';

    -- Over the other views, for it runs with the rights of whoever calls it.
    create or replace function analytics.points_balances_at(
        instant timestamptz, as_known_at timestamptz default null)
    returns table (
        member_id uuid, member_number text, program_id uuid, earned numeric, adjusted numeric,
        transferred_in numeric, pending numeric, active numeric, spent numeric, settled numeric,
        transferred_out numeric, expired numeric, reversed numeric, debt numeric, owed numeric,
        conserves boolean)
    language sql stable as $body$
        select l.member_id, l.member_number, l.program_id, sum(l.earned), sum(l.adjusted),
               sum(l.transferred_in), sum(l.pending), sum(l.active), sum(l.spent), sum(l.settled),
               sum(l.transferred_out), sum(l.expired), sum(l.reversed), sum(l.debt), sum(l.owed),
               sum(l.earned + l.adjusted + l.transferred_in)
               = sum(l.pending + l.active + l.spent + l.settled + l.transferred_out + l.expired
                     + l.reversed)
          from analytics.points_ledger l
         where l.account = 'reward' and l.occurred_at <= instant
           and (as_known_at is null or l.recorded_at <= as_known_at)
         group by l.member_id, l.member_number, l.program_id
    $body$;
    comment on function analytics.points_balances_at(timestamptz, timestamptz) is
        'The reward points of every member at an instant, with all that counts by then, as it was known at another instant (null: as known now).';
