//! `git lane render`: the state as tracking files in Markdown, for whoever reads files rather than commands.

mod pages;

use std::path::Path;
use std::path::PathBuf;
use std::process::ExitCode;

use lane_store::At;

use super::Outcome;
use crate::error::CliError;
use crate::session::Session;
use crate::setup::WorkFiles;
use crate::show::paint;
use pages::Page;

/// Write the state as files: TODO.md, IN_PROGRESS.md, REVIEW.md, TESTING.md and LOCKS.md.
///
/// They are views: nothing reads them back, and the next call writes them anew. The same state gives the same bytes.
/// A file that this command did not make is never overwritten.
#[derive(Debug, clap::Args)]
pub(crate) struct Render {
    /// The folder; made if it is not there
    #[arg(long, value_name = "FOLDER")]
    pub(crate) out: PathBuf,
}

pub(super) fn run(session: &Session<'_>, args: &Render) -> Outcome {
    let store = session.store();
    let moment = store.moment(At::Now)?;
    let view = store.view_at(moment.commit)?;
    let pages = pages::all(&store, &view, &moment)?;
    let files = Folder::open(&args.out)?;
    // All are looked at before one is written.
    for page in &pages {
        files.may_write(page)?;
    }
    for page in &pages {
        let word = files.write(page)?;
        paint::out(&format!("{word}  {}", args.out.join(page.name).display()));
    }
    Ok(ExitCode::SUCCESS)
}

/// The folder that is written to.
struct Folder<'a> {
    files: WorkFiles<'a>,
    shown: String,
}

impl<'a> Folder<'a> {
    fn open(path: &'a Path) -> Result<Self, CliError> {
        let shown = lane_core::text::escape(&path.display().to_string());
        std::fs::create_dir_all(path)
            .map_err(|fault| CliError::io(format!("{shown} cannot be made"), fault))?;
        Ok(Self {
            files: WorkFiles::new(path, "git lane render --out FOLDER"),
            shown,
        })
    }

    /// Whether the file is ours, or not there.
    fn may_write(&self, page: &Page) -> Result<(), CliError> {
        match self.files.read(page.name)? {
            Some(there) if !there.starts_with(pages::MARK) => Err(CliError::Usage(format!(
                "{}/{} was not made by this command; name another folder",
                self.shown, page.name
            ))),
            _ => Ok(()),
        }
    }

    fn write(&self, page: &Page) -> Result<&'static str, CliError> {
        let there = self.files.read(page.name)?;
        if there.as_deref() == Some(page.text.as_str()) {
            return Ok("kept ");
        }
        self.files.write(page.name, &page.text)?;
        Ok(if there.is_none() { "made " } else { "wrote" })
    }
}
