rulesdir = $(pkgdatadir)/rules
dist_rules_DATA = \
	rules/00-base.yaml \
	rules/10-runtime-binary.yaml \
	rules/20-mounts.yaml \
	rules/30-namespaces.yaml \
	rules/40-drift.yaml

EXTRA_DIST += rules/README.md \
	rules/tests/10-runtime-binary.yaml \
	rules/tests/20-mounts.yaml \
	rules/tests/30-namespaces.yaml \
	rules/tests/40-drift.yaml
