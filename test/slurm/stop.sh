#!/bin/bash
# Ends the Slurm that start.sh started in a folder, with all its jobs; undoes what start.sh changed outside. The folder
# stays, with the logs. May be called again.
#
#   test/slurm/stop.sh FOLDER
set -u
folder=$(cd "${1:?usage: stop.sh FOLDER}" && pwd) || exit 1
export PATH=$PATH:/usr/sbin:/sbin SLURM_CONF=$folder/slurm.conf

running() { [ -n "$1" ] && kill -0 "$1" 2>/dev/null; }

# Ends the process whose id is in a file, by SIGTERM and after five seconds by SIGKILL.
finish() {
  local file=$folder/$1.pid pid
  [ -e "$file" ] || return 0
  pid=$(cat "$file")
  running "$pid" && kill "$pid"
  for _ in $(seq 50); do
    running "$pid" || break
    sleep 0.1
  done
  running "$pid" && kill -KILL "$pid"
  rm -f "$file"
}

if [ -e "$folder/controller.pid" ] && running "$(cat "$folder/controller.pid")"; then
  timeout 10 scancel --user=root 2>/dev/null
  # Jobs outlive slurmd; they must be gone before it goes.
  for _ in $(seq 75); do
    [ -z "$(timeout 5 squeue -h 2>/dev/null)" ] && break
    sleep 0.2
  done
fi
finish node
finish controller
finish munged
if [ -e "$folder/hosts-line" ]; then
  # The file may be mounted, so that it cannot be replaced, only written.
  lines=$(grep -vF "# slurm-test $folder" /etc/hosts)
  printf '%s\n' "$lines" >/etc/hosts
  rm -f "$folder/hosts-line"
fi
rm -f "$folder/slurm.conf"
exit 0
