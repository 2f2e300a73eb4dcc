count(*) filter (where r.what = 'opened') as opened,
       count(*) filter (where r.what = 'resolved') as resolved,
       count(*) filter (where r.what = 'resolved' and not r.good) as reopened,
       count(*) filter (where r.what = 'responded') as responses,
       count(*) filter (where r.what = 'responded' and r.worked) as responses_worked,
       percentile_disc(0.5) within group (order by r.length)
           filter (where r.what = 'responded') as response_median,
       percentile_disc(0.9) within group (order by r.length)
           filter (where r.what = 'responded') as response_p90,
       count(*) filter (where r.what = 'resolved' and r.good) as resolutions,
       count(*) filter (where r.what = 'resolved' and r.good and r.worked)
           as resolutions_worked,
       percentile_disc(0.5) within group (order by r.length)
           filter (where r.what = 'resolved' and r.good) as resolution_median,
       percentile_disc(0.9) within group (order by r.length)
           filter (where r.what = 'resolved' and r.good) as resolution_p90,
       count(*) filter (where r.clock = 'first_response' and r.good) as first_response_met,
       count(*) filter (where r.clock = 'first_response' and not r.good)
           as first_response_missed,
       count(*) filter (where r.clock = 'next_response' and r.good) as next_response_met,
       count(*) filter (where r.clock = 'next_response' and not r.good)
           as next_response_missed,
       count(*) filter (where r.clock = 'resolution' and r.good) as resolution_met,
       count(*) filter (where r.clock = 'resolution' and not r.good) as resolution_missed,
       count(*) filter (where r.what = 'asked') as asked,
       count(*) filter (where r.what = 'answered') as answered,
       coalesce(sum(r.score) filter (where r.what = 'answered'), 0) as score_sum,
       count(*) filter (where r.what = 'answered' and r.score >= 4) as satisfied,
       count(*) filter (where r.what = 'answered' and not r.good) as low
