//! Rows as columns, for statements that write all rows of a batch at once.

/// Declares a row and its columns: the names are those of the table, the order that of the statement's
/// parameters. One of the columns is `tenant`. Where it is used, `tokio_postgres` must be a dependency.
#[macro_export]
macro_rules! columns {
    ($(#[$doc:meta])* $columns:ident of $row:ident { $($column:ident: $type:ty),+ $(,)? }) => {
        $(#[$doc])*
        struct $row<'a> {
            $($column: $type),+
        }

        #[derive(Default)]
        struct $columns<'a> {
            $($column: Vec<$type>),+
        }

        #[allow(dead_code, reason = "a table gets new rows, or a statement of its own")]
        impl<'a> $columns<'a> {
            fn push(&mut self, row: $row<'a>) {
                $(self.$column.push(row.$column);)+
            }

            /// Writes them as new rows of a table, if there are any.
            async fn insert(
                &self,
                write: &$crate::Write<'_>,
                table: &str,
            ) -> Result<(), tokio_postgres::Error> {
                if self.tenant.is_empty() {
                    return Ok(());
                }
                let names = [$(stringify!($column)),+];
                write.insert(table, &names, &[$(&self.$column),+]).await
            }

            /// Hands them to a statement (`unnest`), if there are any; how many rows that touched.
            async fn write(
                &self,
                write: &$crate::Write<'_>,
                sql: &str,
            ) -> Result<u64, tokio_postgres::Error> {
                if self.tenant.is_empty() {
                    return Ok(0);
                }
                write.execute(sql, &[$(&self.$column),+]).await
            }
        }
    };
}
