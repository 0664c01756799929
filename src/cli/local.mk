bin_PROGRAMS += saker
saker_SOURCES = \
	src/cli/ask.c \
	src/cli/ask.h \
	src/cli/audit_rules.c \
	src/cli/audit_rules.h \
	src/cli/audit_rules_print.c \
	src/cli/check.c \
	src/cli/check_json.c \
	src/cli/check_json.h \
	src/cli/cli.h \
	src/cli/completion.c \
	src/cli/config.c \
	src/cli/config_show.c \
	src/cli/doctor.c \
	src/cli/doctor.h \
	src/cli/doctor_auditd.c \
	src/cli/doctor_blind.c \
	src/cli/doctor_host.c \
	src/cli/doctor_tiers.c \
	src/cli/doctor_kernel.c \
	src/cli/doctor_running.c \
	src/cli/enable.c \
	src/cli/enable.h \
	src/cli/enable_auditd.c \
	src/cli/enable_files.c \
	src/cli/enable_plugin.c \
	src/cli/enable_rules.c \
	src/cli/enable_service.c \
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
	src/cli/help.c \
	src/cli/main.c \
	src/cli/options.c \
	src/cli/options.def \
	src/cli/progress.c \
	src/cli/progress.h \
	src/cli/release.c \
	src/cli/reload.c \
	src/cli/replay.c \
	src/cli/rule_info.c \
	src/cli/rule_info.h \
	src/cli/rules.c \
	src/cli/run.c \
	src/cli/snapshot.c \
	src/cli/status.c \
	src/cli/summary.c \
	src/cli/summary.h \
	src/cli/test.c \
	src/cli/test_coverage.c \
	src/cli/test_json.c \
	src/cli/test_report.h \
	src/cli/test_text.c \
	src/cli/verbs.def
saker_CPPFLAGS = $(AM_CPPFLAGS) -DSBINDIR='"$(sbindir)"'
saker_LDFLAGS = $(LINK_FLAGS) $(LTO_LDFLAGS)
saker_LDADD = $(SAKER_LIBS) $(FOREIGN_LIBS)
