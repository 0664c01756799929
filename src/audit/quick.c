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

#include <sys/sysmacros.h>

#include "digits.h"
#include "saker/base/limits.h"

struct cursor {
	const char *at;
	const char *end;
};

#define EAT(c, literal) eat(c, literal, sizeof(literal) - 1)

static inline __attribute__((always_inline)) bool
eat(struct cursor *c, const char *literal, size_t n)
{
	if ((size_t)(c->end - c->at) < n || !bytes_same(c->at, literal, n))
		return false;
	c->at += n;
	return true;
}

/* Once in memory: a record has many, and what is copied for each of them does
 * not stay in the cache of instructions until the next one. */
static __attribute__((noinline)) bool eat_number(struct cursor *c,
                                                 uint64_t *ret)
{
	unsigned n = take_decimal(&c->at, c->end, ret);

	return n != 0 && n <= 18;
}

static inline bool eat_signed(struct cursor *c, int64_t *ret)
{
	bool is_negative = EAT(c, "-");
	uint64_t n;

	if (!eat_number(c, &n))
		return false;
	*ret = is_negative ? -(int64_t)n : (int64_t)n;
	return true;
}

static inline bool eat_int(struct cursor *c, int *ret)
{
	uint64_t n;

	if (!eat_number(c, &n) || n > INT32_MAX)
		return false;
	*ret = (int)n;
	return true;
}

static inline bool eat_id(struct cursor *c, uint32_t *ret)
{
	uint64_t n;

	/* auid and ses of all daemons, and the one long number of most
	 * records */
	if (EAT(c, "4294967295")) {
		*ret = AUDIT_ID_UNSET;
		return c->at < c->end && *c->at == ' ';
	}
	if (!eat_number(c, &n) || n > UINT32_MAX)
		return false;
	*ret = (uint32_t)n;
	return true;
}

/* The values of lower-case digits; 0xff for all else. */
static inline unsigned hex_value(char c)
{
	unsigned decimal = (unsigned)(unsigned char)c - '0';
	unsigned letter = (unsigned)(unsigned char)c - 'a';

	return decimal <= 9 ? decimal : letter <= 5 ? letter + 10 : 0xff;
}

static __attribute__((noinline)) bool eat_hex(struct cursor *c, unsigned most,
                                              uint64_t *ret)
{
	const char *from = c->at;
	uint64_t word, value = 0;
	unsigned n = 0, v;

	/* a pointer has twelve digits, a flag one */
	while (n < most && load_eight(c->at, c->end, &word)) {
		n = count_hex(word);
		if (n != 0)
			value = value << 4 * n | hex_of(word, n);
		c->at += n;
		if (n != sizeof(word))
			break;
		n = (unsigned)(c->at - from);
	}
	while (c->at < c->end && c->at - from <= (ptrdiff_t)most &&
	       (v = hex_value(*c->at)) != 0xff) {
		value = value << 4 | v;
		c->at++;
	}
	*ret = value;
	return c->at != from && c->at - from <= (ptrdiff_t)most;
}

static inline bool eat_oct(struct cursor *c, uint64_t *ret)
{
	const char *from = c->at;
	uint64_t n = 0;

	while (c->at < c->end && *c->at >= '0' && *c->at <= '7')
		n = n << 3 | (uint64_t)(*c->at++ - '0');
	*ret = n;
	return c->at != from && c->at - from <= 20;
}

/* Two digits on each side are what nearly all have: "fe:00". */
static inline bool eat_short_dev(struct cursor *c, uint64_t *ret)
{
	const char *p = c->at;
	unsigned v[4];

	if (c->end - p < 6 || p[2] != ':' || p[5] != ' ')
		return false;
	v[0] = hex_value(p[0]);
	v[1] = hex_value(p[1]);
	v[2] = hex_value(p[3]);
	v[3] = hex_value(p[4]);
	if ((v[0] | v[1] | v[2] | v[3]) > 0xf)
		return false;
	*ret = makedev(v[0] << 4 | v[1], v[2] << 4 | v[3]);
	c->at += 5;
	return true;
}

static inline bool eat_dev(struct cursor *c, uint64_t *ret)
{
	uint64_t high, low;

	if (eat_short_dev(c, ret))
		return true;
	if (!eat_hex(c, 8, &high) || !EAT(c, ":") || !eat_hex(c, 8, &low))
		return false;
	*ret = makedev((unsigned)high, (unsigned)low);
	return true;
}

/* A value up to the blank or the end: "quoted", or a word in which nothing asks
 * for the general scanner's care. */
static inline bool eat_value(struct cursor *c, struct str *ret)
{
	const char *from = c->at, *p = from;

	if (p < c->end && *p == '"') {
		p = memchr(p + 1, '"', (size_t)(c->end - p - 1));
		if (p == NULL)
			return false;
		p++;
	} else {
		while (p < c->end && *p != ' ' && *p != '=' && *p != '\'')
			p++;
		if (p == from || p[-1] == ',')
			return false;
	}
	if (p < c->end && *p != ' ')
		return false;
	c->at = p;
	*ret = str_span(from, p);
	return true;
}

static inline bool eat_text(struct cursor *c, struct arena *a, struct str *ret)
{
	struct str raw;

	return eat_value(c, &raw) && decode_string(a, raw, ret);
}

/* An old or a relabelled system's context may have several words. */
static inline bool eat_label(struct cursor *c, struct str *ret)
{
	return eat_value(c, ret) && (c->end - c->at < 2 || c->at[1] != '(');
}

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

static bool eat_result(struct cursor *c, struct audit_syscall *s)
{
	if (!EAT(c, " success="))
		return true; /* exit_group(2) has none */
	s->has_result = true;
	s->success = EAT(c, "yes");
	return (s->success || EAT(c, "no")) && EAT(c, " exit=") &&
	       eat_signed(c, &s->exit);
}

static bool eat_call(struct cursor *c, struct audit_syscall *s)
{
	uint64_t arch;
	int items;

	if (!EAT(c, "arch=") || !eat_hex(c, 8, &arch) || !EAT(c, " syscall=") ||
	    !eat_int(c, &s->nr) || !eat_result(c, s) || !EAT(c, " a0=") ||
	    !eat_hex(c, 16, &s->a[0]) || !EAT(c, " a1=") ||
	    !eat_hex(c, 16, &s->a[1]) || !EAT(c, " a2=") ||
	    !eat_hex(c, 16, &s->a[2]) || !EAT(c, " a3=") ||
	    !eat_hex(c, 16, &s->a[3]) || !EAT(c, " items=") ||
	    !eat_int(c, &items))
		return false;
	s->arch = (uint32_t)arch;
	s->items = (unsigned)items;
	return true;
}

/* From here on to the end the record tells who called. */
static bool eat_caller(struct cursor *c, struct arena *a,
                       struct audit_syscall *s)
{
	return eat_ids(c, s) && EAT(c, " tty=") && eat_text(c, a, &s->tty) &&
	       EAT(c, " ses=") && eat_id(c, &s->ses) && EAT(c, " comm=") &&
	       eat_text(c, a, &s->comm) && EAT(c, " exe=") &&
	       eat_text(c, a, &s->exe) &&
	       (!EAT(c, " subj=") || eat_label(c, &s->subj)) &&
	       EAT(c, " key=") && eat_text(c, a, &s->key) && c->at == c->end;
}

bool quick_syscall(const struct record *r, struct arena *a,
                   struct callers *callers, struct audit_syscall *ret)
{
	struct cursor c = { r->body.s, r->body.s + r->body.len };
	struct str caller;

	if (!eat_call(&c, ret) || !EAT(&c, " ppid=") ||
	    !eat_int(&c, &ret->ppid) || !EAT(&c, " pid=") ||
	    !eat_int(&c, &ret->pid))
		return false;
	caller = str_span(c.at, c.end);
	if (callers != NULL && callers_find(callers, caller, ret))
		return true;
	if (!eat_caller(&c, a, ret))
		return false;
	if (callers != NULL)
		callers_keep(callers, caller, ret);
	return true;
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

static bool eat_inode(struct cursor *c, struct audit_path *p)
{
	struct str label;
	uint64_t mode;

	if (!EAT(c, " inode="))
		return true;
	if (!eat_number(c, &p->id.ino) || !EAT(c, " dev=") ||
	    !eat_dev(c, &p->id.dev) || !EAT(c, " mode=") ||
	    !eat_oct(c, &mode) || mode > 0177777 || !EAT(c, " ouid=") ||
	    !eat_id(c, &p->ouid) || !EAT(c, " ogid=") || !eat_id(c, &p->ogid) ||
	    !EAT(c, " rdev=") || !eat_dev(c, &p->rdev))
		return false;
	p->has_mode = true;
	p->mode = (mode_t)mode;
	return !EAT(c, " obj=") || eat_label(c, &label);
}

bool quick_path(const struct record *r, struct arena *a, struct audit_path *ret)
{
	struct cursor c = { r->body.s, r->body.s + r->body.len };
	struct str raw;
	int item;

	if (!EAT(&c, "item=") || !eat_int(&c, &item) || !EAT(&c, " name=") ||
	    !eat_value(&c, &raw) || !decode_string(a, raw, &ret->name) ||
	    !eat_inode(&c, ret) || !eat_nametype(&c, ret) || !eat_tail(&c) ||
	    c.at != c.end)
		return false;
	ret->item = (unsigned)item;
	ret->has_name = !str_eq(raw, STR("(null)"));
	return true;
}

/* " a7=", " a42=": the next number is known. */
static bool eat_argument_name(struct cursor *c, uint64_t i)
{
	uint64_t number;

	if (i < 10 && c->end - c->at > 4 && c->at[2] == (char)('0' + i) &&
	    c->at[3] == '=' && bytes_same(c->at, " a", 2)) {
		c->at += 4;
		return true;
	}
	return EAT(c, " a") && eat_number(c, &number) && number == i &&
	       EAT(c, "=");
}

static bool eat_argument(struct cursor *c, struct arena *a, uint64_t i,
                         struct str *ret)
{
	return eat_argument_name(c, i) && eat_text(c, a, ret) && ret->s != NULL;
}

/* Each argument takes at least " aN=x". */
#define ARGUMENT_BYTES 5u

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
