    create or replace view analytics.points_lots with (security_barrier) as
    select l.member as member_id, m.number as member_number, m.program as program_id, l.lot,
           l.origin, case when l.pending <> 0 then 'pending' when l.remaining <> 0 then 'active'
                          when l.expired <> 0 then 'expired' else 'used' end as state,
           l.source, l.source_id, coalesce(l.reference, u.reference) as reference, l.earned_at,
           l.active_at, l.expires_at, l.points, l.pending, l.remaining, l.expired,
           coalesce(l.program_version, o.program_version) as program_version,
           coalesce(l.rules_version, o.rules_version) as rules_version,
           coalesce(l.tier, o.tier) as tier
      from {schema}.lots l
      join {schema}.members m on m.tenant = l.tenant and m.member = l.member
      left join {schema}.lots o
             on o.tenant = l.tenant and o.member = l.member and o.lot = l.origin
      left join {schema}.purchases u
             on l.source = 'purchase' and u.tenant = l.tenant and u.purchase = l.source_id
     where l.tenant = {tenant};

    comment on view analytics.points_lots is
        'Every lot of reward points: what was earned, given or received at once, with an expiry of its own. The soonest to expire is spent first.';
    comment on column analytics.points_lots.member_id is 'Whose it is.';
    comment on column analytics.points_lots.member_number is 'The member''s number.';
    comment on column analytics.points_lots.program_id is 'The member''s program.';
    comment on column analytics.points_lots.lot is 'Its number within the member''s account.';
    comment on column analytics.points_lots.origin is
        'The lot of which its points were earned: itself, or the one beside which it stands since points came back with a longer life.';
    comment on column analytics.points_lots.state is
        'pending, active, expired (nothing is left, and something of it expired) or used (nothing is left).';
    comment on column analytics.points_lots.source is
        'Where its points came from: purchase, stated (another system), adjustment or member.';
    comment on column analytics.points_lots.source_id is
        'The purchase or the other member; null for other sources.';
    comment on column analytics.points_lots.reference is
        'What the source is called where it happened.';
    comment on column analytics.points_lots.earned_at is 'When it was earned.';
    comment on column analytics.points_lots.active_at is 'When it could, or can, be spent.';
    comment on column analytics.points_lots.expires_at is 'When it expires; null for never.';
    comment on column analytics.points_lots.points is 'How many points it came with.';
    comment on column analytics.points_lots.pending is 'What of it cannot be spent yet.';
    comment on column analytics.points_lots.remaining is 'What of it can be spent.';
    comment on column analytics.points_lots.expired is 'What of it expired.';
    comment on column analytics.points_lots.program_version is
        'The version of the program''s rules by which it was earned; null where none made it.';
    comment on column analytics.points_lots.rules_version is
        'The version of the earning rules by which it was earned; null where none made it.';
    comment on column analytics.points_lots.tier is
        'The member''s tier when it was earned; null for none.';
