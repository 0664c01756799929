# Output that must stay as it is, word for word.
dist_check_SCRIPTS += tests/golden/audit_rules.sh tests/golden/doctor.sh tests/golden/explain.sh tests/golden/identity.sh tests/golden/nodes.sh tests/golden/records.sh tests/golden/replay.sh tests/golden/rotated.sh tests/golden/shipped_kernel_rules.sh
TESTS += tests/golden/audit_rules.sh tests/golden/doctor.sh tests/golden/explain.sh tests/golden/identity.sh tests/golden/nodes.sh tests/golden/records.sh tests/golden/replay.sh tests/golden/rotated.sh tests/golden/shipped_kernel_rules.sh
EXTRA_DIST += \
	tests/data/explain/rules.yaml \
	tests/data/live/att_mount.log \
	tests/data/live/att_newmount.log \
	tests/data/live/att_setns_hostpid.log \
	tests/data/live/att_userns.log \
	tests/data/live/host_seccomp.log \
	tests/data/live/landlock.log \
	tests/data/records/rules.yaml \
	tests/data/records/types.log \
	tests/golden/att_mount.expected \
	tests/golden/att_newmount.expected \
	tests/golden/att_setns_hostpid.expected \
	tests/golden/att_userns.expected \
	tests/golden/audit_user_hostnet.expected \
	tests/golden/crun_run_exec.expected \
	tests/golden/host_seccomp.expected \
	tests/golden/landlock.expected \
	tests/golden/recorded-attack.expected \
	tests/golden/records.expected \
	tests/golden/runc_exec.expected \
	tests/golden/two_containers.expected
EXTRA_DIST += \
	tests/golden/explain/bind.txt \
	tests/golden/explain/connect.txt \
	tests/golden/explain/container-event.txt \
	tests/golden/explain/container.txt \
	tests/golden/explain/cpu.txt \
	tests/golden/explain/event.txt \
	tests/golden/explain/log.txt \
	tests/golden/explain/login.txt \
	tests/golden/explain/no-log.txt \
	tests/golden/explain/no-number.txt \
	tests/golden/explain/no-serial.txt \
	tests/golden/explain/no-snapshot.txt \
	tests/golden/explain/no-stamp.txt \
	tests/golden/explain/nothing.txt \
	tests/golden/explain/rules.json \
	tests/golden/explain/rules.txt \
	tests/golden/explain/source.txt \
	tests/golden/explain/stamp.txt \
	tests/golden/explain/unknown.txt
EXTRA_DIST += \
	tests/data/audit-rules/10-files.yaml \
	tests/data/audit-rules/20-others.yaml \
	tests/golden/audit-rules/aarch64.rules \
	tests/golden/audit-rules/choice.rules \
	tests/golden/audit-rules/i386.rules \
	tests/golden/audit-rules/x86_64-old.rules \
	tests/golden/audit-rules/x86_64.json \
	tests/golden/audit-rules/x86_64.rules
