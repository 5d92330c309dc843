//! A format whose schema nobody has: it says so.

use super::super::{Codec, ExtraHeader, Kind, Place, Undecodable, Unencodable};
use super::SchemaType;

const WHY: &str = "there is no schema";

/// Reads and writes nothing.
pub(in super::super) struct NoSchema(pub(in super::super) SchemaType);

impl Codec for NoSchema {
    fn decode(&self, _: &Place, _: &[u8], _: &mut Vec<u8>) -> Result<Kind, Undecodable> {
        Err(Undecodable { wanted: self.0.wanted(), why: WHY.to_owned() })
    }

    fn encode(
        &self,
        _: &Place,
        _: &[u8],
        _: Kind,
        _: &mut Vec<u8>,
    ) -> Result<Option<ExtraHeader>, Unencodable> {
        Err(Unencodable { wanted: self.0.wanted(), why: WHY.to_owned() })
    }
}
