# The relay is a program of its own: it links nothing of saker.
sbin_PROGRAMS += audisp-saker
audisp_saker_SOURCES = \
	src/relay/link.c \
	src/relay/link.h \
	src/relay/main.c \
	src/relay/queue.c \
	src/relay/queue.h \
	src/relay/sandbox.c \
	src/relay/sandbox.h

noinst_HEADERS += include/saker/relay/protocol.h

pluginsdir = $(sysconfdir)/audit/plugins.d
plugins_DATA = src/relay/saker.conf
EXTRA_DIST += src/relay/saker.conf.in
CLEANFILES += src/relay/saker.conf

src/relay/saker.conf: $(srcdir)/src/relay/saker.conf.in Makefile
	$(AM_V_GEN)$(MKDIR_P) src/relay && $(SED) 's|@sbindir[@]|$(sbindir)|' \
		$(srcdir)/src/relay/saker.conf.in >$@

if TESTS_ENABLED
check_PROGRAMS += tests/unit/test_relay
TESTS += tests/unit/test_relay
tests_unit_test_relay_SOURCES = tests/unit/test_relay.c src/relay/link.c \
	src/relay/queue.c
tests_unit_test_relay_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/src/relay
tests_unit_test_relay_LDADD = $(CMOCKA_LIBS)
endif
