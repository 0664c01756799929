#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# live.sh [PART...] - saker on the running kernel beside its peers, in one run:
#	netlink		lossless events/s and CPU an event, beside a bare reader
#	auditd		the same as auditd's plugin and behind the relay, beside cat
#			and LAUREL (where it is installed)
#	latency		from system call to alert, idle and with all cores busy, beside
#			a bare reader's
#	kill		from system call to the death of who made it, beside a reader's
#			that kills without looking
# SECONDS_A_TRIAL (2), RATE (events/s at which CPU is measured, 10000),
# OPTIONS ("KEY=VALUE ..." of saker's), VERBOSE=1 (each trial), COUNT (of latencies, 500), BUSY (processes that burn a core, one a core).
. "${top_srcdir:-.}/tests/live/lib.sh"

parts=${*:-netlink auditd latency kill}
seconds=${SECONDS_A_TRIAL:-2}
count=${COUNT:-500}
cores=$(nproc)
read -ra options <<<"${OPTIONS:-}"

begin auditd runc busybox
live=$work/live
install -m 755 "$top_builddir/tests/bench/live" "$live"
: >"$work/target"
target_rule="-a always,exit -F arch=b64 -S openat -F path=$work/target -F perm=r -k saker-bench"

# --- a consumer is start_NAME, stop_NAME, events_NAME (how many it has seen)
# and its process, consumer

# Of the consumer and the processes that it started.
cpu_us()
{
	local pid

	for pid in $consumer $(pgrep -P "$consumer"); do
		cat /proc/"$pid"/task/*/schedstat 2>/dev/null
	done | awk '{ ns += $1 } END { printf "%d\n", ns / 1000 }'
}

start_bare()
{
	: >"$work/bare.out"
	"$live" read >"$work/bare.out" 9>&- &
	consumer=$!
	pids+=("$!")
	sleep 0.3
}

# A bare reader tells when it ends: it is started for each trial.
events_bare()
{
	kill -TERM "$consumer"
	wait_for 10 test -s "$work/bare.out"
	cut -d' ' -f1 "$work/bare.out"
}

stop_bare() { kill -TERM "$consumer" 2>/dev/null; }

start_netlink()
{
	start_saker_netlink "${options[@]}"
	consumer=$saker_pid
}

counter()
{
	awk -v name="$1" '$2 == name { n = $3 } END { print n + 0 }' "$2"
}

# What saker counted: events, once they do not grow any more.
events_saker()
{
	local before=-1 now=0 tries=20

	while [ "$now" -ne "$before" ] && ((tries-- > 0)); do
		before=$now
		kill -USR1 "$consumer"
		sleep 0.3
		now=$(counter events_evaluated "$1")
	done
	echo "$now"
}

events_netlink() { events_saker "$work/saker.err"; }
stop_netlink() { stop_saker; }

plugin()
{
	install -d -m 700 "$work/auditd" "$work/auditd/plugins.d"
	printf '%s\n' 'active = yes' 'direction = out' "path = $1" 'type = always' \
		"${2:+args = $2}" 'format = string' >"$work/auditd/plugins.d/plugin.conf"
	chmod 640 "$work/auditd/plugins.d/plugin.conf"
	start_auditd
	wait_for 10 has_child "$auditd_pid" || die "auditd does not start its plugin: $(cat "$work/auditd.out")"
	consumer=$(pgrep -P "$auditd_pid")
}

has_child() { pgrep -P "$1" >/dev/null; }

unplug()
{
	stop_auditd
	rm -f "$work/auditd/plugins.d/plugin.conf"
}

lines_grown()
{
	local before=-1 now=0

	while [ "$now" -ne "$before" ]; do
		before=$now
		sleep 0.5
		now=$(grep -c "$1" "$2")
	done
	echo "$now"
}

# wrapper COMMAND: a program that becomes the command; auditd lets its plugins say
# nothing.
wrapper()
{
	printf '#!/bin/sh\nexec %s\n' "$1" >"$work/wrapper"
	chmod 755 "$work/wrapper"
}

start_cat()
{
	wrapper "cat >$work/cat.out"
	plugin "$work/wrapper"
}
events_cat() { lines_grown ' key="saker-bench"' "$work/cat.out"; }
stop_cat() { unplug; }

start_laurel()
{
	printf '%s\n' "directory = \"$work/laurel\"" 'statusreport-period = 0' '[auditlog]' \
		'file = "audit.log"' 'size = 1000000000' 'generations = 1' >"$work/laurel.toml"
	mkdir -p "$work/laurel"
	plugin "$(command -v laurel)" "--config $work/laurel.toml"
}
events_laurel() { lines_grown 'saker-bench' "$work/laurel/audit.log"; }
stop_laurel() { unplug; }

start_plugin()
{
	printf 'source: stdin\nrules: [%s]\noutput: file:%s\n' "$top_srcdir/rules, $work/rules" \
		"$work/alerts.json" >"$work/plugin.yaml"
	: >"$work/plugin.err"
	wrapper "$saker run -c$work/plugin.yaml 2>$work/plugin.err"
	plugin "$work/wrapper"
	wait_for 10 grep -q running "$work/plugin.err" || die "$(cat "$work/plugin.err")"
}
events_plugin() { events_saker "$work/plugin.err"; }
stop_plugin() { unplug; }

start_relay()
{
	"$saker" run --source "relay:$work/relay.sock" -r "$top_srcdir/rules" -r "$work/rules" --json \
		--output "file:$work/alerts.json" </dev/null >/dev/null 2>"$work/saker.err" 9>&- &
	saker_pid=$!
	pids+=("$saker_pid")
	wait_for 10 grep -q running "$work/saker.err"
	install -m 755 "$top_builddir/audisp-saker" "$work/audisp-saker"
	plugin "$work/audisp-saker" "$work/relay.sock"
	relay_pid=$consumer
	consumer=$saker_pid
}
events_relay() { events_saker "$work/saker.err"; }
stop_relay() { unplug; stop_saker; }

# What the consumer itself says that it lost; asked after events_NAME.
losses()
{
	local file=$work/saker.err

	case $1 in
	bare) cut -d' ' -f2 "$work/bare.out" ;;
	plugin | netlink | relay)
		[ "$1" != plugin ] || file=$work/plugin.err
		echo $(($(counter records_dropped "$file") + $(counter source_overruns "$file") +
			$(counter relay_dropped "$file")))
		;;
	*) echo 0 ;;
	esac
}

# trial NAME RATE: 0 when nothing was lost; sets generated, took_us, seen, used_us
trial()
{
	local lost before_events before_us before_losses=0

	[ "$1" != bare ] || start_bare
	lost=$(kernel_lost)
	before_events=0
	[ "$1" = bare ] || before_events=$("events_$1")
	[ "$1" = bare ] || before_losses=$(losses "$1")
	before_us=$(cpu_us)
	read -r generated took_us < <("$live" load "$2" "$seconds" "$cores" "$work/target")
	wait_for 20 backlog_is_empty
	used_us=$(($(cpu_us) - before_us))
	seen=$(($("events_$1") - before_events))
	lost=$(($(kernel_lost) - lost))
	[ -z "${VERBOSE:-}" ] || echo "$1 $2/s: $generated made, $seen seen, kernel lost $lost," \
		"own losses $(($(losses "$1") - before_losses))" >&2
	[ "$lost" -eq 0 ] && [ "$seen" -ge "$generated" ] && [ "$(losses "$1")" -eq "$before_losses" ]
}

backlog_is_empty()
{
	auditctl -s | grep -qx 'backlog 0'
}

# lossless NAME FIRST_RATE: the highest rate without loss, to 3 percent
lossless()
{
	local low=0 high=0 rate=$2 best=0 best_us=0

	[ "$1" = bare ] || "start_$1"
	while [ "$high" -eq 0 ] || [ $((high * 100)) -gt $((low * 103)) ]; do
		if trial "$1" "$rate"; then
			low=$rate
			best=$((generated * 1000000 / took_us))
			best_us=$(awk -v u="$used_us" -v n="$generated" 'BEGIN { printf "%.2f", u / n }')
			# the generator does not get further
			[ $((best * 100)) -ge $((rate * 93)) ] || break
		else
			high=$rate
		fi
		if [ "$high" -eq 0 ]; then
			rate=$((rate * 3 / 2))
		else
			rate=$(((low + high) / 2))
		fi
		[ "$rate" -ge 500 ] || break
	done
	trial "$1" "${RATE:-10000}"
	printf '%-10s %8d events/s without loss (%s us CPU each), %s us each at %d/s\n' "$1" "$best" "$best_us" \
		"$(awk -v u="$used_us" -v n="$generated" 'BEGIN { printf "%.2f", u / n }')" "${RATE:-10000}"
	[ "$1" = bare ] || "stop_$1"
}

measure_netlink()
{
	lossless bare 30000
	lossless netlink 30000
}

measure_auditd()
{
	local consumer_name

	for consumer_name in ${CONSUMERS:-cat plugin relay}; do
		lossless "$consumer_name" 10000
	done
	[ -n "${CONSUMERS:-}" ] || ! command -v laurel >/dev/null || lossless laurel 5000
}

timed_rules()
{
	cat >"$work/rules/timed.yaml" <<-END
	- rule: Test timed
	  desc: each timed act
	  condition: evt.type = openat and fd.name = "$work/target"
	  output: timed %evt.type
	  priority: DEBUG
	END
}

# What the kernel, two wake-ups and a write to the pipe take alone.
measure_bare_latency()
{
	local reader

	"$live" answer >"$work/pipe" 9>&- &
	reader=$!
	pids+=("$reader")
	sleep 0.3
	"$live" latency "$count" "$work/target" <"$work/pipe" | percentiles "us from system call to a bare reader's line, $1"
	kill "$reader"
	wait "$reader" 2>/dev/null
	timeout 1 cat "$work/pipe" >/dev/null
}

# An alert goes to the pipe that the one who made the call reads.
measure_latency()
{
	timed_rules
	mkfifo "$work/pipe"
	sleep 1000 <>"$work/pipe" 9>&- &
	pids+=("$!")
	measure_bare_latency idle
	start_saker_netlink output="file:$work/alerts.json,file:$work/pipe" "${options[@]}"
	# what the markers said
	timeout 1 cat "$work/pipe" >/dev/null
	"$live" latency "$count" "$work/target" <"$work/pipe" | percentiles "us from system call to alert read, idle"
	burn
	"$live" latency "$count" "$work/target" <"$work/pipe" | percentiles "us from system call to alert read, cores busy"
	stop_saker
	measure_bare_latency "cores busy"
	rest
	rm "$work/pipe" "$work/rules/timed.yaml"
}

# kills NAME: by who is there, from inside the container
kills()
{
	rm -f "$work/out/rc"
	touch "$work/out/go"
	wait_for 120 test -s "$work/out/rc"
	percentiles "us from system call to death$1" <"$work/out/times"
}

# What a call, kauditd, a wake-up and a death take alone.
measure_bare_kill()
{
	local reader

	"$live" slay 9>&- &
	reader=$!
	pids+=("$reader")
	sleep 0.3
	kills " by a bare reader, $1"
	kill "$reader"
	wait "$reader" 2>/dev/null
}

measure_kill()
{
	make_bundle "$work/killed" "" "$privileged"' |
		.process.args = ["sh", "-c", "while :; do while [ ! -e /out/go ]; do sleep 0.1; done; rm /out/go; /bin/live kill '"$count"' /out/target >/out/times; echo $? >/out/rc; done"]'
	ln -s busybox "$work/killed/rootfs/bin/rm"
	cp "$live" "$work/killed/rootfs/bin/live"
	: >"$work/out/target"
	# containers are known by what the shipped rules report
	load_kernel_rules "-a always,exit -F arch=b64 -S openat -F path=$work/out/target -F perm=r -k saker-bench"
	cat >"$work/rules/timed.yaml" <<-'END'
	- rule: Test killed
	  desc: each timed act
	  condition: evt.type = openat and proc.name = live
	  output: killed %proc.pid
	  priority: DEBUG
	  response: {action: kill, scope: process}
	END
	start_saker_netlink response.mode=enforce response.rate.rule=100000/1m \
		response.rate.container=100000/1m response.rate.host=100000/1m "${options[@]}"
	run_detached "$work/killed" saker-killed
	kills ", idle"
	burn
	kills ", cores busy"
	stop_saker
	measure_bare_kill "cores busy"
	rest
	measure_bare_kill idle
}

# The kernel's rules are those of the measurement alone: what else happens here is
# no event.
printf '%s\n' "$target_rule" '-a always,exit -F arch=b64 -S unshare -k saker-test' >"$work/kernel.rules"
auditctl -R "$work/kernel.rules" >/dev/null
auditctl -e 1 >/dev/null
auditctl -l | grep saker-bench >/dev/null || die "kernel rules were not loaded"
for part in $parts; do
	"measure_$part"
done
