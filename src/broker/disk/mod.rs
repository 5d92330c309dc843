//! What the log asks of an operating system, and two answers.
