rulesdir = $(pkgdatadir)/rules
dist_rules_DATA = \
	rules/00-base.yaml \
	rules/10-runtime-binary.yaml \
	rules/20-mounts.yaml \
	rules/30-namespaces.yaml \
	rules/40-drift.yaml \
	rules/50-kernel.yaml \
	rules/55-devices.yaml \
	rules/60-process.yaml \
	rules/65-runtimes.yaml \
	rules/70-daemons.yaml \
	rules/72-compliance.yaml \
	rules/75-evasion.yaml \
	rules/80-surface.yaml \
	rules/85-persistence.yaml \
	rules/90-execution.yaml

EXTRA_DIST += rules/README.md \
	rules/tests/10-runtime-binary.yaml \
	rules/tests/20-mounts.yaml \
	rules/tests/30-namespaces.yaml \
	rules/tests/40-drift.yaml \
	rules/tests/50-kernel.yaml \
	rules/tests/55-devices.yaml \
	rules/tests/60-process.yaml \
	rules/tests/65-runtimes.yaml \
	rules/tests/70-daemons.yaml \
	rules/tests/72-compliance.yaml \
	rules/tests/75-evasion.yaml \
	rules/tests/80-surface.yaml \
	rules/tests/85-persistence.yaml \
	rules/tests/90-execution.yaml \
	rules/tests/lookalikes.yaml \
	rules/tests/strict/50-kernel.yaml \
	rules/tests/strict/55-devices.yaml \
	rules/tests/strict/60-process.yaml \
	rules/tests/strict/65-runtimes.yaml \
	rules/tests/strict/70-daemons.yaml \
	rules/tests/strict/75-evasion.yaml \
	rules/tests/strict/80-surface.yaml \
	rules/tests/strict/85-persistence.yaml \
	rules/tests/strict/90-execution.yaml
