//! The header before every request and every response.
//!
//! A request's header is version 2 (with tagged fields) where its body is flexible, else
//! version 1; a response's is 1 or 0 likewise. ApiVersions is the exception: its response has a
//! version 0 header always, because the client cannot know yet what the broker speaks (KIP-511).

use super::primitives::{DecodeError, EncodeError, Reader, Writer};
use super::schema::{Cx, MessageTable, Wire, take_tags};

/// The API key of ApiVersions.
pub const API_VERSIONS: i16 = 18;

/// A request's header.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RequestHeader {
    pub api_key: i16,
    pub api_version: i16,
    pub correlation_id: i32,
    pub client_id: Option<String>,
}

impl RequestHeader {
    /// Reads the fields that stand in every version. Whether tagged fields follow depends on
    /// the API: see [`RequestHeader::take_tail`].
    pub fn take(r: &mut Reader) -> Result<Self, DecodeError> {
        let cx = Cx { version: 1, flexible: false, nullable: true, tagged: false };
        Ok(RequestHeader {
            api_key: r.i16()?,
            api_version: r.i16()?,
            correlation_id: r.i32()?,
            client_id: <Option<String> as Wire>::take(r, cx)?,
        })
    }

    /// Reads the tagged fields that end the header of a flexible request.
    pub fn take_tail(
        r: &mut Reader,
        request: &MessageTable,
        version: i16,
    ) -> Result<(), DecodeError> {
        if request.flexible.contains(version) { take_tags(r, |_, _| Ok(false)) } else { Ok(()) }
    }

    /// Writes the header of a request.
    pub fn put(&self, w: &mut Writer, request: &MessageTable) -> Result<(), EncodeError> {
        w.i16(self.api_key);
        w.i16(self.api_version);
        w.i32(self.correlation_id);
        let cx = Cx { version: 1, flexible: false, nullable: true, tagged: false };
        Wire::put(&self.client_id, w, cx)?;
        if request.flexible.contains(self.api_version) {
            w.uvarint(0);
        }
        Ok(())
    }
}

/// Says whether the header of a response ends with tagged fields.
fn response_has_tags(response: &MessageTable, version: i16) -> bool {
    response.key != API_VERSIONS && response.flexible.contains(version)
}

/// Writes the header of a response.
pub fn put_response(w: &mut Writer, response: &MessageTable, version: i16, correlation_id: i32) {
    w.i32(correlation_id);
    if response_has_tags(response, version) {
        w.uvarint(0);
    }
}

/// Reads the header of a response: its correlation id.
pub fn take_response(
    r: &mut Reader,
    response: &MessageTable,
    version: i16,
) -> Result<i32, DecodeError> {
    let correlation_id = r.i32()?;
    if response_has_tags(response, version) {
        take_tags(r, |_, _| Ok(false))?;
    }
    Ok(correlation_id)
}
