# What takes too long for "make check": "make check-faults".
FAULT_TESTS = \
	tests/faults/outage.sh \
	tests/faults/blind.sh \
	tests/faults/reload.sh \
	tests/faults/separate.sh

EXTRA_DIST += $(FAULT_TESTS)

check-faults: all
	$(MAKE) -j1 check-TESTS TESTS='$(FAULT_TESTS)' \
		TEST_SUITE_LOG=tests/faults/test-suite.log
.PHONY: check-faults
