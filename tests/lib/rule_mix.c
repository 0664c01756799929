/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rule_mix.c - each kind of rule is a row; words are invented, but some are
 * such as every log has. */
#include "rule_mix.h"

#include "saker/base/array.h"

struct mix {
	struct buf *out;
	uint64_t seed;
};

/* xorshift64: the same rules on every machine. */
static size_t pick(struct mix *m, size_t n)
{
	m->seed ^= m->seed << 13;
	m->seed ^= m->seed >> 7;
	m->seed ^= m->seed << 17;
	return (size_t)(m->seed % n);
}

#define write_text(m, ...) buf_printf((m)->out, __VA_ARGS__)

static void say_word(struct mix *m)
{
	static const char *const syllables[] = {
		"ba",  "cur", "de", "fo",  "gra", "hel", "in",  "jo",
		"ka",  "lo",  "mi", "net", "or",  "po",  "qui", "ro",
		"sys", "tor", "um", "vol", "we",  "xm",  "yu",  "zen"
	};
	size_t count = 2 + pick(m, 3);

	for (size_t i = 0; i < count; i++)
		write_text(m, "%s", syllables[pick(m, COUNT(syllables))]);
}

static void say_name(struct mix *m)
{
	static const char *const common[] = { "sh",   "bash", "cat",
		                              "ls",   "curl", "python3",
		                              "runc", "nc",   "busybox",
		                              "mount" };

	if (pick(m, 12) == 0)
		write_text(m, "%s", common[pick(m, COUNT(common))]);
	else
		say_word(m);
}

static void say_dir(struct mix *m)
{
	static const char *const tops[] = {
		"/etc", "/usr/lib", "/var/lib", "/opt",       "/home",
		"/srv", "/var/log", "/run",     "/usr/share", "/root"
	};

	write_text(m, "%s/", tops[pick(m, COUNT(tops))]);
	say_word(m);
	if (pick(m, 2) == 0) {
		write_text(m, "/");
		say_word(m);
	}
}

typedef void say_fn(struct mix *m);

static void say_list(struct mix *m, say_fn *item, size_t most)
{
	size_t count = 2 + pick(m, most);

	write_text(m, "(");
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			write_text(m, ", ");
		item(m);
	}
	write_text(m, ")");
}

static void say_program(struct mix *m)
{
	write_text(m, "spawned and proc.name in ");
	say_list(m, say_name, 12);
}

static void say_child(struct mix *m)
{
	write_text(m,
	           "spawned and proc.pname in (mix_servers) and proc.name = ");
	say_name(m);
}

static void say_option(struct mix *m)
{
	write_text(m, "spawned and proc.name = ");
	say_name(m);
	write_text(m, " and (proc.args contains '--");
	say_word(m);
	write_text(m, "' or proc.args contains ' -%c ')",
	           (char)('a' + pick(m, 26)));
}

static void say_part(struct mix *m)
{
	write_text(m, "spawned and (proc.cmdline contains ");
	say_word(m);
	write_text(m, " or proc.cmdline icontains ");
	say_word(m);
	write_text(m, ")");
}

static void say_pattern(struct mix *m)
{
	write_text(m, "spawned and proc.cmdline regex '(?s).*(curl|wget) .*");
	say_word(m);
	write_text(m, "[.](com|org|net)/.*[.](sh|py|elf).*'");
}

static void say_encoded(struct mix *m)
{
	write_text(
		m,
		"spawned and container and proc.args regex '(.* )?-[a-z]*e .*");
	say_word(m);
	write_text(m, "[0-9a-f]{8,}.*' and not proc.pname in (mix_servers)");
}

static void say_parent(struct mix *m)
{
	write_text(m,
	           "spawned and proc.aname in (mix_servers) and proc.exepath "
	           "startswith ");
	say_dir(m);
	write_text(m, "/");
}

static void say_written(struct mix *m)
{
	write_text(m, "opened_to_write and fd.name startswith ");
	say_dir(m);
	write_text(m, "/ and not proc.name in ");
	say_list(m, say_name, 5);
}

static void say_below(struct mix *m)
{
	write_text(m, "opened_to_write and container and fd.name pmatch ");
	say_list(m, say_dir, 6);
}

static void say_files(struct mix *m)
{
	write_text(m, "opened_to_read and fd.name in ");
	say_list(m, say_dir, 10);
}

static void say_glob(struct mix *m)
{
	write_text(m, "opened_to_read and fd.name glob '/home/*/.");
	say_word(m);
	write_text(m, "/*_key'");
}

static void say_suffix(struct mix *m)
{
	write_text(m, "opened_to_write and fd.name endswith .");
	say_word(m);
}

static void say_file_pattern(struct mix *m)
{
	write_text(m, "opened_to_write and fd.name regex '");
	say_dir(m);
	write_text(m, "/[^/]+[.](so|bin|key)([.][0-9]+)?'");
}

static void say_address(struct mix *m)
{
	write_text(m, "connected and fd.sip = 10.%zu.%zu.%zu", pick(m, 256),
	           pick(m, 256), pick(m, 256));
}

static void say_port(struct mix *m)
{
	write_text(m,
	           "connected and container and fd.sport in (%zu, %zu) and "
	           "proc.name != ",
	           1024 + pick(m, 60000), 1024 + pick(m, 60000));
	say_name(m);
}

static void say_range(struct mix *m)
{
	size_t low = 20000 + pick(m, 40000);

	write_text(m,
	           "connected and fd.sport >= %zu and fd.sport < %zu and "
	           "proc.name = ",
	           low, low + 100);
	say_name(m);
}

static void say_changed(struct mix *m)
{
	write_text(
		m,
		"evt.type in (rename, renameat, renameat2, unlink, unlinkat, "
		"chmod, fchmodat) and evt.failed = false and fs.path.name "
		"startswith ");
	say_dir(m);
}

static void say_mount(struct mix *m)
{
	write_text(m,
	           "evt.type in (mount, umount2, setns, unshare, ptrace) and "
	           "container and proc.exepath = ");
	say_dir(m);
}

static void say_user(struct mix *m)
{
	write_text(m,
	           "evt.type in (setuid, setresuid, kill, execve, openat) and "
	           "user.uid = %zu and proc.pname = ",
	           1000 + pick(m, 60000));
	say_name(m);
}

static const struct kind {
	say_fn *write;
	unsigned share;
} kinds[] = {
	{ say_program, 12 },     { say_child, 8 },    { say_option, 9 },
	{ say_part, 8 },         { say_pattern, 5 },  { say_encoded, 2 },
	{ say_parent, 4 },       { say_written, 10 }, { say_below, 6 },
	{ say_files, 7 },        { say_glob, 3 },     { say_suffix, 3 },
	{ say_file_pattern, 3 }, { say_address, 4 },  { say_port, 3 },
	{ say_range, 2 },        { say_changed, 5 },  { say_mount, 3 },
	{ say_user, 3 },
};

static void say_condition(struct mix *m)
{
	size_t n = pick(m, 100);
	const struct kind *k = kinds;

	while (n >= k->share)
		n -= k++->share;
	k->write(m);
}

static void say_exceptions(struct mix *m)
{
	write_text(
		m,
		"  exceptions:\n    - name: known\n      fields: [proc.name, "
		"fd.name]\n      comps: [=, startswith]\n      values:\n");
	for (size_t i = 1 + pick(m, 3); i > 0; i--) {
		write_text(m, "        - [");
		say_word(m);
		write_text(m, ", ");
		say_dir(m);
		write_text(m, "]\n");
	}
}

static void say_rule(struct mix *m, size_t number)
{
	static const char *const priorities[] = { "CRITICAL", "ERROR",
		                                  "WARNING", "NOTICE", "INFO" };

	write_text(m, "- rule: Rule %zu\n  desc: Made up\n  condition: >\n    ",
	           number);
	say_condition(m);
	write_text(m,
	           "\n  output: >-\n    Rule %zu (process=%%proc.name command="
	           "%%proc.cmdline\n    file=%%fd.name user=%%user.name "
	           "container=%%container.id)\n  priority: %s\n"
	           "  tags: [mix, T%zu]\n",
	           number, priorities[pick(m, COUNT(priorities))],
	           1000 + pick(m, 600));
	if (pick(m, 5) == 0)
		say_exceptions(m);
}

void rule_mix_head(struct buf *out)
{
	struct mix m = { out, 0 };

	write_text(&m, "%s",
	           "- list: mix_servers\n"
	           "  items: [nginx, httpd, java, node, postgres, mysqld]\n"
	           "- macro: container\n  condition: (container.id != host)\n"
	           "- macro: spawned\n  condition: (evt.type in (execve, "
	           "execveat) and evt.failed = false)\n"
	           "- macro: opened_to_write\n  condition: (evt.type in (open, "
	           "openat, openat2, creat) and evt.is_open_write = true)\n"
	           "- macro: opened_to_read\n  condition: (evt.type in (open, "
	           "openat, openat2) and evt.is_open_read = true)\n"
	           "- macro: connected\n  condition: (evt.type in (connect, "
	           "sendto) and fd.type in (ipv4, ipv6))\n");
}

void rule_mix_rule(struct buf *out, size_t number)
{
	/* xorshift64 must not begin with 0, and near seeds begin alike */
	struct mix m = { out, (number + 1) * UINT64_C(0x9e3779b97f4a7c15) };

	for (size_t i = 0; i < 4; i++)
		pick(&m, 2);
	say_rule(&m, number);
}
