-- What became of what came to each stage, for analysts: as `views.sql`, for the whole tenant and by
-- cohort. The definitions are those of the query service, figure by figure.
do $views$
declare
    owner  name := (select pg_get_userbyid(nspowner) from pg_namespace where nspname = 'analytics');
    before text := current_setting('role');
begin
    if owner is null then
        return;
    end if;
    execute format('grant select on {schema}.course to %I', owner);
    perform set_config('role', owner, true);

    create or replace view analytics.funnel_conversion with (security_barrier) as
    select f.pipeline as pipeline_id, f.pipeline_name as pipeline, f.ordinal, f.stage,
           f.name as stage_name, f.entered_count, f.advanced_count, f.entered_won_count,
           f.dropped_count,
           round(f.advanced_count::numeric / nullif(f.entered_count, 0), 4) as conversion_to_next,
           round(f.entered_won_count::numeric / nullif(f.entered_count, 0), 4) as conversion_to_won,
           round(f.dropped_count::numeric / nullif(f.entered_count, 0), 4) as drop_out,
           f.finished_stays,
           round(extract(epoch from f.median) / 3600, 4) as median_hours,
           round(extract(epoch from f.p90) / 3600, 4) as p90_hours
      from (select s.pipeline, s.pipeline_name, s.ordinal, s.stage, s.name,
                   count(distinct c.opportunity) as entered_count,
                   count(distinct c.opportunity) filter (where c.advanced) as advanced_count,
                   count(distinct c.opportunity) filter (where c.won) as entered_won_count,
                   count(distinct c.opportunity) filter (where c.dropped) as dropped_count,
                   count(c.left_at) as finished_stays,
                   percentile_disc(0.5) within group (order by c.left_at - c.entered_at) as median,
                   percentile_disc(0.9) within group (order by c.left_at - c.entered_at) as p90
              from {schema}.stages_now s
              left join {schema}.course c
                     on c.tenant = s.tenant and c.pipeline = s.pipeline and c.stage = s.stage
             where s.tenant = (select l.tenant from analytics_access.logins l
                                where l.login = session_user)
             group by s.pipeline, s.pipeline_name, s.ordinal, s.stage, s.name) f;

    create or replace view analytics.funnel_cohorts with (security_barrier) as
    select f.pipeline as pipeline_id, s.pipeline_name as pipeline, s.ordinal, f.stage,
           s.name as stage_name, f.owner, f.team, f.source, f.created_month, f.entered_count,
           f.advanced_count, f.entered_won_count, f.dropped_count, f.finished_stays,
           round(extract(epoch from f.median) / 3600, 4) as median_hours,
           round(extract(epoch from f.p90) / 3600, 4) as p90_hours
      from (select c.tenant, c.pipeline, c.stage, c.owner, c.team, c.source,
                   date_trunc('month', c.created_at at time zone zone.time_zone)::date
                       as created_month,
                   count(distinct c.opportunity) as entered_count,
                   count(distinct c.opportunity) filter (where c.advanced) as advanced_count,
                   count(distinct c.opportunity) filter (where c.won) as entered_won_count,
                   count(distinct c.opportunity) filter (where c.dropped) as dropped_count,
                   count(c.left_at) as finished_stays,
                   percentile_disc(0.5) within group (order by c.left_at - c.entered_at) as median,
                   percentile_disc(0.9) within group (order by c.left_at - c.entered_at) as p90
              from {schema}.course c
             cross join analytics.settings zone
             where c.tenant = (select l.tenant from analytics_access.logins l
                                where l.login = session_user)
             group by 1, 2, 3, 4, 5, 6, 7) f
      left join {schema}.stages_now s
             on s.tenant = f.tenant and s.pipeline = f.pipeline and s.stage = f.stage;

    comment on view analytics.funnel_conversion is
        'What became of what came to each stage, as things stand now: one row for each stage of each pipeline, also where nothing has come. What stands in a stage is in analytics.funnel_stages.';
    comment on column analytics.funnel_conversion.pipeline_id is 'The pipeline.';
    comment on column analytics.funnel_conversion.pipeline is 'The name of the pipeline.';
    comment on column analytics.funnel_conversion.ordinal is
        'The place of the stage in the pipeline, from 1.';
    comment on column analytics.funnel_conversion.stage is
        'The stage; the key that stays when it is renamed.';
    comment on column analytics.funnel_conversion.stage_name is
        'The name of the stage, as it is called today.';
    comment on column analytics.funnel_conversion.entered_count is
        'How many opportunities came to the stage, at any time; each counts once.';
    comment on column analytics.funnel_conversion.advanced_count is
        'Of those that entered: how many went on, to a later stage afterwards, or won.';
    comment on column analytics.funnel_conversion.entered_won_count is
        'Of those that entered: how many are won, in whichever stage.';
    comment on column analytics.funnel_conversion.dropped_count is
        'Of those that entered: how many are lost and were lost there.';
    comment on column analytics.funnel_conversion.conversion_to_next is
        'advanced_count / entered_count, from 0 to 1, rounded half up at the fourth place; null when none entered.';
    comment on column analytics.funnel_conversion.conversion_to_won is
        'entered_won_count / entered_count, likewise.';
    comment on column analytics.funnel_conversion.drop_out is
        'dropped_count / entered_count, likewise.';
    comment on column analytics.funnel_conversion.finished_stays is
        'How many stays there have ended; an opportunity may have come there more than once.';
    comment on column analytics.funnel_conversion.median_hours is
        'The length of a stay, in hours, that half of the ended ones do not pass, rounded at the fourth place; null when none has ended.';
    comment on column analytics.funnel_conversion.p90_hours is
        'The length of a stay, in hours, that nine tenths of the ended ones do not pass, likewise.';

    comment on view analytics.funnel_cohorts is
        'The counts of analytics.funnel_conversion told apart by owner, team, source and month of creation: one row for each stage and each of these that came there. Every opportunity has one of each, so all counts may be added up, to a share as well: sum(advanced_count) / sum(entered_count).';
    comment on column analytics.funnel_cohorts.pipeline_id is 'The pipeline.';
    comment on column analytics.funnel_cohorts.pipeline is 'The name of the pipeline.';
    comment on column analytics.funnel_cohorts.ordinal is
        'The place of the stage in the pipeline, from 1.';
    comment on column analytics.funnel_cohorts.stage is
        'The stage; the key that stays when it is renamed.';
    comment on column analytics.funnel_cohorts.stage_name is
        'The name of the stage, as it is called today.';
    comment on column analytics.funnel_cohorts.owner is 'Who works on the opportunities now.';
    comment on column analytics.funnel_cohorts.team is
        'The team that they count for now; null for none.';
    comment on column analytics.funnel_cohorts.source is
        'Where they came from; null when not told.';
    comment on column analytics.funnel_cohorts.created_month is
        'The first day of the month in which they were opened, in the tenant''s time zone.';
    comment on column analytics.funnel_cohorts.entered_count is
        'How many opportunities came to the stage, at any time; each counts once.';
    comment on column analytics.funnel_cohorts.advanced_count is
        'Of those that entered: how many went on, to a later stage afterwards, or won.';
    comment on column analytics.funnel_cohorts.entered_won_count is
        'Of those that entered: how many are won, in whichever stage.';
    comment on column analytics.funnel_cohorts.dropped_count is
        'Of those that entered: how many are lost and were lost there.';
    comment on column analytics.funnel_cohorts.finished_stays is
        'How many stays there have ended; an opportunity may have come there more than once.';
    comment on column analytics.funnel_cohorts.median_hours is
        'The length of a stay, in hours, that half of this row''s ended ones do not pass; null when none has ended. It cannot be added up or averaged: for another grouping take it from analytics.stage_stays joined with analytics.opportunities.';
    comment on column analytics.funnel_cohorts.p90_hours is
        'The length of a stay, in hours, that nine tenths of this row''s ended ones do not pass, likewise.';

    perform set_config('role', before, true);
end
$views$;
