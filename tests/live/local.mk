# Tests against the real kernel, auditd, runc and crun: "make check-live".
LIVE_TESTS = \
	tests/live/netlink.sh \
	tests/live/first_hour.sh \
	tests/live/auditd_plugin.sh \
	tests/live/attribution.sh \
	tests/live/audit_rules.sh \
	tests/live/metadata.sh \
	tests/live/short_containers.sh \
	tests/live/hostile.sh \
	tests/live/identity.sh \
	tests/live/kernel_state.sh \
	tests/live/restore.sh \
	tests/live/blinded.sh \
	tests/live/latency.sh \
	tests/live/snapshot.sh \
	tests/live/stalled_output.sh \
	tests/live/floods.sh \
	tests/live/falco_rules.sh \
	tests/live/behaviours.sh \
	tests/live/behaviours_crun.sh \
	tests/live/behaviours_surface.sh \
	tests/live/response.sh \
	tests/live/response_trail.sh \
	tests/live/response_tiers.sh

EXTRA_DIST += $(LIVE_TESTS) tests/live/behaviours_daemons.sh \
	tests/live/behaviours_kernel.sh \
	tests/live/demo.sh tests/live/kernel_cost.sh tests/live/lib.sh \
	tests/live/record.sh tests/live/scenario.sh

if TESTS_ENABLED
check_PROGRAMS += tests/live/poke tests/live/act tests/live/hostile \
	tests/live/reach tests/live/surface tests/live/chain tests/live/respond
tests_live_respond_SOURCES = tests/live/respond.c
tests_live_respond_LDADD = $(SAKER_LIBS) $(FOREIGN_LIBS)
# They run inside containers: static, hence neither sanitizers nor PIE.
tests_live_poke_SOURCES = tests/live/poke.c
tests_live_poke_CFLAGS = -std=gnu17 $(WARN_CFLAGS)
tests_live_poke_LDFLAGS = -static
tests_live_poke_LDADD =
tests_live_act_SOURCES = tests/live/act.c
tests_live_act_CFLAGS = -std=gnu17 $(WARN_CFLAGS)
tests_live_act_LDFLAGS = -static
tests_live_act_LDADD =
tests_live_hostile_SOURCES = tests/live/hostile.c
tests_live_hostile_CFLAGS = -std=gnu17 $(WARN_CFLAGS)
tests_live_hostile_LDFLAGS = -static
tests_live_hostile_LDADD =
tests_live_reach_SOURCES = tests/live/reach.c
tests_live_reach_CFLAGS = -std=gnu17 $(WARN_CFLAGS)
tests_live_reach_LDFLAGS = -static
tests_live_reach_LDADD =
tests_live_surface_SOURCES = tests/live/surface.c
tests_live_surface_CFLAGS = -std=gnu17 $(WARN_CFLAGS)
tests_live_surface_LDFLAGS = -static
tests_live_surface_LDADD =
tests_live_chain_SOURCES = tests/live/chain.c
tests_live_chain_CFLAGS = -std=gnu17 $(WARN_CFLAGS)
tests_live_chain_LDFLAGS = -static
tests_live_chain_LDADD =
endif

# One after the other: they share the kernel's audit.
check-live: all $(check_PROGRAMS)
	$(MAKE) -j1 check-TESTS TESTS='$(LIVE_TESTS)' \
		TEST_SUITE_LOG=tests/live/test-suite.log
.PHONY: check-live

# What the kernel rules cost on this host; root.
.PHONY: bench-kernel
bench-kernel: saker tests/live/poke
	top_srcdir=$(top_srcdir) top_builddir=$(top_builddir) \
		bash $(top_srcdir)/tests/live/kernel_cost.sh
