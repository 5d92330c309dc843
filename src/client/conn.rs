//! One connection to one broker: a request goes out, its response comes back, within a deadline.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::time::Duration;

use bytes::Bytes;

use super::error::{Attempt, ClientError};
use super::options::{Family, Options};
use super::sasl::{Sasl, TalkError};
use crate::base::clock::Moment;
use crate::base::limits;
use crate::wire::ErrorCode;
use crate::wire::frame;
use crate::wire::header::{RequestHeader, take_response};
use crate::wire::messages::api_versions::{ApiVersionsRequest, ApiVersionsResponse};
use crate::wire::messages::sasl_authenticate::SaslAuthenticateRequest;
use crate::wire::messages::sasl_handshake::SaslHandshakeRequest;
use crate::wire::primitives::{Reader, Writer};
use crate::wire::schema::{Message, Request, Versions};

/// How much room is made for a frame before its bytes come.
const RESERVED_BYTES: usize = 16 * 1024 * 1024;

/// The bytes' way: a socket, or TLS over one.
pub(super) trait Stream: Read + Write + Send {
    /// The socket below, for its timeouts.
    fn socket(&self) -> &TcpStream;
}

impl Stream for TcpStream {
    fn socket(&self) -> &TcpStream {
        self
    }
}

/// A connection on which the versions have been settled.
pub(super) struct Conn {
    pub(super) address: String,
    stream: Box<dyn Stream>,
    correlation_id: i32,
    client_id: String,
    request_timeout: Duration,
    /// What the broker serves: API key to versions.
    serves: BTreeMap<i16, Versions>,
}

impl Conn {
    /// Connects, and settles the versions.
    pub(super) fn open(
        host: &str,
        port: u16,
        options: &Options,
        until: Moment,
    ) -> Result<Self, ClientError> {
        let address = match host.contains(':') {
            true => format!("[{host}]:{port}"),
            false => format!("{host}:{port}"),
        };
        let socket = connect(host, port, options.family, until).map_err(|cause| {
            ClientError::Unreachable { attempts: vec![Attempt { address: address.clone(), cause }] }
        })?;
        let stream = secure(host, socket, options, until)
            .map_err(|cause| ClientError::Tls { address: address.clone(), cause })?;
        let mut conn = Conn {
            address,
            stream,
            correlation_id: 0,
            client_id: options.client_id.clone(),
            request_timeout: options.request_timeout,
            serves: BTreeMap::new(),
        };
        conn.settle_versions(until)?;
        if let Some(sasl) = &options.sasl {
            conn.log_in(sasl, until)?;
        }
        Ok(conn)
    }

    /// Logs in (KIP-152: each message of the mechanism is a request).
    fn log_in(&mut self, sasl: &Sasl, until: Moment) -> Result<(), ClientError> {
        let refused = |address: &str, cause: String| ClientError::Login {
            address: address.to_owned(),
            mechanism: sasl.mechanism().to_owned(),
            cause,
        };
        let version = self.version_of::<SaslHandshakeRequest>()?;
        let ask = SaslHandshakeRequest { mechanism: sasl.mechanism().to_owned() };
        let answer = self.call_in(&ask, version, until)?;
        if version == 0 || answer.error_code != 0 {
            let known = answer.mechanisms.join(", ");
            let code = ErrorCode(answer.error_code);
            return Err(refused(&self.address, format!("{code}; the broker accepts {known}")));
        }
        let version = self.version_of::<SaslAuthenticateRequest>()?;
        let talk = sasl.talk(|bytes| {
            let ask = SaslAuthenticateRequest { auth_bytes: bytes.into() };
            let answer = self.call_in(&ask, version, until)?;
            match answer.error_code {
                0 => Ok(answer.auth_bytes.to_vec()),
                code => {
                    let said = answer.error_message.unwrap_or_default();
                    Err(refused(&self.address, format!("{}: {said}", ErrorCode(code))))
                }
            }
        });
        talk.map_err(|e| match e {
            TalkError::Send(e) => e,
            TalkError::Refused(cause) => refused(&self.address, cause),
        })
    }

    /// Asks what the broker serves. One that does not know our version of the question answers
    /// in version 0 with error 35, and may say which versions it knows (KIP-511).
    fn settle_versions(&mut self, until: Moment) -> Result<(), ClientError> {
        let ask = ApiVersionsRequest {
            client_software_name: "rk".to_owned(),
            client_software_version: env!("CARGO_PKG_VERSION").to_owned(),
        };
        let table = ApiVersionsRequest::TABLE;
        let mut version = table.versions.last;
        let answer = loop {
            let body = self.exchange(&ask, version, until)?;
            let refused = body.starts_with(&ErrorCode::UNSUPPORTED_VERSION.0.to_be_bytes());
            let read_as = if refused { 0 } else { version };
            let answer = ApiVersionsResponse::from_bytes(body, read_as)
                .map_err(|e| ClientError::garbled(&self.address, table_name(&table), &e))?;
            if !refused || version == 0 {
                break answer;
            }
            let known = answer.api_keys.iter().find(|api| api.api_key == table.key);
            version = known.map_or(0, |api| api.max_version.clamp(0, version - 1));
        };
        ClientError::check(answer.error_code, None)?;
        self.serves = (answer.api_keys.iter())
            .map(|api| (api.api_key, Versions { first: api.min_version, last: api.max_version }))
            .collect();
        Ok(())
    }

    /// Returns the highest version of an API that both sides speak.
    pub(super) fn version_of<R: Request>(&self) -> Result<i16, ClientError> {
        let table = R::TABLE;
        let (ours, theirs) = (table.versions, self.serves.get(&table.key).copied());
        let common = theirs.map(|theirs| Versions {
            first: ours.first.max(theirs.first),
            last: ours.last.min(theirs.last),
        });
        match common {
            Some(common) if !common.is_empty() => Ok(common.last),
            _ => Err(ClientError::Unsupported {
                address: self.address.clone(),
                api: table_name(&table),
                theirs,
                ours,
            }),
        }
    }

    /// Sends a request in the highest common version and returns the response.
    pub(super) fn call<R: Request>(
        &mut self,
        make: impl FnOnce(i16) -> R,
    ) -> Result<R::Response, ClientError> {
        let version = self.version_of::<R>()?;
        let until = Moment::now().after(self.request_timeout);
        self.call_in(&make(version), version, until)
    }

    /// Sends a request in a given version and returns the response.
    pub(super) fn call_in<R: Request>(
        &mut self,
        request: &R,
        version: i16,
        until: Moment,
    ) -> Result<R::Response, ClientError> {
        let body = self.exchange(request, version, until)?;
        R::Response::from_bytes(body, version)
            .map_err(|e| ClientError::garbled(&self.address, table_name(&R::TABLE), &e))
    }

    /// Sends a request and returns the body of its response.
    fn exchange<R: Request>(
        &mut self,
        request: &R,
        version: i16,
        until: Moment,
    ) -> Result<Bytes, ClientError> {
        let asked_at = Moment::now();
        self.send(request, version, until)?;
        self.receive::<R>(version, asked_at, until)
    }

    /// Sends a request whose response is to be [received](Conn::receive) before the next is sent.
    pub(super) fn send<R: Request>(
        &mut self,
        request: &R,
        version: i16,
        until: Moment,
    ) -> Result<(), ClientError> {
        let table = R::TABLE;
        let api = table_name(&table);
        self.correlation_id = self.correlation_id.wrapping_add(1);
        let header = RequestHeader {
            api_key: table.key,
            api_version: version,
            correlation_id: self.correlation_id,
            client_id: Some(self.client_id.clone()),
        };
        let mut w = Writer::new();
        let written = header.put(&mut w, &table).and_then(|()| request.write(&mut w, version));
        written.map_err(|cause| ClientError::Unwritable {
            address: self.address.clone(),
            api,
            version,
            cause,
        })?;
        let asked_at = Moment::now();
        let sent = self.write_frame(&w.into_bytes(), until);
        sent.map_err(|e| self.broken(api, asked_at.elapsed(), &e))
    }

    /// Waits for the response to what was sent, and returns its body.
    pub(super) fn receive<R: Request>(
        &mut self,
        version: i16,
        asked_at: Moment,
        until: Moment,
    ) -> Result<Bytes, ClientError> {
        let api = table_name(&R::TABLE);
        let frame = self.read_frame(until);
        let frame = frame.map_err(|e| self.broken(api, asked_at.elapsed(), &e))?;
        let mut r = Reader::new(frame);
        let correlation_id = take_response(&mut r, &R::Response::TABLE, version)
            .map_err(|e| ClientError::garbled(&self.address, api, &e))?;
        if correlation_id != self.correlation_id {
            return Err(ClientError::Garbled {
                address: self.address.clone(),
                api,
                cause: format!(
                    "it answers request {correlation_id}, and {} was asked",
                    self.correlation_id
                ),
            });
        }
        Ok(r.rest())
    }

    fn broken(&self, api: &'static str, after: Duration, cause: &io::Error) -> ClientError {
        let address = self.address.clone();
        match cause.kind() {
            io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => {
                ClientError::Timeout { address, api, after: whole_ms(after) }
            }
            io::ErrorKind::InvalidData => {
                ClientError::Garbled { address, api, cause: cause.to_string() }
            }
            _ => ClientError::Disconnected { address, api, cause: told(cause) },
        }
    }

    fn write_frame(&mut self, request: &[u8], until: Moment) -> io::Result<()> {
        let length = i32::try_from(request.len())
            .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "the request is too long"))?;
        let mut out = Vec::with_capacity(4 + request.len());
        out.extend_from_slice(&length.to_be_bytes());
        out.extend_from_slice(request);
        self.stream.socket().set_write_timeout(Some(left(until)?))?;
        self.stream.write_all(&out)?;
        self.stream.flush()
    }

    fn read_frame(&mut self, until: Moment) -> io::Result<Bytes> {
        let mut head = [0; 4];
        self.fill(&mut head, until)?;
        // A TLS peer answers what it cannot read with an alert record.
        if head.starts_with(&[0x15, 0x03]) {
            let words = "that is TLS, and `security.protocol` says that there is none";
            return Err(io::Error::new(io::ErrorKind::InvalidData, words));
        }
        let length = frame::length(head, limits::FRAME_BYTES_MAX)
            .map_err(|e| io::Error::new(io::ErrorKind::InvalidData, e.to_string()))?;
        // What is announced is not believed before it comes: memory is touched as bytes arrive.
        let mut body = Vec::with_capacity(length.min(RESERVED_BYTES));
        while body.len() < length {
            let (at, step) = (body.len(), (length - body.len()).min(1 << 20));
            body.resize(at + step, 0);
            self.fill(&mut body[at..], until)?;
        }
        Ok(body.into())
    }

    /// Reads until `buf` is full or the time is up.
    fn fill(&mut self, mut buf: &mut [u8], until: Moment) -> io::Result<()> {
        while !buf.is_empty() {
            self.stream.socket().set_read_timeout(Some(left(until)?))?;
            match self.stream.read(buf) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(n) => buf = &mut buf[n..],
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        }
        Ok(())
    }
}

/// Puts TLS over a socket, if the options say so.
fn secure(
    host: &str,
    socket: TcpStream,
    options: &Options,
    until: Moment,
) -> Result<Box<dyn Stream>, String> {
    let Some(tls) = &options.tls else { return Ok(Box::new(socket)) };
    let timeouts = left(until).and_then(|left| {
        socket.set_read_timeout(Some(left))?;
        socket.set_write_timeout(Some(left))
    });
    timeouts.map_err(|e| told(&e))?;
    Ok(Box::new(tls.connect(host, socket)?))
}

/// Returns the name of a request without its ending: `Metadata`.
pub(super) fn table_name(table: &crate::wire::schema::MessageTable) -> &'static str {
    let name = table.name();
    name.strip_suffix("Request").unwrap_or(name)
}

fn whole_ms(duration: Duration) -> Duration {
    Duration::from_millis(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX))
}

/// Returns how long it is until a moment, or an error if it has passed.
fn left(until: Moment) -> io::Result<Duration> {
    match until.remaining() {
        Duration::ZERO => Err(io::ErrorKind::TimedOut.into()),
        left => Ok(left),
    }
}

/// An I/O error in plain words, without the number.
pub(super) fn told(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => "connection refused".to_owned(),
        io::ErrorKind::ConnectionReset => "connection reset".to_owned(),
        io::ErrorKind::UnexpectedEof => "the broker closed the connection".to_owned(),
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => "timed out".to_owned(),
        _ => {
            let text = error.to_string();
            // OpenSSL's: `error:NUMBER:LIBRARY:FUNCTION:REASON:FILE:LINE:MORE`.
            if let Some(reason) = text.strip_prefix("error:").and_then(|t| t.split(':').nth(3)) {
                return reason.to_owned();
            }
            match text.split_once(" (os error") {
                Some((words, _)) => words.to_lowercase(),
                None => text,
            }
        }
    }
}

/// Connects to the first of a host's addresses that answers.
fn connect(host: &str, port: u16, family: Family, until: Moment) -> Result<TcpStream, String> {
    let found = (host, port).to_socket_addrs().map_err(|e| {
        let text = e.to_string();
        text.strip_prefix("failed to lookup address information: ").unwrap_or(&text).to_lowercase()
    })?;
    let wanted = |address: &SocketAddr| match family {
        Family::Any => true,
        Family::V4 => address.is_ipv4(),
        Family::V6 => address.is_ipv6(),
    };
    let all: Vec<_> = found.filter(wanted).collect();
    let mut cause = "the host has no address of that family".to_owned();
    for (i, address) in all.iter().enumerate() {
        // Each address gets its share of what is left, so that one that swallows our packets
        // does not keep us from the next.
        let share = u32::try_from(all.len() - i).unwrap_or(1);
        let result = left(until).and_then(|left| TcpStream::connect_timeout(address, left / share));
        match result {
            Ok(socket) => {
                socket.set_nodelay(true).map_err(|e| told(&e))?;
                return Ok(socket);
            }
            Err(e) => cause = told(&e),
        }
    }
    Err(cause)
}
