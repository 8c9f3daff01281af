//! Filters that are not there.
//!
//! The library makes no dataset whose pipeline has a filter that it lacks, unless chunks may do without. For chunks that come as they
//! are stored the filter is not needed: something stands in for it while the dataset is made.

use std::ffi::{c_int, c_uint, c_void};

use hdf5_sys::h5z::{H5Z_CLASS_T_VERS, H5Z_class2_t, H5Zregister, H5Zunregister};
use nwb_model::backend::{Filter, Optional};

use super::error::{Outcome, call, locked};
use super::plist::{Availability, availability};

/// Those without which the library would not make a dataset.
pub(crate) fn absent(filters: &[Filter]) -> Vec<u32> {
    let is_needed = |filter: &&Filter| filter.optional == Optional::No;
    let needed = filters.iter().filter(is_needed).map(|filter| filter.id);
    needed.filter(|&id| availability(id) == Availability::Missing).collect()
}

/// Runs something while these filters seem to be there. Nothing can be read or written with them.
pub(crate) fn with_stand_ins<T>(filters: &[u32], run: impl FnOnce() -> Outcome<T>) -> Outcome<T> {
    locked(|| {
        let added: Vec<c_int> = filters.iter().filter_map(|&id| add(id).ok()).collect();
        let done = run();
        for id in added {
            // It stays where a dataset with it is open: then it fails as what is missing would.
            // SAFETY: the filter was registered here.
            let _ = call(|| unsafe { H5Zunregister(id) });
        }
        done
    })
}

fn add(filter: u32) -> Outcome<c_int> {
    let id = c_int::try_from(filter).map_err(|_| super::error::Cause::new("no filter has such a number"))?;
    let class = H5Z_class2_t {
        version: H5Z_CLASS_T_VERS as c_int,
        id,
        // Else no dataset is made with it.
        encoder_present: 1,
        decoder_present: 0,
        name: c"a filter that is not there".as_ptr(),
        can_apply: None,
        set_local: None,
        filter: Some(refuse),
    };
    // SAFETY: the library copies the record; its name and its function live as long as the program.
    call(|| unsafe { H5Zregister((&raw const class).cast()) }).map(|_| id)
}

unsafe extern "C" fn refuse(
    _: c_uint,
    _: usize,
    _: *const c_uint,
    _: usize,
    _: *mut usize,
    _: *mut *mut c_void,
) -> usize {
    // Zero is failure.
    0
}
