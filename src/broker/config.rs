//! Every broker and topic config in one table.
