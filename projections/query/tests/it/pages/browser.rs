//! A browser without eyes: cookies, forms, and what came back.

use std::{collections::BTreeMap, net::SocketAddr};

use guanxi_runtime::Role;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::server::Server;

pub(crate) struct Browser {
    address: SocketAddr,
    cookies: BTreeMap<String, String>,
    /// What it accepts.
    pub(crate) language: &'static str,
    /// Further lines of its requests.
    pub(crate) headers: Vec<(&'static str, String)>,
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        let found = headers.find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// The page, which must have come well and hold this.
    #[track_caller]
    pub(crate) fn shows(&self, wanted: &str) -> &Self {
        assert_eq!(self.status, 200, "{}", self.text());
        assert!(
            self.text().contains(wanted),
            "no {wanted:?} in {}",
            self.text()
        );
        self
    }

    /// The page holds nothing like it.
    #[track_caller]
    pub(crate) fn hides(&self, unwanted: &str) -> &Self {
        assert!(
            !self.text().contains(unwanted),
            "{unwanted:?} in {}",
            self.text()
        );
        self
    }

    /// Where the first link leads that has this text.
    #[track_caller]
    pub(crate) fn link(&self, text: &str) -> String {
        assert_eq!(self.status, 200, "{}", self.text());
        let text = format!(">{text}</a>");
        let page = self.text();
        let end = page.find(&text);
        let end = end.unwrap_or_else(|| panic!("no link {text:?} in {page}"));
        let start = page[..end].rfind("href=\"").unwrap() + "href=\"".len();
        let address = page[start..].split('"').next().unwrap();
        address.replace("&#38;", "&").replace("&amp;", "&")
    }
}

impl Browser {
    /// One that nobody has signed in with.
    pub(crate) fn new(server: &Server) -> Self {
        Self {
            address: server.address,
            cookies: BTreeMap::new(),
            language: "en",
            headers: vec![],
        }
    }

    /// One with which somebody has signed in.
    pub(crate) fn of(server: &Server, tenant: &str, role: Role) -> Self {
        Self::with(server, &server.token_of(tenant, &[role]))
    }

    /// One that has this token.
    pub(crate) fn with(server: &Server, token: &str) -> Self {
        let mut browser = Self::new(server);
        browser.keep("guanxi_session", token);
        browser
    }

    pub(crate) fn keep(&mut self, cookie: &str, value: &str) {
        self.cookies.insert(cookie.to_owned(), value.to_owned());
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, "", None).await
    }

    /// Sends a form of a page of the same origin, and keeps the cookies of the answer.
    pub(crate) async fn post(&mut self, path: &str, form: &str) -> Answer {
        let origin = format!("http://{}", self.address);
        let answer = self.send("POST", path, form, Some(&origin)).await;
        for (name, value) in &answer.headers {
            if name == "set-cookie" {
                let (name, value) = value.split(';').next().unwrap().split_once('=').unwrap();
                self.keep(name, value);
            }
        }
        answer
    }

    pub(crate) async fn send(
        &self,
        method: &str,
        path: &str,
        form: &str,
        origin: Option<&str>,
    ) -> Answer {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        let cookies = self.cookies.iter();
        let cookies: Vec<String> = cookies.map(|(n, v)| format!("{n}={v}")).collect();
        let mut head = format!(
            "{method} {path} HTTP/1.0\r\nhost: {}\r\naccept-language: {}\r\ncookie: {}\r\n",
            self.address,
            self.language,
            cookies.join("; ")
        );
        if let Some(origin) = origin {
            head.push_str(&format!("origin: {origin}\r\n"));
        }
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if method == "POST" {
            head.push_str(&format!(
                "content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n",
                form.len()
            ));
        }
        stream
            .write_all(format!("{head}\r\n{form}").as_bytes())
            .await
            .unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n");
        let end = end.unwrap();
        let head = std::str::from_utf8(&answer[..end]).unwrap();
        let mut lines = head.lines();
        let status = lines.next().unwrap().split(' ').nth(1).unwrap();
        let headers = lines.map(|line| {
            let (name, value) = line.split_once(": ").unwrap();
            (name.to_lowercase(), value.to_owned())
        });
        Answer {
            status: status.parse().unwrap(),
            headers: headers.collect(),
            body: answer[end + 4..].to_vec(),
        }
    }
}
