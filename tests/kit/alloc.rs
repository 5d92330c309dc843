//! How much a piece of code allocates: counted on the thread that runs it, so that tests beside
//! it do not disturb.
#![allow(unsafe_code, reason = "an allocator that counts is written in no other way")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

thread_local! {
    static LIVE: Cell<isize> = const { Cell::new(0) };
    static PEAK: Cell<isize> = const { Cell::new(0) };
}

struct Counting;

#[global_allocator]
static COUNTING: Counting = Counting;

fn count(bytes: isize) {
    // A thread that ends has no counters any more, and nobody asks for them.
    let _ = LIVE.try_with(|live| {
        live.set(live.get() + bytes);
        let _ = PEAK.try_with(|peak| peak.set(peak.get().max(live.get())));
    });
}

// SAFETY: every call is handed to the system's allocator as it came; counting allocates nothing.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size() as isize);
        // SAFETY: the caller's own promise.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count(layout.size() as isize);
        // SAFETY: the caller's own promise.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(size as isize - layout.size() as isize);
        // SAFETY: the caller's own promise.
        unsafe { System.realloc(at, layout, size) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        count(-(layout.size() as isize));
        // SAFETY: the caller's own promise.
        unsafe { System.dealloc(at, layout) }
    }
}

/// Runs `code` and returns how many bytes it held at most beyond what was held before.
pub(crate) fn peak<T>(code: impl FnOnce() -> T) -> (T, usize) {
    let before = LIVE.get();
    PEAK.set(before);
    let out = code();
    (out, usize::try_from(PEAK.get() - before).unwrap())
}

#[test]
fn the_peak_is_what_was_held_at_once() {
    let (_, bytes) = peak(|| {
        for _ in 0..10 {
            drop(std::hint::black_box(vec![1u8; 10_000]));
        }
    });
    assert!((10_000..20_000).contains(&bytes), "{bytes}");
    let (_, bytes) = peak(|| std::hint::black_box(1 + 1));
    assert_eq!(bytes, 0);
}
