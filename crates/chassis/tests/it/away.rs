//! Servers that are away, as a client sees them.

use chassis::{ClientArgs, ClientChannel, is_away};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tonic::{Code, Status};
use wire::ops::v1::GetProgressRequest;
use wire::ops::v1::progress_service_client::ProgressServiceClient;

/// HTTP/2 as a server begins it: empty settings.
const SETTINGS: [u8; 9] = [0, 0, 0, 4, 0, 0, 0, 0, 0];

/// What a client gets of a server that reads so many times, says so much, and is gone.
async fn gone_after(reads: usize, says: &'static [u8]) -> Status {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        loop {
            let (mut connection, _) = listener.accept().await.unwrap();
            connection.write_all(says).await.unwrap();
            for _ in 0..reads {
                let _ = connection.read(&mut [0; 4_096]).await;
            }
            // Not closed in order: what the client sends after it meets nobody.
            connection.set_zero_linger().unwrap();
        }
    });
    let args =
        ClientArgs { url, token: chassis::TokenSource::None, deadline: std::time::Duration::from_secs(30) };
    let mut client = ProgressServiceClient::new(ClientChannel::connect(args).unwrap());
    let status = client.get_progress(GetProgressRequest {}).await.unwrap_err();
    server.abort();
    status
}

#[tokio::test]
async fn a_connection_that_breaks_is_a_server_that_is_away() {
    let mut codes = Vec::new();
    for (reads, says) in [(0, &[][..]), (1, &[]), (1, &SETTINGS), (2, &SETTINGS), (3, &SETTINGS)] {
        let status = gone_after(reads, says).await;
        assert!(is_away(&status), "{reads} reads: {status:?}");
        codes.push(status.code());
    }
    // Else this would only show that unavailable is unavailable.
    assert!(codes.contains(&Code::Unknown), "{codes:?}");
}

#[test]
fn a_server_that_says_something_is_there() {
    assert!(is_away(&Status::unavailable("later")) && is_away(&Status::deadline_exceeded("slow")));
    for code in [Code::Unknown, Code::Internal, Code::Cancelled, Code::NotFound, Code::FailedPrecondition] {
        assert!(!is_away(&Status::new(code, "no")), "{code:?}");
    }
}
