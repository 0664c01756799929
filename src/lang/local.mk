noinst_LIBRARIES += src/lang/liblang.a
src_lang_liblang_a_SOURCES = \
	src/lang/ast.c \
	src/lang/can_fire.c \
	src/lang/check.c \
	src/lang/event_types.c \
	src/lang/exception_text.c \
	src/lang/exceptions.c \
	src/lang/field_resolve.c \
	src/lang/files.c \
	src/lang/items.c \
	src/lang/lexer.c \
	src/lang/lexer.h \
	src/lang/lists.c \
	src/lang/macros.c \
	src/lang/override.c \
	src/lang/parse.h \
	src/lang/parse_check.c \
	src/lang/parse_term.c \
	src/lang/parser.c \
	src/lang/rule_files.c \
	src/lang/rules.c \
	src/lang/scalar.c \
	src/lang/scalar.h \
	src/lang/store.h \
	src/lang/terms.c \
	src/lang/terms.h \
	src/lang/text.c \
	src/lang/value_warnings.c \
	src/lang/uses.c \
	src/lang/values.c \
	src/lang/values.h \
	src/lang/version.c \
	src/lang/yaml.c

noinst_HEADERS += \
	include/saker/lang/ast.h \
	include/saker/lang/check.h \
	include/saker/lang/codes.def \
	include/saker/lang/event_types.h \
	include/saker/lang/keys.def \
	include/saker/lang/parser.h \
	include/saker/lang/rule_files.h \
	include/saker/lang/rules.h \
	include/saker/lang/text.h \
	include/saker/lang/yaml.h

if TESTS_ENABLED
check_PROGRAMS += tests/unit/test_parser
TESTS += tests/unit/test_parser
tests_unit_test_parser_SOURCES = tests/unit/test_parser.c tests/unit/falco_data.h
tests_unit_test_parser_LDADD = src/lang/liblang.a src/vm/libvm.a src/event/libevent_catalog.a \
	src/audit/libaudit_records.a src/base/libbase.a $(YAML_LIBS) $(PCRE2_LIBS) $(AUDIT_LIBS) \
	$(JANSSON_LIBS) $(CMOCKA_LIBS)
check_PROGRAMS += tests/unit/test_event_types
TESTS += tests/unit/test_event_types
tests_unit_test_event_types_SOURCES = tests/unit/test_event_types.c
tests_unit_test_event_types_LDADD = src/lang/liblang.a src/vm/libvm.a src/event/libevent_catalog.a \
	src/audit/libaudit_records.a src/base/libbase.a $(YAML_LIBS) $(PCRE2_LIBS) $(AUDIT_LIBS) \
	$(JANSSON_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += tests/unit/test_print
TESTS += tests/unit/test_print
tests_unit_test_print_SOURCES = tests/unit/test_print.c tests/unit/falco_data.h
tests_unit_test_print_LDADD = src/lang/liblang.a src/vm/libvm.a src/event/libevent_catalog.a \
	src/audit/libaudit_records.a src/base/libbase.a $(YAML_LIBS) $(PCRE2_LIBS) $(AUDIT_LIBS) \
	$(JANSSON_LIBS) $(CMOCKA_LIBS)
endif
