#!/usr/bin/env bash
# Runs every shell command of the README's code blocks marked `sh`, one by one, as a reader would.
# What has a step of its own is not run twice; `npm run explorer` serves a page without end, and its tests build it.
set -u
status=0
while IFS= read -r command; do
  [ -n "$command" ] || continue
  case "$command" in
    *"npm ci"* | "npm test" | "npm run test:full" | "npm run reproduce" | "npm run bench" | "npm run docs" | "npm run notebooks" | "npm run explorer" | "npm run test:gpu" | "npm run bench:gpu"* | "npm install --no-save"* | git\ clone* | cd\ *) continue ;;
  esac
  printf '$ %s\n' "$command"
  if ! timeout 120 bash -c "$command" >/tmp/readme-command.out 2>/tmp/readme-command.err; then
    printf 'failed: %s\n' "$command"
    tail -n 5 /tmp/readme-command.err
    status=1
  fi
done < <(awk '/^```sh/{on=1; next} /^```/{on=0} on' README.md | sed 's/[[:space:]]*#.*$//')
exit "$status"
