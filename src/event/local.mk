noinst_LIBRARIES += src/event/libevent.a
src_event_libevent_a_SOURCES = \
	src/event/acts.c \
	src/event/acts.h \
	src/event/args.c \
	src/event/args.def \
	src/event/args.h \
	src/event/caps.h \
	src/event/event.c \
	src/event/facts.c \
	src/event/facts.h \
	src/event/fd.c \
	src/event/fd.h \
	src/event/fd_address.c \
	src/event/fd_ask.c \
	src/event/fd_observe.c \
	src/event/flags.def \
	src/event/get.h \
	src/event/get_arg.c \
	src/event/get_audit.c \
	src/event/get_call.c \
	src/event/get_caps.c \
	src/event/get_container.c \
	src/event/get_evt.c \
	src/event/get_exe.c \
	src/event/get_family.c \
	src/event/get_fd.c \
	src/event/get_identity.c \
	src/event/get_metadata.c \
	src/event/get_mount.c \
	src/event/get_path.c \
	src/event/get_posture.c \
	src/event/get_proc.c \
	src/event/get_socket.c \
	src/event/get_status.c \
	src/event/get_time.c \
	src/event/get_user.c \
	src/event/interpret.c \
	src/event/interpret.def \
	src/event/interpret.h \
	src/event/path.c \
	src/event/path.h \
	src/event/path_proc.c \
	src/event/registers.c \
	src/event/signals.c \
	src/event/signals.h \
	src/event/syscalls.c \
	src/event/syscalls.def \
	src/event/syscalls.h \
	src/event/users.c \
	src/event/where.h \
	src/event/who.h

noinst_HEADERS += \
	include/saker/event/event.h \
	include/saker/event/registers.h \
	include/saker/event/users.h

if TESTS_ENABLED
EVENT_TESTS = tests/unit/test_event tests/unit/test_fields tests/unit/test_fds \
	tests/unit/test_event_records tests/unit/test_identity tests/unit/test_path \
	tests/unit/test_recorded tests/unit/test_trace
check_PROGRAMS += $(EVENT_TESTS)
TESTS += $(EVENT_TESTS)
GIVEN = tests/lib/given.c tests/lib/given.h tests/lib/fake_host.c \
	tests/lib/fake_host.h
GIVEN_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/tests/lib
GIVEN_LDADD = src/alert/libalert.a src/engine/libengine.a src/lang/liblang.a \
	src/vm/libvm.a $(EVENT_LIBS) $(FOREIGN_LIBS) $(CMOCKA_LIBS)
tests_unit_test_event_SOURCES = tests/unit/test_event.c $(GIVEN)
tests_unit_test_event_CPPFLAGS = $(GIVEN_CPPFLAGS)
tests_unit_test_event_LDADD = $(GIVEN_LDADD)
tests_unit_test_event_records_SOURCES = tests/unit/test_event_records.c $(GIVEN)
tests_unit_test_event_records_CPPFLAGS = $(GIVEN_CPPFLAGS)
tests_unit_test_event_records_LDADD = $(GIVEN_LDADD)
tests_unit_test_fields_SOURCES = tests/unit/test_fields.c $(GIVEN)
tests_unit_test_fields_CPPFLAGS = $(GIVEN_CPPFLAGS)
tests_unit_test_fields_LDADD = $(GIVEN_LDADD)
tests_unit_test_identity_SOURCES = tests/unit/test_identity.c $(GIVEN)
tests_unit_test_identity_CPPFLAGS = $(GIVEN_CPPFLAGS)
tests_unit_test_identity_LDADD = $(GIVEN_LDADD)
tests_unit_test_path_SOURCES = tests/unit/test_path.c $(GIVEN)
tests_unit_test_path_CPPFLAGS = $(GIVEN_CPPFLAGS)
tests_unit_test_path_LDADD = $(GIVEN_LDADD)
tests_unit_test_fds_SOURCES = tests/unit/test_fds.c $(GIVEN)
tests_unit_test_fds_CPPFLAGS = $(GIVEN_CPPFLAGS)
tests_unit_test_fds_LDADD = $(GIVEN_LDADD)
tests_unit_test_recorded_SOURCES = tests/unit/test_recorded.c \
	tests/lib/replay.c tests/lib/replay.h
tests_unit_test_recorded_CPPFLAGS = $(GIVEN_CPPFLAGS)
tests_unit_test_recorded_LDADD = $(GIVEN_LDADD)
tests_unit_test_trace_SOURCES = tests/unit/test_trace.c tests/unit/oom.h \
	tests/lib/replay.c tests/lib/replay.h
tests_unit_test_trace_CPPFLAGS = $(GIVEN_CPPFLAGS)
tests_unit_test_trace_LDFLAGS = $(AM_LDFLAGS) $(OOM_LINK)
tests_unit_test_trace_LDADD = $(GIVEN_LDADD)
endif
