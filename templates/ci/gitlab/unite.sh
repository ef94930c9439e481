source="$CI_MERGE_REQUEST_SOURCE_BRANCH_NAME"
target="$CI_MERGE_REQUEST_TARGET_BRANCH_NAME"
remote="$CI_SERVER_PROTOCOL://gitlab-ci-token:$CI_JOB_TOKEN@$CI_SERVER_FQDN/$CI_PROJECT_PATH.git"
git fetch --quiet "$remote" "refs/heads/$source:refs/complaints/source" "refs/heads/$target:refs/complaints/target"
git checkout --quiet --detach refs/complaints/source
if git merge --no-commit --no-ff --quiet refs/complaints/target > /dev/null 2>&1; then
  git merge --abort 2> /dev/null || git reset --quiet --hard
else
  complaintctl resolve --commit
  git push --quiet "$remote" "HEAD:refs/heads/$source"
fi
