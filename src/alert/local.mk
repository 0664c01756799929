noinst_LIBRARIES += src/alert/libalert.a
src_alert_libalert_a_SOURCES = \
	src/alert/alert.c \
	src/alert/attack.c \
	src/alert/brief.c \
	src/alert/cef.def \
	src/alert/ecs.def \
	src/alert/format.c \
	src/alert/format.h \
	src/alert/format_cef.c \
	src/alert/format_ecs.c \
	src/alert/format_ocsf.c \
	src/alert/format_terminal.c \
	src/alert/formats.c \
	src/alert/json_tree.c \
	src/alert/ocsf.def \
	src/alert/render.c

noinst_HEADERS += \
	include/saker/alert/alert.h \
	include/saker/alert/formats.def \
	include/saker/alert/formats.h \
	include/saker/alert/render.h

if TESTS_ENABLED
check_PROGRAMS += tests/unit/test_alert
TESTS += tests/unit/test_alert
tests_unit_test_alert_SOURCES = tests/unit/test_alert.c tests/unit/oom.h
tests_unit_test_alert_LDFLAGS = $(AM_LDFLAGS) $(OOM_LINK)
tests_unit_test_alert_LDADD = src/alert/libalert.a src/vm/libvm.a \
	src/event/libevent_catalog.a src/base/libbase.a $(JANSSON_LIBS) $(CMOCKA_LIBS)
endif
