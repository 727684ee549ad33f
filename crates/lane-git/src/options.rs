//! Process-wide switches of libgit2, and the only unsafe code of the crate.

use std::sync::Once;

static EXTENSIONS: Once = Once::new();

/// Lets partial clones open; their present objects read as in any repository. Cheap after the first call.
pub(crate) fn accept_extensions() {
    EXTENSIONS.call_once(|| {
        // A failure here (out of memory) shows up as a refusal to open, so it needs no words of its own.
        // SAFETY: changes a static of libgit2. `Once` runs it in one thread, and every open in this crate waits
        // for it first, so nobody reads the list meanwhile.
        #[allow(unsafe_code)]
        let _ = unsafe { git2::opts::set_extensions(&["partialclone"]) };
    });
}

/// Whether libgit2 syncs objects and refs to disk. Holds for the whole process.
pub(crate) fn sync_writes(on: bool) {
    accept_extensions();
    // SAFETY: GIT_OPT_ENABLE_FSYNC_GITDIR takes exactly one int and stores it in a static that is only ever read
    // as a flag; libgit2 was initialised by the line above. The call cannot fail.
    #[allow(unsafe_code)]
    unsafe {
        libgit2_sys::git_libgit2_opts(
            libgit2_sys::GIT_OPT_ENABLE_FSYNC_GITDIR as _,
            std::ffi::c_int::from(on),
        );
    }
}
