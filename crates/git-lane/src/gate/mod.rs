//! The gate as the commands and hooks use it: which checks are declared, what is compared, and the climb.

mod base;
mod beside;
mod choosing;
mod climbing;
mod declared;
mod ended;
mod handing_off;
mod here;
mod refusal;
mod undeclared;

pub(crate) use base::base;
pub(crate) use base::base_there;
pub(crate) use base::everything_instead;
pub(crate) use base::integration_name;
pub(crate) use beside::climb_beside;
pub(crate) use choosing::area_is_known;
pub(crate) use choosing::only;
pub(crate) use climbing::Asked;
pub(crate) use climbing::How;
pub(crate) use climbing::Prepared;
pub(crate) use climbing::What;
pub(crate) use declared::Declared;
pub(crate) use declared::at_commit;
pub(crate) use declared::before_commits;
pub(crate) use declared::declared;
pub(crate) use declared::from_file;
pub(crate) use ended::Ended;
pub(crate) use handing_off::handing_off;
pub(crate) use handing_off::published;
pub(crate) use refusal::refusal;
pub(crate) use undeclared::nothing_declared;
