noinst_LIBRARIES += src/output/liboutput.a
src_output_liboutput_a_SOURCES = \
	src/output/account.c \
	src/output/account.h \
	src/output/connect.c \
	src/output/connect.h \
	src/output/curl.c \
	src/output/curl.h \
	src/output/deliver.c \
	src/output/deliver.h \
	src/output/direct.c \
	src/output/direct.h \
	src/output/filter.c \
	src/output/handover.h \
	src/output/journal_kinds.def \
	src/output/opener.c \
	src/output/options.c \
	src/output/options.def \
	src/output/outbox.c \
	src/output/outputs.c \
	src/output/outputs.def \
	src/output/queue.c \
	src/output/queue.h \
	src/output/record.c \
	src/output/record.h \
	src/output/redact.c \
	src/output/secrets.c \
	src/output/segment.c \
	src/output/segment.h \
	src/output/sink.c \
	src/output/sink.h \
	src/output/sink_file.c \
	src/output/sink_http.c \
	src/output/sink_journald.c \
	src/output/sink_program.c \
	src/output/sink_stdout.c \
	src/output/sink_syslog.c \
	src/output/sink_unix.c \
	src/output/spec.c \
	src/output/spec.h \
	src/output/spool.c \
	src/output/spool.h \
	src/output/ticket.c \
	src/output/ticket.h \
	src/output/writer.c \
	src/output/writer.h
src_output_liboutput_a_CFLAGS = $(AM_CFLAGS) $(CURL_CFLAGS)

noinst_HEADERS += \
	include/saker/output/outbox.h include/saker/output/output.h \
	include/saker/output/secrets.h

if TESTS_ENABLED
check_PROGRAMS += tests/unit/test_direct tests/unit/test_outbox tests/unit/test_output tests/unit/test_secrets tests/unit/test_sinks tests/unit/test_spool
TESTS += tests/unit/test_direct tests/unit/test_outbox tests/unit/test_output tests/unit/test_secrets tests/unit/test_sinks tests/unit/test_spool
tests_unit_test_direct_SOURCES = tests/unit/test_direct.c
tests_unit_test_direct_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/src/output
tests_unit_test_direct_LDADD = $(SAKER_LIBS) $(FOREIGN_LIBS) $(CMOCKA_LIBS)
tests_unit_test_outbox_SOURCES = tests/unit/test_outbox.c
tests_unit_test_outbox_LDADD = $(SAKER_LIBS) $(FOREIGN_LIBS) $(CMOCKA_LIBS)
tests_unit_test_secrets_SOURCES = tests/unit/test_secrets.c
tests_unit_test_secrets_LDADD = $(SAKER_LIBS) $(FOREIGN_LIBS) $(CMOCKA_LIBS)
tests_unit_test_sinks_SOURCES = tests/unit/test_sinks.c
tests_unit_test_sinks_LDADD = $(SAKER_LIBS) $(FOREIGN_LIBS) $(CMOCKA_LIBS)
tests_unit_test_spool_SOURCES = tests/unit/test_spool.c
tests_unit_test_spool_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/src/output
tests_unit_test_spool_LDADD = $(SAKER_LIBS) $(FOREIGN_LIBS) $(CMOCKA_LIBS)
tests_unit_test_output_SOURCES = tests/unit/test_output.c tests/unit/oom.h
tests_unit_test_output_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/src/output
tests_unit_test_output_LDFLAGS = $(AM_LDFLAGS) $(OOM_LINK)
tests_unit_test_output_LDADD = $(SAKER_LIBS) $(FOREIGN_LIBS) $(CMOCKA_LIBS)
endif
