# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# identity.sh - in a log, a file that rules name is known once a process of the
# host used that path; for others the replay says so, once.
set -uo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
loader=/lib64/ld-linux-x86-64.so.2

cat >"$work/rules.yaml" <<END
- rule: Test identity
  desc: the loader and others, by identity
  condition: evt.type = execve and fs.path.identity in ($loader, /etc/never-used, host_runtimes)
  output: found %fs.path.identity
  priority: INFO
END
"$top_builddir/saker" replay -r "$work/rules.yaml" "$top_srcdir/tests/data/live/runc_exec.log" \
	>"$work/alerts" 2>"$work/told" || exit 1
grep -q "found $loader$" "$work/alerts" || { cat "$work/alerts"; exit 1; }
grep -q "runc,host_runtimes," "$work/alerts" || { cat "$work/alerts"; exit 1; }
diff -u - <(grep identity "$work/told") <<-END || exit 1
	saker: rules ask for these files by identity, which the log does not tell: /etc/never-used
END
echo "ok - identities in a log"
