//! What stays in memory that nobody uses.
//!
//! The C library's allocator, left to itself, learns from the first large block that is freed to
//! take blocks of up to 32 MB from its heaps, one heap a thread, and a heap with a small block at
//! its end is never smaller again: after a rush, twice of what was ever held stays. The broker's
//! bounds on memory would mean little. So large blocks come from the system one by one, and go
//! back to it.
//!
//! The program itself is mapped from its file, some pages for each that is touched, and what was
//! touched stays mapped: a broker at rest would be charged for all that it did to start.
#![allow(unsafe_code, reason = "mallopt, madvise and dl_iterate_phdr have no safe names")]

/// From this size on a block is the system's own: above batches of the usual megabyte, whose
/// buffers are used again and again.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const OWN_BLOCK_BYTES: libc::c_int = 1280 * 1024;
/// What may be free at the end of a heap.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const FREE_BYTES: libc::c_int = 4 * 1024 * 1024;
/// The largest page that there is anywhere: a range of whole ones is one of whole smaller ones.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const PAGE_BYTES: u64 = 64 * 1024;
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

/// Lets go of the program's own pages that were touched up to now; those that are used again come
/// back from the page cache, in microseconds. To be called when a start is over.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub fn let_go_of_the_start() {
    // SAFETY: the callback has the signature that is asked for, and takes nothing of ours.
    unsafe { libc::dl_iterate_phdr(Some(let_go_of), std::ptr::null_mut()) };
}

/// Lets go of one object's segments that nobody ever writes to. Ends the iteration: the first
/// object is the program, and the libraries are shared with others.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
unsafe extern "C" fn let_go_of(
    object: *mut libc::dl_phdr_info,
    _size: usize,
    _ours: *mut libc::c_void,
) -> libc::c_int {
    // SAFETY: the loader hands in an object that lives as long as this call, with so many headers.
    let (base, headers) = unsafe {
        let object = &*object;
        let headers = std::slice::from_raw_parts(object.dlpi_phdr, object.dlpi_phnum.into());
        (object.dlpi_addr, headers)
    };
    for header in headers {
        if header.p_type == libc::PT_LOAD && header.p_flags & libc::PF_W == 0 {
            // Whole pages within the segment. What is not writable is as it is in the file, so
            // nothing is lost: the next touch of a page maps it again.
            let begin = (base + header.p_vaddr).next_multiple_of(PAGE_BYTES);
            let end = (base + header.p_vaddr + header.p_memsz) / PAGE_BYTES * PAGE_BYTES;
            if begin < end {
                let length = usize::try_from(end - begin).unwrap_or(0);
                let begin =
                    std::ptr::with_exposed_provenance_mut(usize::try_from(begin).unwrap_or(0));
                // SAFETY: the range is mapped from the file, and is not written to by anybody.
                unsafe { libc::madvise(begin, length, libc::MADV_DONTNEED) };
            }
        }
    }
    1
}

/// Lets go of what a start touched, where the system can be told.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub fn let_go_of_the_start() {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_goes_on_after_its_pages_were_let_go_of() {
        let threads: Vec<_> = (0..4)
            .map(|from: u64| std::thread::spawn(move || (from..1000).map(|n| n * n).sum::<u64>()))
            .collect();
        let before: Vec<u64> = (0..4).map(|from| (from..1000).map(|n| n * n).sum()).collect();
        (0..100).for_each(|_| let_go_of_the_start());
        let after: Vec<u64> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
        assert_eq!(before, after);
    }
}
