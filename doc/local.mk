# Manual pages.
dist_man8_MANS = doc/saker.8
dist_man5_MANS = doc/saker-rules.5 doc/saker-snapshot.5 doc/saker-test.5
man7_MANS = doc/saker-fields.7
EXTRA_DIST += doc/fields.awk
CLEANFILES += doc/saker-fields.7

doc/saker-fields.7: $(srcdir)/doc/fields.awk \
	$(srcdir)/include/saker/event/fields.def
	$(AM_V_GEN)$(MKDIR_P) doc && awk -f $(srcdir)/doc/fields.awk \
		$(srcdir)/include/saker/event/fields.def > $@.new && mv $@.new $@
