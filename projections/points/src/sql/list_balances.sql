with chosen as (
    select a.*,
           (case $7::text when 'member' then a.member::text when 'tier' then coalesce(a.tier, '')
                          else '' end) collate "C" as key
      from ({accounts}) a
     where (cardinality($4::uuid[]) = 0 or a.member = any ($4))
       and (cardinality($5::uuid[]) = 0 or a.program = any ($5))
       and (cardinality($6::text[]) = 0 or coalesce(a.tier, '') = any ($6))
),
sums as (
    select program, key, grouping(key) = 1 as total, count(*) as members, max(tier) as tier,
           sum(earned) as earned, sum(adjusted) as adjusted, sum(transferred_in) as transferred_in,
           sum(pending) as pending, sum(active) as active, sum(spent) as spent,
           sum(settled) as settled, sum(transferred_out) as transferred_out,
           sum(expired) as expired, sum(reversed) as reversed, sum(debt) as debt,
           sum(owed) as owed, sum(lots) as lots, sum(tier_earned) as tier_earned,
           sum(tier_adjusted) as tier_adjusted, sum(tier_reversed) as tier_reversed,
           sum(tier_points) as tier_points, bool_and(conserves) as conserves
      from chosen
     group by grouping sets ((program, key), (program))
),
page as (
    select *
      from sums
     where not total and ($8::uuid is null or (program, key) > ($8, $9::text))
     order by program, key
     limit $10
)
select s.*, p.name as program_name, p.shop, m.number, m.customer, c.name as customer_name
  from (select * from page union all select * from sums where total) s
  left join ({programs}) p on p.program = s.program
  left join {schema}.members m
         on m.tenant = $1 and m.member = case when $7 = 'member' and not s.total
                                              then s.key::uuid end
  left join {schema}.customers c on c.tenant = $1 and c.customer = m.customer
 order by s.total, s.program, s.key
