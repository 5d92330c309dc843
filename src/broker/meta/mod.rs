//! Topics, configs and ids: state, and the metadata log's records.
