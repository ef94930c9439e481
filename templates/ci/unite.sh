failed=0
while IFS="$(printf '\t')" read -r base head; do
  git checkout --quiet --detach "refs/remotes/origin/$head" || continue
  if git merge --no-commit --no-ff --quiet "refs/remotes/origin/$base" > /dev/null 2>&1; then
    git merge --abort 2> /dev/null || git reset --quiet --hard
    continue
  fi
  if complaintctl resolve --commit; then
    if git push --quiet origin "HEAD:refs/heads/$head"; then
      echo "- $head: united with $base" >> "$GITHUB_STEP_SUMMARY"
    else
      failed=1
    fi
  else
    git merge --abort 2> /dev/null || git reset --quiet --hard
    echo "- $head: people must decide; git merge $base, then complaintctl resolve" >> "$GITHUB_STEP_SUMMARY"
    failed=1
  fi
done < "$PULLS"
exit "$failed"
