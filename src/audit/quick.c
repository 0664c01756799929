/* SPDX-License-Identifier: GPL-2.0-or-later */
/* quick.c - the records that are nearly all of the traffic, decoded in one
 * pass.
 *
 * Fields come in the kernel's order (kernel/auditsc.c: audit_log_exit(),
 * audit_log_task_info(), audit_log_name(), audit_log_execve_info()). Whatever
 * is not as expected, byte by byte, is left to the general scanner: here
 * nothing is guessed, so that both always agree.
 */
#include "quick.h"

#include <linux/audit.h>

#include "cursor.h"
#include "saker/audit/names.h"
#include "saker/base/limits.h"

static bool eat_ids(struct cursor *c, struct audit_syscall *s)
{
	return EAT(c, " auid=") && eat_id(c, &s->auid) && EAT(c, " uid=") &&
	       eat_id(c, &s->uid) && EAT(c, " gid=") && eat_id(c, &s->gid) &&
	       EAT(c, " euid=") && eat_id(c, &s->euid) && EAT(c, " suid=") &&
	       eat_id(c, &s->suid) && EAT(c, " fsuid=") &&
	       eat_id(c, &s->fsuid) && EAT(c, " egid=") &&
	       eat_id(c, &s->egid) && EAT(c, " sgid=") && eat_id(c, &s->sgid) &&
	       EAT(c, " fsgid=") && eat_id(c, &s->fsgid);
}

/* exit_group(2) has none. */
static inline bool eat_result(struct cursor *c, struct audit_syscall *s)
{
	s->success = EAT(c, " success=yes exit=");
	s->has_result = s->success || EAT(c, " success=no exit=");
	s->exit = 0;
	return !s->has_result || eat_signed(c, &s->exit);
}

/* The architecture of nearly all, and any other. */
static inline bool eat_arch(struct cursor *c, uint32_t *ret)
{
	uint64_t arch = AUDIT_ARCH_X86_64;

	if (!EAT(c, "arch=c000003e") &&
	    (!EAT(c, "arch=") || !eat_hex(c, 8, &arch)))
		return false;
	*ret = (uint32_t)arch;
	return true;
}

static inline bool eat_nr(struct cursor *c, struct decode_memo *memo,
                          struct audit_syscall *s)
{
	const struct known_call *known = NULL;
	const char *from = c->at;
	uint64_t word = 0;
	bool has_word = memo != NULL && load_eight(from, c->end, &word);

	if (has_word)
		known = memo_find_call(memo, s->arch, word);
	if (known != NULL) {
		c->at += known->len;
		s->nr = known->nr;
		s->name = known->name;
		s->call = known->call;
		return true;
	}
	if (!eat_int(c, &s->nr))
		return false;
	s->name = syscall_name(s->arch, s->nr);
	s->call = str_from(s->name);
	if (has_word && c->at - from < (ptrdiff_t)sizeof(word))
		memo_keep_call(memo, word, (unsigned)(c->at - from), s);
	return true;
}

static inline bool eat_call(struct cursor *c, struct decode_memo *memo,
                            struct audit_syscall *s)
{
	return eat_arch(c, &s->arch) && EAT(c, " syscall=") &&
	       eat_nr(c, memo, s) && eat_result(c, s) &&
	       EAT_REGISTER(c, " a0=", &s->a[0]) &&
	       EAT_REGISTER(c, " a1=", &s->a[1]) &&
	       EAT_REGISTER(c, " a2=", &s->a[2]) &&
	       EAT_REGISTER(c, " a3=", &s->a[3]) && EAT(c, " items=") &&
	       eat_count(c, &s->items) && EAT(c, " ppid=") &&
	       eat_int(c, &s->ppid) && EAT(c, " pid=") && eat_int(c, &s->pid);
}

/* From here on to the end the record tells who called. */
static bool eat_caller(struct cursor *c, struct arena *a,
                       struct audit_syscall *s)
{
	s->subj = STR_NONE;
	return eat_ids(c, s) && EAT(c, " tty=") && eat_text(c, a, &s->tty) &&
	       EAT(c, " ses=") && eat_id(c, &s->ses) && EAT(c, " comm=") &&
	       eat_text(c, a, &s->comm) && EAT(c, " exe=") &&
	       eat_text(c, a, &s->exe) &&
	       (!EAT(c, " subj=") || eat_label(c, &s->subj)) &&
	       EAT(c, " key=") && eat_text(c, a, &s->key) && c->at == c->end;
}

bool quick_syscall(const struct record *r, struct arena *a,
                   struct decode_memo *memo, struct audit_syscall *ret)
{
	struct cursor c = { r->body.s, r->body.s + r->body.len };
	struct str caller;

	if (!eat_call(&c, memo, ret))
		return false;
	ret->is_io_uring = false;
	ret->caller = 0;
	caller = str_span(c.at, c.end);
	if (memo != NULL && memo_find_caller(memo, caller, ret))
		return true;
	if (!eat_caller(&c, a, ret))
		return false;
	if (memo != NULL)
		memo_keep_caller(memo, caller, ret);
	return true;
}

/* audit_log_fcaps(), audit_log_cap() */
bool quick_caps(const struct record *r, uint64_t *ret)
{
	struct cursor c = { r->body.s, r->body.s + r->body.len };
	uint64_t n;

	return EAT(&c, "fver=") && eat_hex(&c, 8, &n) && EAT(&c, " fp=") &&
	       eat_hex(&c, 16, &n) && EAT(&c, " fi=") && eat_hex(&c, 16, &n) &&
	       EAT(&c, " fe=") && eat_hex(&c, 1, &n) &&
	       EAT_REGISTER(&c, " old_pp=", &n) &&
	       EAT_REGISTER(&c, " old_pi=", &n) &&
	       EAT_REGISTER(&c, " old_pe=", &n) &&
	       EAT_REGISTER(&c, " old_pa=", &n) &&
	       EAT_REGISTER(&c, " pp=", &ret[0]) &&
	       EAT_REGISTER(&c, " pi=", &ret[1]) &&
	       EAT_REGISTER(&c, " pe=", &ret[2]) && EAT(&c, " pa=") &&
	       eat_hex(&c, 16, &n) &&
	       (!EAT(&c, " frootid=") || eat_number(&c, &n)) && c.at == c.end;
}

static bool eat_nametype(struct cursor *c, struct audit_path *p)
{
	if (!EAT(c, " nametype="))
		return false;
	if (EAT(c, "NORMAL"))
		p->type = PATH_NORMAL;
	else if (EAT(c, "PARENT"))
		p->type = PATH_PARENT;
	else if (EAT(c, "CREATE"))
		p->type = PATH_CREATE;
	else if (EAT(c, "DELETE"))
		p->type = PATH_DELETE;
	else if (EAT(c, "UNKNOWN"))
		p->type = PATH_UNKNOWN;
	else
		return false;
	return true;
}

/* What few look at, and nothing else behind it. */
static bool eat_caps(struct cursor *c)
{
	uint64_t n;

	return EAT(c, " cap_fp=") && eat_hex(c, 16, &n) && EAT(c, " cap_fi=") &&
	       eat_hex(c, 16, &n) && EAT(c, " cap_fe=") && eat_hex(c, 1, &n) &&
	       EAT(c, " cap_fver=") && eat_hex(c, 8, &n) &&
	       (!EAT(c, " cap_frootid=") || eat_number(c, &n));
}

static bool eat_tail(struct cursor *c)
{
	return c->at == c->end ||
	       EAT(c,
	           " cap_fp=0 cap_fi=0 cap_fe=0 cap_fver=0 "
	           "cap_frootid=0") ||
	       eat_caps(c);
}

static bool eat_file(struct cursor *c, struct audit_path *p)
{
	struct str label;
	uint64_t mode;

	if (!EAT(c, " mode="))
		return true;
	if (!eat_oct(c, &mode) || mode > 0177777 || !EAT(c, " ouid=") ||
	    !eat_id(c, &p->ouid) || !EAT(c, " ogid=") || !eat_id(c, &p->ogid) ||
	    !EAT(c, " rdev=") || !eat_dev(c, &p->rdev))
		return false;
	p->has_mode = true;
	p->mode = (mode_t)mode;
	return !EAT(c, " obj=") || eat_label(c, &label);
}

/* From here on to the end the record tells what kind of file it is. */
static bool eat_path_end(struct cursor *c, struct decode_memo *memo,
                         struct audit_path *p)
{
	struct str end = str_span(c->at, c->end);

	if (memo != NULL && memo_find_path_end(memo, end, p))
		return true;
	*p = (struct audit_path){ .ouid = AUDIT_ID_UNSET,
		                  .ogid = AUDIT_ID_UNSET };
	if (!eat_file(c, p) || !eat_nametype(c, p) || !eat_tail(c) ||
	    c->at != c->end)
		return false;
	if (memo != NULL)
		memo_keep_path_end(memo, end, p);
	return true;
}

/* A device is followed by " mode=". */
static inline bool eat_known_dev(struct cursor *c, struct decode_memo *memo,
                                 uint64_t *ret)
{
	struct known_dev *known;
	const char *from = c->at;
	uint64_t word;

	if (memo == NULL || !load_eight(from, c->end, &word))
		return eat_dev(c, ret);
	known = &memo->devs[memo_place(word, DEVS)];
	if (known->word != word || known->len == 0) {
		if (!eat_dev(c, ret))
			return false;
		if (c->at - from < (ptrdiff_t)sizeof(word))
			*known = (struct known_dev){ word,
				                     (unsigned)(c->at - from),
				                     *ret };
		return true;
	}
	c->at += known->len;
	*ret = known->dev;
	return true;
}

static inline bool eat_file_id(struct cursor *c, struct decode_memo *memo,
                               struct file_id *ret)
{
	*ret = (struct file_id){ 0 };
	return !EAT(c, " inode=") ||
	       (eat_number(c, &ret->ino) && EAT(c, " dev=") &&
	        eat_known_dev(c, memo, &ret->dev));
}

bool quick_path(const struct record *r, struct arena *a,
                struct decode_memo *memo, struct audit_path *ret)
{
	struct cursor c = { r->body.s, r->body.s + r->body.len };
	struct file_id id;
	struct str name;
	const char *from;
	unsigned item;

	if (!EAT(&c, "item=") || !eat_count(&c, &item) || !EAT(&c, " name="))
		return false;
	from = c.at;
	if (!eat_text(&c, a, &name) || !eat_file_id(&c, memo, &id) ||
	    !eat_path_end(&c, memo, ret))
		return false;
	ret->item = item;
	ret->name = name;
	/* "(null)" is none, "(none)" is one */
	ret->has_name = name.s != NULL || from[2] != 'u';
	ret->id = id;
	return true;
}

/* Each argument takes at least " aN=x". */
#define ARGUMENT_BYTES 5u

/* " a7=", " a42=": the next number is known. */
static inline bool eat_argument_name(struct cursor *c, uint64_t i)
{
	const char *p = c->at;
	uint64_t number;

	if (has(c, ARGUMENT_BYTES) && bytes_same(p, " a", 2)) {
		if (i < 10 && p[2] == (char)('0' + i) && p[3] == '=') {
			c->at += 4;
			return true;
		}
		if (i >= 10 && i < 100 && p[2] == (char)('0' + i / 10) &&
		    p[3] == (char)('0' + i % 10) && p[4] == '=') {
			c->at += 5;
			return true;
		}
	}
	return EAT(c, " a") && eat_number(c, &number) && number == i &&
	       EAT(c, "=");
}

static inline bool eat_argument(struct cursor *c, struct arena *a, uint64_t i,
                                struct str *ret)
{
	return eat_argument_name(c, i) && eat_text(c, a, ret) && ret->s != NULL;
}

bool quick_execve(const struct record *r, struct arena *a,
                  struct audit_args *ret)
{
	struct cursor c = { r->body.s, r->body.s + r->body.len };
	struct audit_args args = { 0 };

	if (!EAT(&c, "argc=") || !eat_number(&c, &args.total) ||
	    args.total == 0 || args.total > LIMIT_ARGV ||
	    args.total > r->body.len / ARGUMENT_BYTES)
		return false;
	args.argc = (size_t)args.total;
	args.argv = arena_alloc(a, args.argc * sizeof(*args.argv));
	if (args.argv == NULL)
		return false;
	for (size_t i = 0; i < args.argc; i++)
		if (!eat_argument(&c, a, i, &args.argv[i]))
			return false;
	if (c.at != c.end)
		return false;
	*ret = args;
	return true;
}

bool quick_cwd(const struct record *r, struct arena *a, struct str *ret)
{
	struct cursor c = { r->body.s, r->body.s + r->body.len };
	struct str cwd;

	if (!EAT(&c, "cwd=") || !eat_text(&c, a, &cwd) || c.at != c.end)
		return false;
	*ret = cwd;
	return true;
}
