    create or replace view analytics.survey_answers with (security_barrier) as
    select s.survey as survey_id, s.ticket as ticket_id, s.resolution, s.agent,
           coalesce(q.name, s.queue::text) as queue, s.asked_at, s.answered_at, s.score, s.low,
           s.comment, s.channel, s.customer as customer_id, s.expires_at, s.expired,
           s.queue as queue_id
      from {schema}.surveys s
      left join {schema}.queues q on q.tenant = s.tenant and q.queue = s.queue
     where s.tenant = {tenant};

    comment on view analytics.survey_answers is
        'Every satisfaction survey, also those that nobody answered.';
    comment on column analytics.survey_answers.survey_id is 'The survey.';
    comment on column analytics.survey_answers.ticket_id is 'The ticket.';
    comment on column analytics.survey_answers.resolution is
        'Which of its resolutions it asks about, from 1.';
    comment on column analytics.survey_answers.agent is 'Whose work that was.';
    comment on column analytics.survey_answers.queue is
        'The name of the queue that asked; its id where the queue has none.';
    comment on column analytics.survey_answers.asked_at is 'When the customer was asked.';
    comment on column analytics.survey_answers.answered_at is
        'When the customer answered; null when not.';
    comment on column analytics.survey_answers.score is
        'From 1, not at all satisfied, to 5, very satisfied; null when not answered.';
    comment on column analytics.survey_answers.low is
        'Whether that is a low score by the rules under which it was asked.';
    comment on column analytics.survey_answers.comment is 'What the customer said.';
    comment on column analytics.survey_answers.channel is 'The ticket''s channel.';
    comment on column analytics.survey_answers.customer_id is
        'Whom the ticket was for; null when not told.';
    comment on column analytics.survey_answers.expires_at is 'Until when it can be answered.';
    comment on column analytics.survey_answers.expired is
        'Whether that time passed without an answer.';
    comment on column analytics.survey_answers.queue_id is 'The queue that asked.';

