#!/bin/sh
# Rewrites the history of the repository in which it is started. Read README.md beside it first.
set -eu
COMPLAINTCTL_PLAN=$(cd "$(dirname "$0")" && pwd)
export COMPLAINTCTL_PLAN
if [ -n "$(git status --porcelain)" ]; then
    echo "There are uncommitted changes. Commit or remove them first." >&2
    exit 1
fi
if [ "$(git rev-parse HEAD)" != "$(cat "$COMPLAINTCTL_PLAN/head.txt")" ]; then
    echo "There are new commits since the plan was made. Make a new plan." >&2
    exit 1
fi
git-filter-repo --force --prune-empty never --prune-degenerate never --replace-refs delete-no-add \
    --blob-callback "$(cat "$COMPLAINTCTL_PLAN/blob.py.txt")" \
    --commit-callback "$(cat "$COMPLAINTCTL_PLAN/commit.py.txt")"
git reflog expire --expire=now --all
git gc --quiet --prune=now
echo "Rewritten. Now: complaintctl erase --finish-history-rewrite \"$COMPLAINTCTL_PLAN\""
