# Manual pages.
dist_man8_MANS = doc/audisp-saker.8 doc/saker.8
dist_man5_MANS = doc/saker-rules.5 doc/saker-snapshot.5 doc/saker-test.5
dist_man7_MANS = doc/saker-response.7
man5_MANS = doc/saker.yaml.5
man7_MANS = doc/saker-fields.7
EXTRA_DIST += doc/config.awk doc/fields.awk doc/compliance.md \
	doc/deployment.md doc/falco.md doc/first-hour.md doc/rules.md \
	doc/performance.md
CLEANFILES += doc/saker-fields.7 doc/saker.yaml doc/saker.yaml.5

doc/saker-fields.7: $(srcdir)/doc/fields.awk \
	$(srcdir)/include/saker/event/fields.def
	$(AM_V_GEN)$(MKDIR_P) doc && awk -f $(srcdir)/doc/fields.awk \
		$(srcdir)/include/saker/event/fields.def > $@.new && mv $@.new $@

CONFIG_TABLES = $(srcdir)/include/saker/daemon/config.def \
	$(srcdir)/src/output/outputs.def $(srcdir)/src/output/options.def \
	$(srcdir)/include/saker/alert/formats.def
CONFIG_AWK = $(MKDIR_P) doc && awk -v pkgdatadir='$(pkgdatadir)' \
	-v localstatedir='$(localstatedir)' -f $(srcdir)/doc/config.awk

doc/saker.yaml.5: $(srcdir)/doc/config.awk $(CONFIG_TABLES) Makefile
	$(AM_V_GEN)$(CONFIG_AWK) $(CONFIG_TABLES) > $@.new && mv $@.new $@

# What is installed is the commented defaults; a file that is there stays.
noinst_DATA = doc/saker.yaml
doc/saker.yaml: $(srcdir)/doc/config.awk $(CONFIG_TABLES) Makefile
	$(AM_V_GEN)$(CONFIG_AWK) -v form=yaml $(CONFIG_TABLES) > $@.new && \
		mv $@.new $@

install-data-local: doc/saker.yaml
	$(MKDIR_P) '$(DESTDIR)$(sysconfdir)/saker/rules.d'
	$(MKDIR_P) -m 700 '$(DESTDIR)$(localstatedir)/lib/saker'
	test -e '$(DESTDIR)$(sysconfdir)/saker/saker.yaml' || \
		$(INSTALL_DATA) doc/saker.yaml '$(DESTDIR)$(sysconfdir)/saker'

# The administrator's changes stay.
uninstall-local:
	if cmp -s doc/saker.yaml '$(DESTDIR)$(sysconfdir)/saker/saker.yaml'; then \
		rm -f '$(DESTDIR)$(sysconfdir)/saker/saker.yaml'; fi
	-for d in '$(sysconfdir)/saker/rules.d' '$(sysconfdir)/saker' \
		'$(localstatedir)/lib/saker'; do \
		rmdir '$(DESTDIR)'"$$d" 2>/dev/null; done

# For Prometheus and Grafana.
prometheusdir = $(pkgdatadir)/prometheus
dist_prometheus_DATA = doc/prometheus/saker.rules.yaml
grafanadir = $(pkgdatadir)/grafana
dist_grafana_DATA = doc/grafana/saker.json
EXTRA_DIST += doc/prometheus/saker.rules.test.yaml

# Each shell looks for a file of a certain name.
bashcompletiondir = $(datadir)/bash-completion/completions
nodist_bashcompletion_DATA = doc/bash/saker
zshcompletiondir = $(datadir)/zsh/site-functions
nodist_zshcompletion_DATA = doc/zsh/_saker
CLEANFILES += doc/bash/saker doc/zsh/_saker
doc/bash/saker: saker$(EXEEXT)
	$(AM_V_GEN)$(MKDIR_P) doc/bash && ./saker completion bash > $@.new && mv $@.new $@
doc/zsh/_saker: saker$(EXEEXT)
	$(AM_V_GEN)$(MKDIR_P) doc/zsh && ./saker completion zsh > $@.new && mv $@.new $@
