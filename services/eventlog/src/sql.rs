//! The statements of the readers, with the log's schema filled in once.

const EVENT: &str = "position, stream_id, version, event_id, occurred_at, recorded_at, \
    tenant, category, type, data, meta, numbers";

pub(crate) struct Sql {
    pub(crate) head: String,
    pub(crate) former_lives: String,
    pub(crate) end_of_life: String,
    pub(crate) quiesce: String,
    pub(crate) command: String,
    pub(crate) read: String,
    pub(crate) read_stream: String,
    pub(crate) recorded_at: String,
    pub(crate) versions: String,
    pub(crate) claim: String,
    pub(crate) due_timers: String,
    pub(crate) snapshot: String,
    pub(crate) save_snapshot: String,
}

impl Sql {
    pub(crate) fn of(schema: &str) -> Self {
        Self {
            head: format!(
                "select incarnation, position, recorded_at, chain from {schema}.head \
                 order by position desc limit 1"
            ),
            former_lives: format!(
                "select incarnation from {schema}.lives \
                 where incarnation <> (select incarnation from {schema}.head)"
            ),
            end_of_life: format!(
                "select coalesce(min(later.position), max(head.position)) \
                 from {schema}.head \
                 join {schema}.lives now on now.incarnation = head.incarnation \
                 left join {schema}.lives that on that.incarnation = $1 \
                 left join {schema}.lives later \
                   on later.began_at > that.began_at \
                      or that.incarnation is null and later.incarnation = now.incarnation"
            ),
            quiesce: format!(
                "select incarnation, position from {schema}.head order by position desc limit 1 for share"
            ),
            command: format!(
                "select c.content_hash, c.position, c.recorded_at, c.result, c.numbers, \
                        h.incarnation \
                 from {schema}.commands c cross join {schema}.head h \
                 where c.id = $1 and c.tenant = $2"
            ),
            read: format!(
                "select {EVENT} from {schema}.events \
                 where position > $1 and position <= $2 order by position limit $3"
            ),
            read_stream: format!(
                "select {EVENT} from {schema}.events \
                 where stream_id = $1 and tenant = $2 and category = $3 and version > $4 \
                 order by version limit $5"
            ),
            recorded_at: format!("select recorded_at from {schema}.events where position = $1"),
            versions: format!(
                "select k.item, s.version \
                 from unnest($1::uuid[], $2::text[], $3::text[]) \
                      with ordinality as k (id, category, tenant, item) \
                 join {schema}.streams s \
                   on s.id = k.id and s.category = k.category and s.tenant = k.tenant"
            ),
            claim: format!(
                "select id, category from {schema}.claims where key = $1 and tenant = $2"
            ),
            due_timers: format!(
                "select id, category, tenant, due_at from {schema}.timers \
                 where due_at <= $1 and (due_at, id, category, tenant) \
                     > (coalesce($2::timestamptz, '-infinity'), $3::uuid, $4::text, $5::text) \
                 order by due_at, id, category, tenant limit $6"
            ),
            snapshot: format!(
                "select version, state from {schema}.snapshots \
                 where id = $1 and category = $2 and tenant = $3 and shape = $4"
            ),
            save_snapshot: format!(
                "insert into {schema}.snapshots as s (id, category, tenant, shape, version, state) \
                 select $1, $2, $3, $4, $5, $6 from {schema}.head where incarnation = $7 \
                 on conflict (id, category, tenant, shape) do update \
                 set version = excluded.version, state = excluded.state \
                 where s.version < excluded.version"
            ),
        }
    }
}
