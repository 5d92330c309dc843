//! The words of the command line: clap derive, and nothing else.
