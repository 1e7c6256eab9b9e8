//! Neighbours of the service under test.

use tokio::net::TcpListener;
use tokio_stream::wrappers::TcpListenerStream;
use tonic::transport::server::Router;

/// Serves a played neighbour on a free port, as long as the test runs, and returns its URL.
pub async fn serve(neighbour: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(neighbour.serve_with_incoming(TcpListenerStream::new(listener)));
    url
}
