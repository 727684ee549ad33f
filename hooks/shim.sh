#!/bin/sh
# git-lane hook shim, version 1. `git lane init` writes it, `git lane uninstall` takes it away.
@EARLY@lane=@BINARY@
[ -x "$lane" ] || lane=$(command -v git-lane) || {
  echo "error: git-lane is not where this hook looks for it (@SHOWN@, then PATH), so @HOOK@ cannot judge" >&2
  echo "hint: cargo xtask install    (in git-lane's own source; then 'git lane init' here)" >&2
  exit 1
}
exec "$lane" hook @HOOK@ -- "$@"
