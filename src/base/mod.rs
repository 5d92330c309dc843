//! Ids and units as types, the clock, every limit. Stands on nothing else of ours.

pub mod caught;
pub mod clock;
pub mod hash;
pub mod ids;
pub mod limits;
pub mod meter;
pub mod resident;
pub mod runs;
pub mod sync;
