noinst_LIBRARIES += src/metrics/libmetrics.a
src_metrics_libmetrics_a_SOURCES = \
	src/metrics/address.c \
	src/metrics/exposition.c \
	src/metrics/http_request.c \
	src/metrics/publisher.c

noinst_HEADERS += \
	include/saker/metrics/exposition.h \
	include/saker/metrics/http_request.h \
	include/saker/metrics/publisher.h

if TESTS_ENABLED
check_PROGRAMS += tests/unit/test_metrics
TESTS += tests/unit/test_metrics
tests_unit_test_metrics_SOURCES = tests/unit/test_metrics.c
tests_unit_test_metrics_LDADD = $(SAKER_LIBS) $(FOREIGN_LIBS) $(CMOCKA_LIBS)
endif
