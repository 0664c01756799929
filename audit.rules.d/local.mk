auditrulesdir = $(pkgdatadir)/audit.rules.d
dist_auditrules_DATA = \
	audit.rules.d/10-tracking.rules \
	audit.rules.d/20-runtime-binary.rules \
	audit.rules.d/25-runtime-binary-optional.rules \
	audit.rules.d/30-mounts.rules \
	audit.rules.d/40-namespaces.rules \
	audit.rules.d/50-kernel.rules \
	audit.rules.d/55-devices.rules \
	audit.rules.d/56-devices-optional.rules \
	audit.rules.d/60-process.rules \
	audit.rules.d/65-runtimes.rules \
	audit.rules.d/70-daemons.rules \
	audit.rules.d/71-daemons-optional.rules \
	audit.rules.d/72-unix-connections.rules \
	audit.rules.d/75-evasion.rules \
	audit.rules.d/76-evasion-optional.rules \
	audit.rules.d/80-surface.rules \
	audit.rules.d/85-persistence.rules \
	audit.rules.d/86-persistence-optional.rules

EXTRA_DIST += audit.rules.d/README.md

auditexamplesdir = $(pkgdatadir)/audit.rules.d/examples
dist_auditexamples_DATA = audit.rules.d/examples/60-falco-stable.rules \
	audit.rules.d/examples/85-loud.rules
