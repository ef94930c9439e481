#!/bin/sh
# For cron: checks the complaints (`check`), or writes the figures of the week (`report`). Cron mails what is printed.
# Written by `complaintctl ci init cron`; edit it as you like.
set -u
cd "$(dirname "$0")/.." || exit 4
COMPLAINTCTL_LANG=<<language-shell>>
PATH="$HOME/.local/bin:/usr/local/bin:/usr/bin:/bin"
export COMPLAINTCTL_LANG PATH

case "${1:-check}" in
check)
  # Prints nothing if nothing is late and every file can be read, so that cron sends no mail.
  code=0
  output=$(complaintctl check 2>&1) || code=$?
  [ "$code" -eq 0 ] || printf '%s\n' "$output"
  exit "$code"
  ;;
report)
  exec complaintctl report --last 7d
  ;;
*)
  echo "$0: check or report" >&2
  exit 2
  ;;
esac
