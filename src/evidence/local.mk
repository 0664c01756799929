noinst_LIBRARIES += src/evidence/libevidence.a
src_evidence_libevidence_a_SOURCES = \
	src/evidence/collect.c \
	src/evidence/collector.c \
	src/evidence/collector.h \
	src/evidence/executable.c \
	src/evidence/family.c \
	src/evidence/hash.c \
	src/evidence/links.c \
	src/evidence/redact.c \
	src/evidence/seal.c

noinst_HEADERS += \
	include/saker/evidence/evidence.h \
	include/saker/evidence/files.def

if TESTS_ENABLED
check_PROGRAMS += tests/unit/test_evidence
TESTS += tests/unit/test_evidence
tests_unit_test_evidence_SOURCES = tests/unit/test_evidence.c
tests_unit_test_evidence_LDADD = src/evidence/libevidence.a src/host/libhost.a src/base/libbase.a \
	$(JANSSON_LIBS) $(GCRYPT_LIBS) $(CMOCKA_LIBS)
endif
