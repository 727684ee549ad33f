#!/bin/sh
# Judges what is checked out as the branch $BRANCH on its way to $TARGET. For a push to $TARGET itself, $BEFORE is the
# commit that it had before. FORK=1 when the work comes from somebody else's copy.
set -eu
: "${TARGET:=main}"
export GIT_LANE_CI_BASE="${BEFORE:-$TARGET}"
export GIT_LANE_CI_BRANCH="${BRANCH:-$TARGET}"
export GIT_LANE_CI_FORK="${FORK:-0}"
exec git lane gate --ci "$@"
