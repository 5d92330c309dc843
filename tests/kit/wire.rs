//! A client that speaks in typed messages in any version, or in whatever bytes it is given.

use std::io::{ErrorKind, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};

use bytes::Bytes;
use rk::wire::frame;
use rk::wire::header::{RequestHeader, take_response};
use rk::wire::primitives::{Reader, Writer};
use rk::wire::schema::{Message, Request};

use super::wait::PATIENCE;

/// A connection to a broker. Every method fails the test when the broker does not answer.
pub(crate) struct Client {
    stream: TcpStream,
    correlation_id: i32,
    /// What it calls itself in each request.
    pub(crate) client_id: Option<String>,
}

impl Client {
    #[track_caller]
    pub(crate) fn connect(address: impl ToSocketAddrs) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        Client { stream, correlation_id: 0, client_id: Some("test".to_owned()) }
    }

    /// Returns where the broker is.
    pub(crate) fn peer_address(&self) -> std::net::SocketAddr {
        self.stream.peer_addr().unwrap()
    }

    /// Sends a request and reads its response.
    #[track_caller]
    pub(crate) fn call<R: Request>(&mut self, version: i16, request: &R) -> R::Response {
        self.send(version, request);
        self.receive::<R>(version)
    }

    /// Sends a request and reads its response, or nothing where the broker closes the connection.
    #[track_caller]
    pub(crate) fn try_call<R: Request>(
        &mut self,
        version: i16,
        request: &R,
    ) -> Option<R::Response> {
        self.try_send(version, request)?;
        self.try_receive::<R>(version)
    }

    /// Sends a request only, or nothing where the broker has closed the connection.
    #[track_caller]
    pub(crate) fn try_send<R: Request>(&mut self, version: i16, request: &R) -> Option<()> {
        let bytes = self.request_bytes(version, request);
        let length = u32::try_from(bytes.len()).unwrap().to_be_bytes();
        self.stream.write_all(&[&length[..], &bytes].concat()).ok()
    }

    /// Reads a response, or nothing where the broker closes the connection.
    #[track_caller]
    pub(crate) fn try_receive<R: Request>(&mut self, version: i16) -> Option<R::Response> {
        let mut r = Reader::new(self.receive_frame()?);
        take_response(&mut r, &R::Response::TABLE, version).unwrap();
        Some(R::Response::from_bytes(r.rest(), version).unwrap())
    }

    /// Sends a request only. Requests may be sent one after the other; responses come in order.
    #[track_caller]
    pub(crate) fn send<R: Request>(&mut self, version: i16, request: &R) {
        let bytes = self.request_bytes(version, request);
        self.send_frame(&bytes);
    }

    /// Returns header and body of a request as [`Client::send`] sends them.
    #[track_caller]
    pub(crate) fn request_bytes<R: Request>(&mut self, version: i16, request: &R) -> Bytes {
        self.correlation_id += 1;
        let header = RequestHeader {
            api_key: R::TABLE.key,
            api_version: version,
            correlation_id: self.correlation_id,
            client_id: self.client_id.clone(),
        };
        let mut w = Writer::new();
        header.put(&mut w, &R::TABLE).unwrap();
        request.write(&mut w, version).unwrap();
        w.into_bytes()
    }

    /// Reads the response to the oldest request that has none yet.
    #[track_caller]
    pub(crate) fn receive<R: Request>(&mut self, version: i16) -> R::Response {
        let frame = self.receive_frame().expect("a response, not the end of the connection");
        let mut r = Reader::new(frame);
        let correlation_id = take_response(&mut r, &R::Response::TABLE, version).unwrap();
        assert!(correlation_id <= self.correlation_id, "{correlation_id} was never asked");
        let response = R::Response::from_bytes(r.rest(), version);
        response.unwrap_or_else(|e| panic!("{} {version}: {e}", R::Response::TABLE.name()))
    }

    /// Sends bytes with their length before them.
    #[track_caller]
    pub(crate) fn send_frame(&mut self, bytes: &[u8]) {
        let mut framed = u32::try_from(bytes.len()).unwrap().to_be_bytes().to_vec();
        framed.extend_from_slice(bytes);
        self.send_raw(&framed);
    }

    /// Sends bytes as they are.
    #[track_caller]
    pub(crate) fn send_raw(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).unwrap();
    }

    /// Reads a frame, or nothing where the broker has closed the connection.
    #[track_caller]
    pub(crate) fn receive_frame(&mut self) -> Option<Bytes> {
        let mut head = [0; 4];
        match self.stream.read_exact(&mut head) {
            Ok(()) => {}
            Err(e)
                if [ErrorKind::UnexpectedEof, ErrorKind::ConnectionReset].contains(&e.kind()) =>
            {
                return None;
            }
            Err(e) => panic!("no frame: {e}"),
        }
        let mut body = vec![0; frame::length(head, rk::base::limits::FRAME_BYTES_MAX).unwrap()];
        // A broker that is killed in the middle of an answer has not given it.
        self.stream.read_exact(&mut body).ok()?;
        Some(body.into())
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use rk::wire::messages::heartbeat::{HeartbeatRequest, HeartbeatResponse};

    use super::*;

    #[test]
    fn a_call_is_a_frame_there_and_a_frame_back() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let broker = std::thread::spawn(move || {
            let (mut peer, _) = listener.accept().unwrap();
            let mut head = [0; 4];
            peer.read_exact(&mut head).unwrap();
            let mut body = vec![0; frame::length(head, rk::base::limits::FRAME_BYTES_MAX).unwrap()];
            peer.read_exact(&mut body).unwrap();
            let mut r = Reader::new(body.into());
            let header = RequestHeader::take(&mut r).unwrap();
            assert_eq!((header.api_key, header.api_version), (12, 4));
            RequestHeader::take_tail(&mut r, &HeartbeatRequest::TABLE, 4).unwrap();
            let request = HeartbeatRequest::from_bytes(r.rest(), 4).unwrap();
            assert_eq!(request.group_id, "g");
            // Length 12: correlation id, no tags, throttle time, error 27, no tags.
            peer.write_all(b"\0\0\0\x0c").unwrap();
            peer.write_all(&header.correlation_id.to_be_bytes()).unwrap();
            peer.write_all(b"\0\0\0\0\x05\0\x1b\0").unwrap();
        });
        let mut client = Client::connect(address);
        let request = HeartbeatRequest { group_id: "g".to_owned(), ..Default::default() };
        let response = client.call(4, &request);
        let expected = HeartbeatResponse { throttle_time_ms: 5, error_code: 27 };
        assert_eq!(response, expected);
        assert_eq!(client.receive_frame(), None);
        broker.join().unwrap();
    }
}
