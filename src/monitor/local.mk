noinst_LIBRARIES += src/monitor/libmonitor.a
src_monitor_libmonitor_a_SOURCES = \
	src/monitor/files.c \
	src/monitor/monitor.h \
	src/monitor/notify.c \
	src/monitor/outputs.c \
	src/monitor/serve.c

noinst_HEADERS += include/saker/monitor/monitor.h

if TESTS_ENABLED
check_PROGRAMS += tests/unit/test_monitor
TESTS += tests/unit/test_monitor
tests_unit_test_monitor_SOURCES = tests/unit/test_monitor.c
tests_unit_test_monitor_LDADD = $(SAKER_LIBS) $(FOREIGN_LIBS) $(CMOCKA_LIBS)
endif
