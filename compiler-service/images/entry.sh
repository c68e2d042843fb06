#!/bin/bash
# Process 1 of every container: unpacks what comes on standard input, runs one command, and ends when the command does or when
# standard input does. Standard input stays open as long as the service lives, so nothing outlives it, kill -9 included; and
# since no process of a container can stop its process 1, a program that is compiled cannot change that.
# entry.sh INPUT_BYTES COMMAND...
set -u
input_bytes=$1
shift
mkdir /work/home && head -c "$input_bytes" | tar -x --ignore-zeros -C /work || exit 125

exec 3<&0
"$@" </dev/null 3<&- &
job=$!
while kill -0 "$job" 2>/dev/null; do
  read -r -t 0.02 -N 1 -u 3
  [ $? -le 128 ] && exit 143 # not a pause: the end of standard input
done
wait "$job"
code=$?
# Either version of control groups counts what the kernel killed for its memory.
grep -qs '^oom_kill [1-9]' /sys/fs/cgroup/memory.events /sys/fs/cgroup/memory/memory.oom_control && code=137
exit $code
