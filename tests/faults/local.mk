# What takes too long for "make check": "make check-faults".
FAULT_TESTS = \
	tests/faults/outage.sh \
	tests/faults/blind.sh \
	tests/faults/flood.sh \
	tests/faults/kills.sh \
	tests/faults/kills_auditd.sh \
	tests/faults/kills_netlink.sh \
	tests/faults/nomem.sh \
	tests/faults/reload.sh \
	tests/faults/separate.sh \
	tests/faults/soak.sh \
	tests/faults/stopped.sh \
	tests/faults/stopped_auditd.sh \
	tests/faults/valgrind.sh

EXTRA_DIST += tests/faults/README $(FAULT_TESTS)

check-faults: all $(check_PROGRAMS) $(check_DATA)
	$(MAKE) -j1 check-TESTS TESTS='$(FAULT_TESTS)' \
		TEST_SUITE_LOG=tests/faults/test-suite.log

# Each allocation fails in its turn: NOMEM_RUNS of them for each thing done.
check-nomem: all $(check_DATA)
	$(MAKE) check-TESTS TESTS=tests/faults/nomem.sh \
		TEST_SUITE_LOG=tests/faults/test-suite.log

# The whole suite, shell tests and all, with files, pipes and streams read by
# saker's programs a byte at a time (what tests/lib/inject.c says of large files),
# but for what only reads the source tree (check-*), test_scale, which measures
# memory, and share.sh, which measures who is judged when more comes than can be.
SHORT_READS_ENVIRONMENT = INJECT_SHORT=1; export INJECT_SHORT; \
	LD_PRELOAD=$(abs_builddir)/tests/lib/inject.so; export LD_PRELOAD;
check-short-reads: all $(check_PROGRAMS) $(check_DATA)
	$(MKDIR_P) tests/faults; tests=; for test in $(TESTS); do case $$test in \
		*/test_scale | */check-* | */share.sh) ;; \
		*) tests="$$tests $$test" ;; esac; done; \
	$(MAKE) check-TESTS TESTS="$$tests" \
		TESTS_ENVIRONMENT='$(SHORT_READS_ENVIRONMENT)' \
		TEST_SUITE_LOG=tests/faults/short-reads.log

.PHONY: check-faults check-nomem check-short-reads
