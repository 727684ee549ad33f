//! The only door to git: objects and refs by libgit2, the rest by a git child.
