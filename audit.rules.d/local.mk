auditrulesdir = $(pkgdatadir)/audit.rules.d
dist_auditrules_DATA = \
	audit.rules.d/50-saker.rules \
	audit.rules.d/60-saker-optional.rules

EXTRA_DIST += audit.rules.d/README.md

auditexamplesdir = $(pkgdatadir)/audit.rules.d/examples
dist_auditexamples_DATA = audit.rules.d/examples/60-falco-stable.rules
