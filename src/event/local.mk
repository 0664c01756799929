noinst_LIBRARIES += src/event/libevent.a
src_event_libevent_a_SOURCES = \
	src/event/acts.c \
	src/event/acts.h \
	src/event/event.c \
	src/event/flags.def \
	src/event/get.h \
	src/event/get_container.c \
	src/event/get_evt.c \
	src/event/get_mount.c \
	src/event/get_path.c \
	src/event/get_proc.c \
	src/event/get_user.c \
	src/event/path.c \
	src/event/path.h \
	src/event/syscalls.c \
	src/event/syscalls.def \
	src/event/syscalls.h \
	src/event/users.c

noinst_HEADERS += \
	include/saker/event/event.h \
	include/saker/event/users.h

if TESTS_ENABLED
check_PROGRAMS += tests/unit/test_event
TESTS += tests/unit/test_event
tests_unit_test_event_SOURCES = tests/unit/test_event.c
tests_unit_test_event_LDADD = src/alert/libalert.a src/engine/libengine.a \
	src/lang/liblang.a src/vm/libvm.a $(EVENT_LIBS) $(FOREIGN_LIBS) \
	$(CMOCKA_LIBS)
endif
