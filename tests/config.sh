#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# config.sh - the shipped configuration is the defaults; what is wrong with one
# is told; where values come from is shown.
set -uo pipefail

saker=${top_builddir:?}/saker
shipped=$top_builddir/doc/saker.yaml
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
failures=0

# equal WHAT EXPECTED FOUND
equal()
{
	if [ "$2" = "$3" ]; then
		echo "ok - $1"
	else
		echo "NOT OK - $1: expected '$2', found '$3'"
		failures=$((failures + 1))
	fi
}

: >"$work/empty.yaml"
values()
{
	"$saker" config "$@" | sed 's/ *# .*//'
}

equal "the shipped file is the defaults" "$(values -c "$work/empty.yaml")" "$(values -c "$shipped")"
equal "it names every key" \
	"$("$saker" config -c "$work/empty.yaml" --json | jq -r .key | sort)" \
	"$(sed -n 's/^\([a-z][a-z_.]*\): .*/\1/p' "$shipped" | sort)"
equal "each with a comment" "$(grep -c '^[a-z]' "$shipped")" \
	"$(awk '/^[a-z]/ && last ~ /^#/ { n++ } { last = $0 } END { print n }' "$shipped")"
equal "what saker config says can be read back" "$(values -c "$shipped")" \
	"$("$saker" config -c "$shipped" >"$work/shown.yaml"; values -c "$work/shown.yaml")"

cat >"$work/own.yaml" <<'END'
priority: warning
output:
  - stdout
  - file: /var/log/x.json
    format: ecs
    tags: [a, "b*"]
END
equal "values say where they come from" \
	"$work/own.yaml:1 command line default $work/own.yaml:4" \
	"$(
	for key in priority rule_matching hostname output; do
		"$saker" config -c "$work/own.yaml" -o rule_matching=all --json "$key" | jq -j '.from + " "'
	done | sed 's/ $//')"
equal "a mapping is shown as a text that is read back" 0 \
	"$("$saker" config -c "$work/own.yaml" output >"$work/out.yaml"; "$saker" check -c "$work/out.yaml" >&2; echo $?)"

cat >"$work/secret.yaml" <<'END'
output:
  - http://u:hunter2@h.example:81/in?stream=x&api_key=hunter2b
  - {https: "https://h.example/", headers: ["Authorization: Bearer hunter2", "X-Scope: hunter2c"], key_file: /etc/key.pem}
  - "program:/bin/send --token hunter2 --password=hunter2d --host=h"
END
for form in "" --json; do
	"$saker" config -c "$work/secret.yaml" $form output >"$work/shown" 2>&1
	equal "secrets are not shown${form:+ with $form}" 0 "$(grep -c hunter "$work/shown")"
	equal "the rest is${form:+ with $form}" 6 "$(grep -oE \
		'u:<redacted>@h|stream=x&|Authorization: <|X-Scope: <|/etc/key.pem|--host=h' "$work/shown" | wc -l)"
done

# wrong WHAT PATTERN LINES...
wrong()
{
	local what=$1 pattern=$2

	shift 2
	printf '%s\n' "$@" >"$work/wrong.yaml"
	"$saker" check -c "$work/wrong.yaml" >"$work/said" 2>&1
	equal "$what: exit code" 1 $?
	grep -q "$pattern" "$work/said"
	equal "$what: message" 0 $?
}

wrong "an unknown key" "wrong.yaml:1:.*unknown.*respones.mode" 'respones.mode: enforce'
grep -q "did you mean 'response.mode'" "$work/said"
equal "a hint" 0 $?
wrong "a value out of range" "wrong.yaml:1:.*65536 to" 'spool.bytes: 12'
wrong "an output that is none" "wrong.yaml:2:.*no output 'ftp'" 'output:' ' - ftp:x'
wrong "an option that is none" "wrong.yaml:2:.*'colour' is no option" 'output:' ' - {file: x, colour: red}'
wrong "metrics for the world" "127.0.0.1:PORT" 'metrics.listen: 0.0.0.0:9'
printf -- '- rule: x\n  desc: x\n  condition: evt.nothing = 1\n  output: x\n  priority: NOTICE\n' >"$work/bad.yaml"
wrong "rules that are wrong" "evt.nothing" "rules: [$work/bad.yaml]"
if "$saker" --version | grep -q '+libcurl'; then
	echo none | tee "$work/libcurl.so.4" >"$work/libcurl-gnutls.so.4"
	export LD_LIBRARY_PATH=$work
	wrong "an output whose library is missing" "libcurl cannot be loaded" 'output: ["http://h.example/"]'
	unset LD_LIBRARY_PATH
fi
"$saker" check -c "$shipped" >/dev/null
equal "the shipped file is right" 0 $?
"$saker" config no.such.key >/dev/null 2>&1
equal "a key that is none" 2 $?
[ "$failures" -eq 0 ]
