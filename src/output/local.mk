noinst_LIBRARIES += src/output/liboutput.a
src_output_liboutput_a_SOURCES = \
	src/output/outputs.c \
	src/output/outputs.def \
	src/output/sink.c \
	src/output/sink.h \
	src/output/sink_file.c \
	src/output/sink_stdout.c \
	src/output/writer.c \
	src/output/writer.h

noinst_HEADERS += \
	include/saker/output/output.h

if TESTS_ENABLED
check_PROGRAMS += tests/unit/test_output
TESTS += tests/unit/test_output
tests_unit_test_output_SOURCES = tests/unit/test_output.c tests/unit/oom.h
tests_unit_test_output_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/src/output
tests_unit_test_output_LDFLAGS = $(AM_LDFLAGS) $(OOM_LINK)
tests_unit_test_output_LDADD = src/output/liboutput.a src/base/libbase.a $(CMOCKA_LIBS)
endif
