noinst_LIBRARIES += src/daemon/libdaemon.a
src_daemon_libdaemon_a_SOURCES = \
	src/daemon/ahead.c \
	src/daemon/config.c \
	src/daemon/config_file.c \
	src/daemon/config_flow.c \
	src/daemon/config_flow.h \
	src/daemon/config_rules.c \
	src/daemon/config_rules.h \
	src/daemon/config_types.c \
	src/daemon/config_types.h \
	src/daemon/confine.c \
	src/daemon/confine.h \
	src/daemon/control.c \
	src/daemon/courier.c \
	src/daemon/courier.h \
	src/daemon/courier_calls.def \
	src/daemon/courier_work.c \
	src/daemon/daemon.h \
	src/daemon/engine.c \
	src/daemon/follow.c \
	src/daemon/generation.c \
	src/daemon/generation.h \
	src/daemon/heartbeat.c \
	src/daemon/inputs.c \
	src/daemon/kernel_derive.c \
	src/daemon/kernel_rules.c \
	src/daemon/kernel_target.c \
	src/daemon/log.c \
	src/daemon/metrics.c \
	src/daemon/metrics.h \
	src/daemon/nodes.c \
	src/daemon/kernel_losses.c \
	src/daemon/notices.c \
	src/daemon/pipeline.c \
	src/daemon/privileged.c \
	src/daemon/privileged.h \
	src/daemon/pipeline_respond.c \
	src/daemon/protection.c \
	src/daemon/reader.c \
	src/daemon/reader.h \
	src/daemon/recent.c \
	src/daemon/reload.c \
	src/daemon/reload.h \
	src/daemon/requests.c \
	src/daemon/response_config.c \
	src/daemon/responses.c \
	src/daemon/restart.c \
	src/daemon/restart.h \
	src/daemon/run.c \
	src/daemon/engine_calls.def \
	src/daemon/monitor_denied.def \
	src/daemon/sandbox.c \
	src/daemon/sandbox_files.c \
	src/daemon/sandbox_monitor.c \
	src/daemon/sandbox_user.c \
	src/daemon/files.c \
	src/daemon/files.h \
	src/daemon/separate.c \
	src/daemon/separation.h \
	src/daemon/share.c \
	src/daemon/shed.c \
	src/daemon/undo.c \
	src/daemon/undo.h \
	src/daemon/server.c \
	src/daemon/server.h \
	src/daemon/server_listen.c \
	src/daemon/schedule.c \
	src/daemon/schedule.h \
	src/daemon/signals.c \
	src/daemon/signals.h \
	src/daemon/status.c \
	src/daemon/suppress.c \
	src/daemon/tables.c \
	src/daemon/tables.h \
	src/daemon/tally.c

noinst_HEADERS += \
	include/saker/daemon/ahead.h \
	include/saker/daemon/config.def \
	include/saker/daemon/config.h \
	include/saker/daemon/control.def \
	include/saker/daemon/control.h \
	include/saker/daemon/engine.h \
	include/saker/daemon/kernel_target.h \
	include/saker/daemon/kernel_rules.h \
	include/saker/daemon/log.h \
	include/saker/daemon/metrics.def \
	include/saker/daemon/nodes.h \
	include/saker/daemon/notices.h \
	include/saker/daemon/pipeline.h \
	include/saker/daemon/protection.h \
	include/saker/daemon/recent.h \
	include/saker/daemon/sandbox.h \
	include/saker/daemon/responses.h \
	include/saker/daemon/run.h \
	include/saker/daemon/share.h \
	include/saker/daemon/suppress.h \
	include/saker/daemon/tally.h

if TESTS_ENABLED
check_PROGRAMS += tests/unit/test_undo
TESTS += tests/unit/test_undo
tests_unit_test_undo_SOURCES = tests/unit/test_undo.c
tests_unit_test_undo_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/src/daemon
tests_unit_test_undo_LDADD = $(SAKER_LIBS) $(FOREIGN_LIBS) $(CMOCKA_LIBS)
check_PROGRAMS += tests/unit/test_recent
TESTS += tests/unit/test_recent
tests_unit_test_recent_SOURCES = tests/unit/test_recent.c
tests_unit_test_recent_LDADD = $(SAKER_LIBS) $(FOREIGN_LIBS) $(CMOCKA_LIBS)
check_PROGRAMS += tests/unit/test_kernel_losses
TESTS += tests/unit/test_kernel_losses
tests_unit_test_kernel_losses_SOURCES = tests/unit/test_kernel_losses.c
tests_unit_test_kernel_losses_LDADD = $(SAKER_LIBS) $(FOREIGN_LIBS) $(CMOCKA_LIBS)
check_PROGRAMS += tests/unit/test_share
TESTS += tests/unit/test_share
tests_unit_test_share_SOURCES = tests/unit/test_share.c \
	tests/lib/fake_host.c tests/lib/fake_host.h \
	tests/lib/replay.c tests/lib/replay.h \
	tests/lib/world.c tests/lib/world.h
tests_unit_test_share_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/tests/lib \
	-I$(srcdir)/src/container
tests_unit_test_share_LDADD = $(SAKER_LIBS) $(FOREIGN_LIBS) $(CMOCKA_LIBS)
check_PROGRAMS += tests/unit/test_limits
TESTS += tests/unit/test_limits
tests_unit_test_limits_SOURCES = tests/unit/test_limits.c
tests_unit_test_limits_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/src/container
tests_unit_test_limits_LDADD = $(SAKER_LIBS) $(FOREIGN_LIBS) $(CMOCKA_LIBS)
check_PROGRAMS += tests/unit/test_config tests/unit/test_control \
	tests/unit/test_frequency tests/unit/test_nodes tests/unit/test_oom
TESTS += tests/unit/test_config tests/unit/test_control \
	tests/unit/test_frequency tests/unit/test_nodes tests/unit/test_oom
tests_unit_test_control_SOURCES = tests/unit/test_control.c
tests_unit_test_control_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/src/daemon
tests_unit_test_control_LDADD = $(SAKER_LIBS) $(FOREIGN_LIBS) $(CMOCKA_LIBS)
tests_unit_test_frequency_SOURCES = tests/unit/test_frequency.c
tests_unit_test_frequency_LDADD = $(SAKER_LIBS) $(FOREIGN_LIBS) $(CMOCKA_LIBS)
tests_unit_test_nodes_SOURCES = tests/unit/test_nodes.c
tests_unit_test_nodes_LDADD = $(SAKER_LIBS) $(FOREIGN_LIBS) $(CMOCKA_LIBS)
tests_unit_test_config_SOURCES = tests/unit/test_config.c
tests_unit_test_config_LDADD = $(SAKER_LIBS) $(FOREIGN_LIBS) $(CMOCKA_LIBS)
tests_unit_test_oom_SOURCES = tests/unit/test_oom.c tests/unit/oom.h \
	tests/lib/fake_host.c tests/lib/fake_host.h
tests_unit_test_oom_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/tests/lib \
	-I$(srcdir)/src/container
tests_unit_test_oom_LDFLAGS = $(AM_LDFLAGS) $(OOM_LINK)
tests_unit_test_oom_LDADD = $(SAKER_LIBS) $(FOREIGN_LIBS) $(CMOCKA_LIBS)
endif
