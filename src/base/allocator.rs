//! What the C library's allocator keeps of memory that was given back.
//!
//! Left to itself it learns from the first large block that is freed to take blocks of up to
//! 32 MB from its heaps, one heap a thread, and a heap with a small block at its end is never
//! smaller again: after a rush, twice of what was ever held stays. The broker's bounds on memory
//! would mean little. So large blocks come from the system one by one, and go back to it.
#![allow(unsafe_code, reason = "mallopt has no safe name; it takes two numbers")]

/// From this size on a block is the system's own: above batches of the usual megabyte, whose
/// buffers are used again and again.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const OWN_BLOCK_BYTES: libc::c_int = 1280 * 1024;
/// What may be free at the end of a heap.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const FREE_BYTES: libc::c_int = 4 * 1024 * 1024;
/// How many heaps there are at the most.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const HEAPS: libc::c_int = 4;

/// Has memory given back early. To be called once, before there are threads.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub fn give_back_early() {
    // Where one of them is refused, all goes on as it would have.
    for (what, value) in [
        (libc::M_MMAP_THRESHOLD, OWN_BLOCK_BYTES),
        (libc::M_TRIM_THRESHOLD, FREE_BYTES),
        (libc::M_ARENA_MAX, HEAPS),
    ] {
        // SAFETY: it reads two numbers, and writes to the allocator's own settings under its lock.
        unsafe { libc::mallopt(what, value) };
    }
}

/// Has memory given back early, where the allocator has to be told.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub fn give_back_early() {}
