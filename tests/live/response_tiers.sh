#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# response_tiers.sh - responses to real containers by every tier, without audit:
# quiet ones, fork-and-exit chains, a fork bomb; neighbours live, nothing stays
# frozen. Recycled pids. A matrix of protected targets, watched from outside.
# Death of the responder at each of its system calls.

# shellcheck source=tests/live/lib.sh
. "$(dirname "$0")/lib.sh"

respond=$top_builddir/tests/live/respond
chain=$top_builddir/tests/live/chain

tidy()
{
	local rc=$?

	trap - EXIT
	delete_containers
	for pid in "${pids[@]}"; do
		kill -KILL "$pid" 2>/dev/null
	done
	[ -n "${KEEP:-}" ] || rm -rf --one-file-system "$work"
	[ "$failures" -eq 0 ] || echo "FAILED: $failures assertions"
	[ "$rc" -ne 0 ] || [ "$failures" -eq 0 ] || rc=1
	exit "$rc"
}

[ "$(id -u)" -eq 0 ] || skip "needs root"
for need in runc jq busybox strace; do
	command -v "$need" >/dev/null || skip "needs $need"
done
[ -x "$respond" ] && [ -x "$chain" ] && [ -x "$poke_binary" ] || die "the test programs are not built"
exec 9>/dev/null
work=$(mktemp -d /tmp/saker-live.XXXXXX) || die "no temporary directory"
trap tidy EXIT
trap 'exit 130' HUP INT TERM
probe_runc
for name in saker-probe saker-neighbour saker-victim; do
	runc delete -f "$name" >/dev/null 2>&1 # of a run that was killed
done
make_bundle "$work/bundle" "" .
cp "$chain" "$work/bundle/rootfs/bin/chain"
cp "$work/bundle/config.json" "$work/config.json"

# start NAME ARGUMENT...: a container, its first process in $first, its cgroup in
# $cgroup.
start()
{
	local name=$1

	shift
	cgroup=/docker/$(random_id)
	jq --arg cgroup "$cgroup" --argjson args "$(printf '%s\n' "$@" | jq -R . | jq -s .)" '
		.process.args = $args | .linux.cgroupsPath = $cgroup |
		.linux.resources.pids.limit = 200' <"$work/config.json" >"$work/bundle/config.json"
	run_detached "$work/bundle" "$name" || die "no container: $(cat "$work/$name.out")"
	first=$(runc state "$name" | jq -r .pid)
}

stop()
{
	runc delete -f "$1" >/dev/null 2>&1
}

# procs CGROUP: all its processes.
procs()
{
	cat /sys/fs/cgroup/pids"$1"/cgroup.procs /sys/fs/cgroup/unified"$1"/cgroup.procs \
		/sys/fs/cgroup"$1"/cgroup.procs 2>/dev/null | sort -u
}

frozen_cgroups()
{
	grep -lE 'FROZEN|FREEZING' /sys/fs/cgroup/freezer/docker/*/freezer.state 2>/dev/null
	grep -lx 1 /sys/fs/cgroup/unified/docker/*/cgroup.freeze /sys/fs/cgroup/docker/*/cgroup.freeze 2>/dev/null
}

# field NAME <JSON
field()
{
	jq -r ".$1"
}

# grown COUNT: so many processes are in the container, or more.
has_grown()
{
	[ "$(procs "$cgroup" | wc -l)" -ge "$1" ]
}

grown()
{
	wait_for 5 has_grown "$1" || not_ok "$1 processes start: $(procs "$cgroup" | wc -l)"
}

# usable TIER: the kernel has it for a container of runc here.
usable()
{
	local answer

	start saker-probe sleep 600
	answer=$("$respond" -j "$work/journal" -t "$1" kill container "$first::$cgroup")
	stop saker-probe
	[ "$(field tier <<<"$answer")" = "$1" ]
}

# limit TIER: milliseconds within which the container must be empty.
limit()
{
	case $1 in
	cgroup.*) echo 100 ;;
	*) echo 1000 ;;
	esac
}

# kill_container TIER WHAT PROCESSES COMMAND...: once there are so many.
kill_container()
{
	local tier=$1 what=$2 answer us

	start saker-victim "${@:4}"
	grown "$3"
	answer=$("$respond" -j "$work/journal" -t "$tier" kill container "$first::$cgroup")
	us=$(field us <<<"$answer")
	case ${SAKER_TEST_SLOW:-1}:$(field result <<<"$answer") in
	*:"terminated "*) ok "$tier: $what: $(field result <<<"$answer")" ;;
	1:*) not_ok "$tier: $what: $answer" ;;
	*:"failed: not seen to be terminated after "*) ok "$tier: $what: slowly: $answer" ;;
	*) not_ok "$tier: $what: $answer" ;;
	esac
	equal "$tier: $what: by that tier" "$tier" "$(field tier <<<"$answer")"
	equal "$tier: $what: nothing is left" "" "$(procs "$cgroup")"
	echo "figure: $tier, $what: $us us, $(field processes <<<"$answer") processes"
	[ "$us" -le $(($(limit "$tier") * 1000)) ] || late="$late$tier $what: $us us; "
	stop saker-victim
}

late=
start saker-neighbour sleep 600
neighbour=$first
sleep 600 &
pids+=($!)
bystander=$!
for tier in cgroup.kill cgroup.freeze freezer pid-namespace loop; do
	if ! usable "$tier"; then
		echo "no $tier here: left out"
		continue
	fi
	kill_container "$tier" "a quiet container" 1 sleep 600
	kill_container "$tier" "fork-and-exit chains" 5 chain chains 5
	kill_container "$tier" "a fork bomb" 50 chain bomb
	kill_container "$tier" "a family of 100" 101 chain family 100
done
echo "figure: later than promised, on this machine as it is loaded: ${late:-none}"
is_dead "$neighbour" && not_ok "the neighbour lives" || ok "the neighbour lives"
is_dead "$bystander" && not_ok "the host lives" || ok "the host lives"
equal "nothing is frozen" "" "$(frozen_cgroups)"

# --- one process, a tree
start saker-victim chain family 5
grown 6
child=$(procs "$cgroup" | tail -n 1)
for tier in pidfd proc-fd stop-verify; do
	answer=$("$respond" -j "$work/journal" -t "$tier" kill process "$child::$cgroup")
	case $(field tier <<<"$answer") in
	"$tier")
		is_dead "$child" && ok "process by $tier: $(field result <<<"$answer")" ||
			not_ok "process by $tier: $answer"
		is_dead "$first" && not_ok "process by $tier: its parent lives"
		;;
	*) echo "no $tier here: left out" ;;
	esac
	child=$(procs "$cgroup" | tail -n 1)
done
stop saker-victim
start saker-victim sh -c 'chain family 8 & sleep 600'
grown 10
root=$(procs "$cgroup" | while read -r p; do
	grep -q '^chain' "/proc/$p/comm" && echo "$p" && break
done)
answer=$("$respond" -j "$work/journal" kill tree "$root::$cgroup")
equal "tree" "terminated 9 processes" "$(field result <<<"$answer" | sed 's/ after.*//')"
equal "tree: the container's others live" 1 "$(procs "$cgroup" | wc -l)"

# --- stop and freeze, and back
answer=$("$respond" -j "$work/journal" stop process "$first::$cgroup")
equal "stopped" T "$(awk '/^State/ { print $2 }' "/proc/$first/status")"
"$top_builddir/saker" resume "$first" -o "response.journal=$work/journal" >/dev/null
equal "saker resume" S "$(awk '/^State/ { print $2 }' "/proc/$first/status")"
for tier in cgroup.freeze freezer; do
	answer=$("$respond" -j "$work/journal" -t "$tier" freeze container "$first::$cgroup")
	[ "$(field tier <<<"$answer")" = "$tier" ] || continue
	equal "frozen by $tier" 1 "$(frozen_cgroups | wc -l)"
	"$top_builddir/saker" unfreeze --all -o "response.journal=$work/journal" >/dev/null ||
		not_ok "saker unfreeze ends with $?"
	equal "saker unfreeze after $tier" "" "$(frozen_cgroups)"
done
stop saker-victim

# --- pids that come again: none but the one that was meant is hit
# In a pid namespace with few pids (Linux 6.14), or else with the next pid told.
recycle()
{
	cat >"$work/recycle.py" <<'END'
import os, re, signal, subprocess, sys, time
respond, rounds = sys.argv[1], int(sys.argv[2])
# before Linux 6.14 it is the machine's, not the namespace's
small = tuple(map(int, re.findall(r'[0-9]+', os.uname().release)[:2])) >= (6, 14)
if small:
    try:
        open('/proc/sys/kernel/pid_max', 'w').write('320')
    except OSError:
        small = False
def start():
    pid = os.fork()
    if pid == 0:
        signal.pause()
        os._exit(0)
    return pid
def ticks(pid):
    return open('/proc/%d/stat' % pid).read().rsplit(')', 1)[1].split()[19]
p = subprocess.Popen([respond, '-H', 'kill', 'process'], stdin=subprocess.PIPE,
                     stdout=subprocess.PIPE, text=True)
wrong = hit = recycled = refused = 0
for i in range(rounds):
    victim = start()
    t = ticks(victim)
    os.kill(victim, signal.SIGKILL)
    os.waitpid(victim, 0)
    # start times have steps of 10 ms: within one, 20 forks are a turn of these
    # few pids, where a host's 32768 take seconds
    time.sleep(0.011)
    other = None
    if not small:
        open('/proc/sys/kernel/ns_last_pid', 'w').write(str(victim - 1))
    for j in range(800):
        pid = start()
        if pid == victim:
            other = pid
            break
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        if not small:
            open('/proc/sys/kernel/ns_last_pid', 'w').write(str(victim - 1))
    if other is None:
        continue
    recycled += 1
    p.stdin.write('%d:%s\n' % (victim, t))
    p.stdin.flush()
    answer = p.stdout.readline()
    refused += 'refused' in answer
    if os.waitpid(other, os.WNOHANG)[0] != 0:
        wrong += 1
        continue
    p.stdin.write('%d:%s\n' % (other, ticks(other)))
    p.stdin.flush()
    p.stdout.readline()
    hit += os.waitpid(other, 0)[1] == signal.SIGKILL
print('recycled=%d refused=%d wrong=%d hit=%d' % (recycled, refused, wrong, hit))
END
	unshare --pid --fork --mount-proc python3 "$work/recycle.py" "$respond" "$1"
}

if command -v python3 >/dev/null; then
	rounds=${ROUNDS:-$((${SAKER_TEST_SLOW:-1} > 1 ? 30 : 300))}
	found=$(recycle "$rounds")
	echo "figure: recycled pids: $found"
	recycled=$(sed 's/recycled=\([0-9]*\).*/\1/' <<<"$found")
	[ "${recycled:-0}" -ge $((rounds * 9 / 10)) ] || not_ok "pids come again: $found"
	equal "none but the right one is hit" \
		"recycled=$recycled refused=$recycled wrong=0 hit=$recycled" "$found"
fi

# --- what is protected: no signal, no write that freezes or kills, for any action
# and scope
start saker-victim sh -c 'sleep 601 & sleep 600'
grown 2
signals='kill,tgkill,tkill,pidfd_send_signal,rt_sigqueueinfo,rt_tgsigqueueinfo'
# matrix WHAT PID OPTION...
matrix()
{
	local what=$1 target=$2 action scope count=0

	shift 2
	for action in kill stop freeze; do
		for scope in process tree container; do
			strace -f -qq -e "trace=$signals,openat,write" -o "$work/strace" \
				"$respond" -j "$work/journal" "$@" "$action" "$scope" "$target" >"$work/answer"
			# the probe's signal 0 to itself, and what it says
			if grep -E "$signals" "$work/strace" | sed 's/,/|/g' | grep -vE '\|[[:space:]]*0\|' | grep -q '(' ||
				grep -E 'openat\(.*(cgroup\.(kill|freeze)|freezer\.state)' "$work/strace"; then
				not_ok "$what: $action $scope: $(cat "$work/answer") $(grep -vE 'O_RDONLY' "$work/strace" | head -n 5)"
			fi
			grep -q refused "$work/answer" || not_ok "$what: $action $scope: $(cat "$work/answer")"
			count=$((count + 1))
		done
	done
	ok "$what: $count refusals, no signal"
}
signals=${signals//,/|} signals=${signals//|/,}
inside=$first::$cgroup
uid=$(stat -c %u "/proc/$first")
matrix "process 1" 1
matrix "process 1, though the rule allows the host" 1 -H
matrix "a kernel thread" 2 -H
matrix "a process of the host" $$
matrix "an executable of a container" "$inside" -n "$work/bundle/rootfs/bin/busybox"
matrix "a user" "$inside" -n "user:$uid"
matrix "a cgroup" "$inside" -n "cgroup:$cgroup"
matrix "a cgroup above" "$inside" -n "cgroup:/dock*"
matrix "a container by its id" "$inside" -n "container:te*"
matrix "more processes than allowed" "$inside" -P 0
matrix "another start time" "$first:1:$cgroup"
matrix "another container" "$first::/docker/$(random_id)"
equal "all of it lives" 2 "$(procs "$cgroup" | wc -l)"
stop saker-victim

# --- death at each system call of an action: what is frozen or stopped continues
# when the next one starts
# crash ACTION SCOPE TIER
crash()
{
	local n=0 answer dead left=0 seen=0

	start saker-victim chain family 3
	while :; do
		n=$((n + 1))
		# the nth call that touches processes, cgroups or the journal
		strace -f -qq -o /dev/null \
			-e inject="write,pidfd_send_signal,kill,ftruncate,flock:signal=KILL:when=$n" \
			"$respond" -j "$work/crash" -t "$3" "$1" "$2" "$first::$cgroup" >"$work/answer" 2>/dev/null
		dead=$?
		[ -z "$(frozen_cgroups)" ] || seen=$((seen + 1))
		# the next start, which finds nothing to do but that
		"$respond" -j "$work/crash" kill process 999999999 >/dev/null 2>&1
		[ -z "$(frozen_cgroups)" ] || left=$((left + 1))
		[ -z "$(for p in $(procs "$cgroup"); do grep -lE '^State:.[TD]' "/proc/$p/status"; done 2>/dev/null)" ] ||
			left=$((left + 1))
		[ "$dead" -ne 0 ] || break
		[ "$n" -lt 200 ] || break
		if [ -z "$(procs "$cgroup")" ]; then
			stop saker-victim
			start saker-victim chain family 3
		fi
	done
	stop saker-victim
	equal "killed at $n points of $1 $2 by $3 ($seen times it was frozen): nothing stays so" 0 "$left"
	[ "$n" -gt 3 ] || not_ok "crash $1 $2 $3: only $n points"
}
crash kill container freezer
crash kill container cgroup.freeze
crash freeze container freezer
crash freeze container cgroup.freeze
crash kill tree stop-verify
crash stop tree pidfd
equal "nothing is frozen at the end" "" "$(frozen_cgroups)"
