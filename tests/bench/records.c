/* SPDX-License-Identifier: GPL-2.0-or-later */
/* records.c - formats of kernel/auditsc.c, audit_log_exit(), and auditd's
 * enrichment behind the byte 0x1D. */
#include "records.h"

#include "saker/base/array.h"

#define UNSET UINT32_MAX
/* MAX_EXECVE_AUDIT_LEN: a longer record is followed by another. */
#define EXECVE_BYTES 7500u

static void head(struct event_writer *w, const char *type)
{
	if (w->node != NULL)
		buf_printf(&w->text, "node=%s ", w->node);
	buf_printf(&w->text, "type=%s msg=audit(%llu.%03u:%llu): ", type,
	           (unsigned long long)w->sec, w->ms,
	           (unsigned long long)w->serial);
}

static void end(struct event_writer *w)
{
	buf_add_byte(&w->text, '\n');
}

static const char *account(unsigned id)
{
	return id == UNSET  ? "unset"
	       : id == 0    ? "root"
	       : id == 33   ? "www-data"
	       : id == 1000 ? "builder"
	                    : "unknown";
}

static void enrich_ids(struct event_writer *w, const struct task *t)
{
	static const char *const users[] = { "UID",   "GID",  "EUID", "SUID",
		                             "FSUID", "EGID", "SGID", "FSGID" };

	buf_printf(&w->text, " AUID=\"%s\"", account(t->auid));
	for (size_t i = 0; i < COUNT(users); i++)
		buf_printf(&w->text, " %s=\"%s\"", users[i], account(t->uid));
}

static void syscall_record(struct event_writer *w, const struct task *t,
                           const struct call *c)
{
	head(w, "SYSCALL");
	buf_printf(&w->text,
	           "arch=c000003e syscall=%d success=%s exit=%lld a0=%llx "
	           "a1=%llx a2=%llx a3=%llx items=%u ppid=%d pid=%d auid=%u ",
	           c->number, c->exit < 0 ? "no" : "yes", (long long)c->exit,
	           (unsigned long long)c->a[0], (unsigned long long)c->a[1],
	           (unsigned long long)c->a[2], (unsigned long long)c->a[3],
	           c->nobjects, t->ppid, t->pid, t->auid);
	buf_printf(&w->text,
	           "uid=%u gid=%u euid=%u suid=%u fsuid=%u egid=%u sgid=%u "
	           "fsgid=%u tty=%s ses=%u comm=\"%s\" exe=\"%s\" ",
	           t->uid, t->uid, t->uid, t->uid, t->uid, t->uid, t->uid,
	           t->uid, t->auid == UNSET ? "(none)" : "pts0", t->ses,
	           t->comm, t->exe);
	if (c->key != NULL)
		buf_printf(&w->text, "key=\"%s\"", c->key);
	else
		buf_printf(&w->text, "key=(null)");
	if (w->is_enriched) {
		buf_printf(&w->text,
		           "\x1d"
		           "ARCH=x86_64 SYSCALL=%s",
		           c->name);
		enrich_ids(w, t);
	}
	end(w);
}

static void argument(struct buf *b, unsigned n, const char *text)
{
	if (strpbrk(text, " \"") == NULL) {
		buf_printf(b, " a%u=\"%s\"", n, text);
		return;
	}
	buf_printf(b, " a%u=", n);
	for (; *text != '\0'; text++)
		buf_printf(b, "%02X", (unsigned)(unsigned char)*text);
}

static void execve_records(struct event_writer *w, const struct call *c)
{
	size_t from = w->text.len;

	head(w, "EXECVE");
	buf_printf(&w->text, "argc=%u", c->argc);
	for (unsigned i = 0; i < c->argc; i++) {
		if (w->text.len - from > EXECVE_BYTES) {
			end(w);
			from = w->text.len;
			head(w, "EXECVE");
		}
		argument(&w->text, i, c->argv[i]);
	}
	end(w);
}

static void path_record(struct event_writer *w, const struct object *o,
                        unsigned item)
{
	static const char *const types[] = { "NORMAL", "PARENT", "CREATE",
		                             "DELETE" };

	head(w, "PATH");
	buf_printf(&w->text, "item=%u name=\"%s\" ", item, o->name);
	if (o->inode != 0)
		buf_printf(&w->text,
		           "inode=%llu dev=%s mode=0%o ouid=0 ogid=0 "
		           "rdev=%s ",
		           (unsigned long long)o->inode, o->dev, o->mode,
		           o->rdev != NULL ? o->rdev : "00:00");
	buf_printf(&w->text,
	           "nametype=%s cap_fp=0 cap_fi=0 cap_fe=0 cap_fver=0 "
	           "cap_frootid=0",
	           types[o->nametype]);
	if (w->is_enriched && o->inode != 0)
		buf_printf(&w->text,
		           "\x1d"
		           "OUID=\"root\" OGID=\"root\"");
	end(w);
}

static void proctitle(struct event_writer *w, const struct task *t)
{
	head(w, "PROCTITLE");
	buf_printf(&w->text, "proctitle=");
	for (const char *c = t->argv0; *c != '\0'; c++)
		buf_printf(&w->text, "%02X",
		           *c == ' ' ? 0 : (unsigned)(unsigned char)*c);
	end(w);
}

static void fcaps(struct event_writer *w)
{
	head(w, "BPRM_FCAPS");
	buf_printf(&w->text,
	           "fver=0 fp=0 fi=0 fe=0 old_pp=00000000a80425fb old_pi=0 "
	           "old_pe=00000000a80425fb old_pa=0 pp=00000000a80425fb pi=0 "
	           "pe=00000000a80425fb pa=0 frootid=0");
	end(w);
}

static void sockaddr(struct event_writer *w, const struct call *c)
{
	head(w, "SOCKADDR");
	buf_printf(&w->text, "saddr=%s", c->saddr);
	if (w->is_enriched)
		buf_printf(&w->text, "\x1dSADDR={ %s }", c->saddr_text);
	end(w);
}

void write_call(struct event_writer *w, const struct task *t,
                const struct call *c)
{
	syscall_record(w, t, c);
	if (c->argc != 0 && t->uid == 0 && t->auid == UNSET)
		fcaps(w);
	if (c->argc != 0)
		execve_records(w, c);
	if (c->saddr != NULL)
		sockaddr(w, c);
	if (c->oflag != 0) {
		head(w, "OPENAT2");
		buf_printf(&w->text, "oflag=0%o mode=00 resolve=0xa\n",
		           c->oflag);
	}
	if (c->nobjects != 0) {
		head(w, "CWD");
		buf_printf(&w->text, "cwd=\"%s\"\n", t->cwd);
	}
	for (unsigned i = 0; i < c->nobjects; i++)
		path_record(w, &c->objects[i], i);
	proctitle(w, t);
	if (w->has_eoe) {
		head(w, "EOE");
		end(w);
	}
}

void write_message(struct event_writer *w, const struct task *t,
                   const char *type, const char *text)
{
	head(w, type);
	buf_printf(&w->text,
	           "pid=%d uid=%u auid=%u ses=%u msg='%s exe=\"%s\" "
	           "hostname=? addr=? terminal=%s res=success'",
	           t->pid, t->uid, t->auid, t->ses, text, t->exe,
	           t->auid == UNSET ? "?" : "/dev/pts/0");
	if (w->is_enriched)
		buf_printf(&w->text, "\x1dUID=\"%s\" AUID=\"%s\"",
		           account(t->uid), account(t->auid));
	end(w);
}
