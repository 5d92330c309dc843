//! Connect's type system: schemas, values, structs and the logical types.
//!
//! A [`Data`] is a value and, where there is one, its schema. Values know their own type, so that
//! they can be looked at without a schema, as JSON without an envelope makes them. Logical types
//! are named schemas over a plain type: `Date`, `Time` and `Timestamp` have [`Value::Date`]
//! (milliseconds since the Unix epoch), `Decimal` has [`Value::Decimal`].

mod decimal;
mod schema;
mod show;
pub mod text;
mod value;

pub use decimal::Decimal;
pub use schema::{Field, Schema, SchemaRef, Type, logical};
pub use show::{write_float32, write_float64};
pub use value::{Data, Struct, Value};
