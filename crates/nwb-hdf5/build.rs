//! Refuses an HDF5 that is too old, in words, before a hundred missing functions do.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-check-cfg=cfg(hdf5_2)");
    if std::env::var_os("DEP_HDF5_VERSION_2_0_0").is_some() {
        println!("cargo::rustc-cfg=hdf5_2");
    }
    // The sys crate announces every version that the library it found is at least as new as.
    if std::env::var_os("DEP_HDF5_VERSION_1_14_0").is_none() {
        println!(
            "cargo::error=nwb-hdf5 needs HDF5 1.14 or newer, and the HDF5 that was found on this system is older. \
             Install a newer one (and point HDF5_DIR to it), or build with the feature `static`, which brings its own."
        );
    }
}
