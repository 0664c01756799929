# Output that must stay as it is, word for word.
dist_check_SCRIPTS += tests/golden/nodes.sh tests/golden/records.sh tests/golden/replay.sh tests/golden/rotated.sh
TESTS += tests/golden/nodes.sh tests/golden/records.sh tests/golden/replay.sh tests/golden/rotated.sh
EXTRA_DIST += \
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
