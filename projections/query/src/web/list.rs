//! Lists: a table with an address of its own, shown page by page and exported whole.

use askama::Template;
use axum::{
    Router,
    extract::Query,
    response::{Html, Response},
    routing::get,
};
use futures::{Stream, stream};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{
    export,
    failure::Failure,
    frame::{Frame, Section},
    language::{Language, texts},
    parameters::{self, Parameter},
    session::Visitor,
    site::Site,
    table::{Column, Row, Shown},
};

/// Rows of a page.
const SHOWN: i32 = 50;
/// Rows that an export asks for at a time: the most that the RPCs give.
const EXPORTED: i32 = 1_000;

/// Some rows of a list.
pub(super) struct Chunk {
    /// The same for every chunk of a list.
    pub(super) columns: Vec<Column>,
    pub(super) rows: Vec<Row>,
    /// For the chunk after it.
    pub(super) next: Option<String>,
}

impl Chunk {
    /// All rows of a list that is short.
    pub(super) fn whole(columns: Vec<Column>, rows: Vec<Row>) -> Self {
        let next = None;
        Self {
            columns,
            rows,
            next,
        }
    }

    /// With the token for the rest as messages hold it, empty for none.
    pub(super) fn of(columns: Vec<Column>, rows: Vec<Row>, next: String) -> Self {
        Self {
            columns,
            rows,
            next: Some(next).filter(|next| !next.is_empty()),
        }
    }
}

/// A list: a value of its parameters.
pub(super) trait List: Serialize + DeserializeOwned + Clone + Send + Sync + 'static {
    /// Where it is. Its exports are at `export.csv` and `export.xlsx` below.
    const PATH: &'static str;
    /// Where it belongs.
    const SECTION: Section;

    /// What it is called.
    fn title(&self, language: Language) -> String;

    /// What it is narrowed down to: names and values.
    fn filters(&self, visitor: &Visitor) -> Vec<(&'static str, String)>;

    /// Up to `size` rows from the token of the chunk before, with links to what is behind each.
    fn chunk(
        &self,
        visitor: &Visitor,
        size: i32,
        after: Option<&str>,
    ) -> impl Future<Output = Result<Chunk, Failure>> + Send;

    /// Its address.
    fn address(&self) -> String {
        parameters::address(Self::PATH, self)
    }
}

/// The page and the exports of a list.
pub(super) fn routes<L: List>() -> Router<Site> {
    let csv = async |visitor: Visitor, Query(list): Query<L>| export::csv(visitor, list).await;
    let xlsx = async |visitor: Visitor, Query(list): Query<L>| export::xlsx(visitor, list).await;
    Router::new()
        .route(L::PATH, get(page::<L>))
        .route(&format!("{}/export.csv", L::PATH), get(csv))
        .route(&format!("{}/export.xlsx", L::PATH), get(xlsx))
}

/// All rows, a chunk at a time.
pub(super) fn chunks<L: List>(
    visitor: Visitor,
    list: L,
) -> impl Stream<Item = Result<Chunk, Failure>> + Send {
    let first = Some(None::<String>);
    stream::try_unfold(first, move |token| {
        let (visitor, list) = (visitor.clone(), list.clone());
        async move {
            let Some(token) = token else { return Ok(None) };
            let chunk = list.chunk(&visitor, EXPORTED, token.as_deref()).await?;
            let next = chunk.next.clone().map(Some);
            Ok(Some((chunk, next)))
        }
    })
}

texts! {
    struct Texts {
        nothing: "Nothing to show.", "没有数据。";
        next: "Next page", "下一页";
        all: "Show all", "查看全部";
        first: "First page", "第一页";
        export: "Export", "导出";
    }
}

/// A column as a page shows it.
struct Head {
    name: String,
    /// The currency of all its amounts; empty where they have several, or there are none.
    currency: &'static str,
    class: &'static str,
}

impl Head {
    /// Takes a currency that all rows have in common out of them.
    fn of(column: &Column, n: usize, rows: &mut [Vec<Shown>]) -> Self {
        let cells = rows.iter().filter_map(|row| row.get(n));
        let mut currencies = cells.map(|cell| cell.currency);
        let mut common = currencies.find(|code| !code.is_empty()).unwrap_or_default();
        if currencies.any(|code| !code.is_empty() && code != common) {
            common = "";
        }
        if !common.is_empty() {
            for cell in rows.iter_mut().filter_map(|row| row.get_mut(n)) {
                cell.currency = "";
            }
        }
        Self {
            name: column.name.clone(),
            currency: common,
            class: column.kind.class(),
        }
    }
}

/// A table within a page.
#[derive(Template)]
#[template(path = "table.html")]
pub(super) struct Table {
    caption: String,
    texts: &'static Texts,
    columns: Vec<Head>,
    rows: Vec<Vec<Shown>>,
    csv: String,
    xlsx: String,
    /// Name and address of the rest, where there is one.
    more: Option<(&'static str, String)>,
}

impl Table {
    /// The first rows of a list, to stand on another page.
    pub(super) async fn of<L: List>(
        visitor: &Visitor,
        list: &L,
        size: i32,
    ) -> Result<Self, Failure> {
        let chunk = list.chunk(visitor, size, None).await?;
        Ok(Self::showing(visitor, list, chunk))
    }

    /// Whether it has no row.
    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Rows that were asked for already.
    pub(super) fn showing<L: List>(visitor: &Visitor, list: &L, chunk: Chunk) -> Self {
        let texts = Texts::of(visitor.language());
        let more = chunk.next.is_some();
        let row = |row: Row| row.into_iter().map(|cell| cell.shown(visitor)).collect();
        let mut rows: Vec<Vec<Shown>> = chunk.rows.into_iter().map(row).collect();
        let columns = chunk.columns.iter().enumerate();
        let columns = columns.map(|(n, column)| Head::of(column, n, &mut rows));
        Self {
            caption: list.title(visitor.language()),
            texts,
            columns: columns.collect(),
            rows,
            csv: parameters::address(&format!("{}/export.csv", L::PATH), list),
            xlsx: parameters::address(&format!("{}/export.xlsx", L::PATH), list),
            more: more.then(|| (texts.all, list.address())),
        }
    }
}

/// Where a page of a list begins.
#[derive(Deserialize)]
struct Place {
    page: Parameter,
}

#[derive(Template)]
#[template(path = "list.html")]
struct Page {
    frame: Frame,
    texts: &'static Texts,
    title: String,
    filters: Vec<(&'static str, String)>,
    table: Table,
    /// The list's beginning, on another page than the first.
    first: Option<String>,
}

async fn page<L: List>(
    visitor: Visitor,
    Query(list): Query<L>,
    Query(place): Query<Place>,
) -> Result<Html<String>, Failure> {
    let token = parameters::text(&place.page);
    let chunk = list.chunk(&visitor, SHOWN, token).await?;
    let next = chunk.next.clone();
    let texts = Texts::of(visitor.language());
    let mut table = Table::showing(&visitor, &list, chunk);
    table.more = next.map(|next| (texts.next, with_page(&list.address(), &next)));
    render(&Page {
        frame: Frame::of(&visitor, L::SECTION),
        texts,
        title: list.title(visitor.language()),
        filters: list.filters(&visitor),
        table,
        first: token.is_some().then(|| list.address()),
    })
}

fn with_page(address: &str, token: &str) -> String {
    let mark = if address.contains('?') { '&' } else { '?' };
    let page: String = form_urlencoded::byte_serialize(token.as_bytes()).collect();
    format!("{address}{mark}page={page}")
}

/// A page's HTML.
pub(super) fn render(page: &impl Template) -> Result<Html<String>, Failure> {
    let html = page.render();
    html.map(Html).map_err(|error| Failure::internal(&error))
}

/// A file to keep.
pub(super) fn attached(mut response: Response, name: &str) -> Response {
    let disposition = format!("attachment; filename=\"{name}\"");
    if let Ok(value) = disposition.parse() {
        let headers = response.headers_mut();
        headers.insert(axum::http::header::CONTENT_DISPOSITION, value);
    }
    response
}
