#!/bin/bash
# Starts a Slurm of one node for tests, all of it in one folder, and prints the path of its slurm.conf.
#
#   test/slurm/start.sh FOLDER [CPUS]
#   export SLURM_CONF=FOLDER/slurm.conf
#   test/slurm/stop.sh FOLDER
#
# Needs root, slurmctld, slurmd and munged (Debian: slurm-wlm, munge). Where it cannot start it says why in one line,
# cleans up and ends with status 77. munged is started only if none answers; the host name goes into /etc/hosts only
# if it does not resolve; stop.sh undoes both. Ports are free ones, so that a Slurm of the machine is left alone.
set -u
here=$(cd "$(dirname "$0")" && pwd)
folder=${1:?usage: start.sh FOLDER [CPUS]}
cpus=${2:-2}

give_up() {
  echo "cannot start Slurm: $1" >&2
  [ -d "$folder" ] && "$here/stop.sh" "$folder" >/dev/null 2>&1
  exit 77
}

[ "$(id -u)" = 0 ] || give_up "it needs root"
for program in slurmctld slurmd sbatch squeue scontrol sinfo munged munge unmunge; do
  PATH=$PATH:/usr/sbin:/sbin command -v $program >/dev/null || give_up "$program is not installed"
done
export PATH=$PATH:/usr/sbin:/sbin

mkdir -p "$folder/state" "$folder/spool" || give_up "cannot make $folder"
folder=$(cd "$folder" && pwd)
[ -e "$folder/slurm.conf" ] && { echo "cannot start Slurm: $folder is in use" >&2; exit 77; }
# slurmd refuses folders that others than root may write to.
chmod 755 "$folder"

host=$(hostname -s)
if ! getent hosts "$host" >/dev/null; then
  [ -n "$(tail -c 1 /etc/hosts)" ] && echo >>/etc/hosts
  echo "127.0.0.1 $host # slurm-test $folder" >>/etc/hosts || give_up "the host name $host does not resolve"
  touch "$folder/hosts-line"
fi

if ! munge -n 2>/dev/null | unmunge >/dev/null 2>&1; then
  [ -s /etc/munge/munge.key ] || give_up "munge has no key"
  mkdir -p /run/munge && chown munge /run/munge || give_up "cannot make /run/munge"
  runuser -u munge -- munged --foreground >"$folder/munged.log" 2>&1 &
  echo $! >"$folder/munged.pid"
  for _ in $(seq 50); do
    munge -n 2>/dev/null | unmunge >/dev/null 2>&1 && break
    sleep 0.1
  done
  munge -n 2>/dev/null | unmunge >/dev/null 2>&1 || give_up "munged does not answer: $(tail -n 1 "$folder/munged.log")"
fi

# Below the range from which the system takes ports of its own.
free_port() {
  local port
  for _ in $(seq 100); do
    port=$((20000 + RANDOM % 10000))
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo $port; return; }
  done
}
controller_port=$(free_port)
node_port=$(free_port)

# cred_expire: a requeued job waits for so long, by default two minutes; it starts within sched_interval after that.
# KillWait: seconds from SIGTERM to SIGKILL.
cat >"$folder/slurm.conf" <<CONF
ClusterName=atlas-test
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$controller_port
SlurmdPort=$node_port
AuthType=auth/munge
AuthInfo=cred_expire=5
CryptoType=crypto/munge
MpiDefault=none
SlurmUser=root
SlurmdUser=root
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmdParameters=config_overrides
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/slurmd.log
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerParameters=batch_sched_delay=1,sched_interval=2,sched_min_interval=200000
SchedulerType=sched/builtin
ReturnToService=2
MailProg=/bin/true
KillWait=5
MaxArraySize=1001
NodeName=$host NodeAddr=127.0.0.1 CPUs=$cpus RealMemory=2000 State=UNKNOWN
PartitionName=test Nodes=$host Default=YES MaxTime=INFINITE State=UP
CONF
export SLURM_CONF=$folder/slurm.conf

slurmctld -D >"$folder/slurmctld.out" 2>&1 &
echo $! >"$folder/controller.pid"
slurmd -D >"$folder/slurmd.out" 2>&1 &
echo $! >"$folder/node.pid"

for _ in $(seq 150); do
  [ "$(sinfo -h -o %t 2>/dev/null)" = idle ] && { echo "$folder/slurm.conf"; exit 0; }
  for part in controller node; do
    kill -0 "$(cat "$folder/$part.pid")" 2>/dev/null ||
      give_up "$(cat "$folder"/slurmctld.out "$folder"/slurmd.out | grep -E 'error|fatal' | tail -n 1)"
  done
  sleep 0.2
done
give_up "the node does not become idle: $(tail -n 1 "$folder/slurmd.log")"
