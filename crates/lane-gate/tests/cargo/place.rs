//! A folder that stands for a repository's work tree, with files written into it.

use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::rc::Rc;

use lane_gate::Folder;
use lane_gate::Interrupt;
use lane_gate::MetadataError;
use lane_gate::Workspace;
use tempfile::TempDir;

pub(crate) struct Place {
    dir: Rc<TempDir>,
    root: PathBuf,
}

impl Place {
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let dir = Rc::new(tempfile::tempdir().unwrap());
        let root = dir.path().to_path_buf();
        let place = Self { dir, root };
        for (path, text) in files {
            place.write(path, text);
        }
        place
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// A member with a library, at this folder; `rest` is what its manifest says further.
    pub(crate) fn package(&self, dir: &str, name: &str, rest: &str, library: &str) {
        let manifest =
            format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n{rest}");
        self.write(&format!("{dir}/Cargo.toml"), &manifest);
        self.write(&format!("{dir}/src/lib.rs"), library);
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// A folder of it as the repository.
    pub(crate) fn below(&self, dir: &str) -> Self {
        Self {
            dir: Rc::clone(&self.dir),
            root: self.path(dir),
        }
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    pub(crate) fn workspace(&self) -> Workspace {
        self.workspace_in(".").unwrap()
    }

    pub(crate) fn workspace_in(&self, dir: &str) -> Result<Workspace, MetadataError> {
        let dir = Folder::new(dir).unwrap();
        lane_gate::read_workspace(self.root(), &dir, &Interrupt::none())
    }
}
