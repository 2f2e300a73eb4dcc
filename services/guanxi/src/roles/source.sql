
-- Reactions of {service} read the log of {source}.
grant usage on schema log_{source} to guanxi_{service};
grant select on log_{source}.events, log_{source}.head, log_{source}.lives to guanxi_{service};
