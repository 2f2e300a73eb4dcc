select {key} as key, pipeline, stage, status, currency, count(*) as opportunities,
       sum(amount) as amount
  from standing
 group by 1, 2, 3, 4, 5
