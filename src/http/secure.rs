//! The connection below a request: a socket, with our own OpenSSL over it for `https`.

use std::fmt;
use std::io::{Read, Write};

use openssl::ssl::SslStream;
use ureq::Error;
use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, Connector, Either, LazyBuffers, NextTimeout, TcpConnector,
    Transport, TransportAdapter,
};

use super::error::{NoConnection, cause};
use crate::client::Tls;

/// Makes connections.
#[derive(Debug)]
pub(super) struct Secure {
    tcp: TcpConnector,
    tls: Option<Tls>,
}

impl Secure {
    /// With the settings of TLS, if any of the servers wants it.
    pub(super) fn of(tls: Option<Tls>) -> Self {
        Secure { tcp: TcpConnector::default(), tls }
    }
}

fn no_connection(cause: String) -> Error {
    Error::Other(Box::new(NoConnection(cause)))
}

impl Connector<()> for Secure {
    type Out = Box<dyn Transport>;

    fn connect(
        &self,
        details: &ConnectionDetails,
        _: Option<()>,
    ) -> Result<Option<Self::Out>, Error> {
        let below = self.tcp.connect(details, None::<()>);
        let below = match below.map_err(|e| no_connection(cause(&e)))? {
            Some(Either::B(below)) => below,
            _ => return Err(no_connection("there is no connection".to_owned())),
        };
        if !details.needs_tls() {
            return Ok(Some(Box::new(below)));
        }
        // A redirect may lead from http to https.
        let Some(tls) = &self.tls else {
            return Err(no_connection("it leads to TLS, which was not expected".to_owned()));
        };
        let host = details.uri.host().unwrap_or_default().trim_matches(['[', ']']);
        let mut adapter = TransportAdapter::new(below.boxed(), details.current_time.clone());
        adapter.set_timeout(details.timeout);
        let stream = tls
            .connect_over(host, adapter)
            .map_err(|cause| no_connection(format!("no TLS connection: {cause}")))?;
        let config = details.config;
        let buffers = LazyBuffers::new(config.input_buffer_size(), config.output_buffer_size());
        Ok(Some(Box::new(TlsTransport { buffers, stream })))
    }
}

struct TlsTransport {
    buffers: LazyBuffers,
    stream: SslStream<TransportAdapter>,
}

impl fmt::Debug for TlsTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsTransport").finish_non_exhaustive()
    }
}

impl Transport for TlsTransport {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        self.stream.get_mut().set_timeout(timeout);
        let output = &self.buffers.output()[..amount];
        // What broke below comes back as it was.
        self.stream.write_all(output).map_err(Error::from)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        self.stream.get_mut().set_timeout(timeout);
        let input = self.buffers.input_append_buf();
        let amount = self.stream.read(input).map_err(Error::from)?;
        self.buffers.input_appended(amount);
        Ok(amount > 0)
    }

    fn is_open(&mut self) -> bool {
        self.stream.get_mut().get_mut().is_open()
    }

    fn is_tls(&self) -> bool {
        true
    }
}
