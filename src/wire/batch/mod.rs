//! Record batches (format v2): header, check, iterator, builder. Reads borrow.
