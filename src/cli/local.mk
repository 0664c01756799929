bin_PROGRAMS += saker
saker_SOURCES = \
	src/cli/audit_rules.c \
	src/cli/audit_rules.h \
	src/cli/audit_rules_print.c \
	src/cli/check.c \
	src/cli/check_json.c \
	src/cli/check_json.h \
	src/cli/cli.h \
	src/cli/config.c \
	src/cli/doctor.c \
	src/cli/doctor.h \
	src/cli/doctor_blind.c \
	src/cli/eval.c \
	src/cli/events.c \
	src/cli/explain.c \
	src/cli/explain.h \
	src/cli/explain_event.c \
	src/cli/explain_log.c \
	src/cli/explain_rule.c \
	src/cli/feed.c \
	src/cli/feed.h \
	src/cli/fields.c \
	src/cli/kernel_target.c \
	src/cli/kernel_target.h \
	src/cli/main.c \
	src/cli/options.c \
	src/cli/options.def \
	src/cli/progress.c \
	src/cli/progress.h \
	src/cli/replay.c \
	src/cli/rule_info.c \
	src/cli/rule_info.h \
	src/cli/rules.c \
	src/cli/run.c \
	src/cli/snapshot.c \
	src/cli/summary.c \
	src/cli/summary.h \
	src/cli/test.c \
	src/cli/test_coverage.c \
	src/cli/test_json.c \
	src/cli/test_report.h \
	src/cli/test_text.c \
	src/cli/verbs.def
saker_LDADD = $(SAKER_LIBS) $(FOREIGN_LIBS)
