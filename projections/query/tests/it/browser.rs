//! Browsers: gRPC-Web over HTTP/1.1, from pages of another origin.

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::server::Server;

const PATH: &str = "/guanxi.query.v1.FunnelService/GetFunnel";

/// Sends one request as a browser does; returns head and body.
async fn send(server: &Server, method: &str, headers: &str, body: &[u8]) -> (String, Vec<u8>) {
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let head = format!(
        "{method} {PATH} HTTP/1.1\r\nhost: localhost\r\norigin: https://pages.example\r\n\
         connection: close\r\ncontent-length: {}\r\n{headers}\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(body).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    let end = answer
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .unwrap();
    let head = String::from_utf8(answer[..end].to_vec()).unwrap();
    (head.to_lowercase(), answer[end + 4..].to_vec())
}

fn contains(body: &[u8], text: &str) -> bool {
    body.windows(text.len()).any(|part| part == text.as_bytes())
}

#[tokio::test]
async fn a_page_of_another_origin_may_ask() {
    let server = Server::new().await;
    let wish = "access-control-request-method: POST\r\n\
                access-control-request-headers: authorization,content-type,x-grpc-web\r\n";
    let (head, _) = send(&server, "OPTIONS", wish, b"").await;
    assert!(head.starts_with("http/1.1 200"), "{head}");
    assert!(head.contains("access-control-allow-origin: *"), "{head}");
    assert!(head.contains("authorization"), "{head}");
}

#[tokio::test]
async fn a_browser_gets_its_answer_and_its_status_in_the_body() {
    let server = Server::new().await;
    let headers = format!(
        "content-type: application/grpc-web+proto\r\nx-grpc-web: 1\r\nauthorization: {}\r\n",
        server.bearer()
    );
    // An empty message: no flags, no length.
    let (head, body) = send(&server, "POST", &headers, &[0; 5]).await;
    assert!(head.starts_with("http/1.1 200"), "{head}");
    assert!(head.contains("access-control-allow-origin: *"), "{head}");
    assert!(contains(&body, "prospecting"), "{body:?}");
    assert!(contains(&body, "grpc-status:0"), "{body:?}");
}

#[tokio::test]
async fn a_browser_without_a_token_is_told_so() {
    let server = Server::new().await;
    let headers = "content-type: application/grpc-web+proto\r\nx-grpc-web: 1\r\n";
    let (head, body) = send(&server, "POST", headers, &[0; 5]).await;
    // 16 is UNAUTHENTICATED; without a message it may stand in the head.
    let told = head.contains("grpc-status: 16") || contains(&body, "grpc-status:16");
    assert!(told, "{head}");
}
