# Our scanner and assembler against libauparse.
if TESTS_ENABLED
check_PROGRAMS += tests/oracle/test_oracle
TESTS += tests/oracle/test_oracle
endif
tests_oracle_test_oracle_SOURCES = \
	tests/oracle/deviations.c \
	tests/oracle/deviations.def \
	tests/oracle/deviations.h \
	tests/oracle/grouping.c \
	tests/oracle/grouping.h \
	tests/oracle/test_oracle.c
tests_oracle_test_oracle_LDADD = src/audit/libaudit_records.a src/base/libbase.a \
	$(AUPARSE_LIBS) $(AUDIT_LIBS)

EXTRA_DIST += tests/data/oracle
