//! The assignors: who gets what, what stays, and how evenly.

use super::*;
