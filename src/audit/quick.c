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
#include <sys/sysmacros.h>

#include "digits.h"
#include "saker/audit/names.h"
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

static inline __attribute__((always_inline)) bool has(const struct cursor *c,
                                                      size_t n)
{
	return (size_t)(c->end - c->at) >= n;
}

static __attribute__((noinline)) bool eat_long_number(struct cursor *c,
                                                      uint64_t *ret)
{
	unsigned n = take_decimal(&c->at, c->end, ret);

	return n != 0 && n <= 18;
}

static inline __attribute__((always_inline)) bool eat_number(struct cursor *c,
                                                             uint64_t *ret)
{
	uint64_t word;
	unsigned n = 0;

	if (load_eight(c->at, c->end, &word))
		n = short_decimal(word, ret);
	c->at += n;
	return n != 0 || eat_long_number(c, ret);
}

/* Most often one digit, with a blank behind it. */
static inline bool eat_small(struct cursor *c, uint64_t *ret)
{
	unsigned digit;

	if (!has(c, 2) || c->at[1] != ' ')
		return eat_number(c, ret);
	digit = (unsigned)(unsigned char)*c->at++ - '0';
	*ret = digit;
	return digit <= 9;
}

static inline bool eat_signed(struct cursor *c, int64_t *ret)
{
	bool is_negative = EAT(c, "-");
	uint64_t n;

	if (!eat_small(c, &n))
		return false;
	*ret = is_negative ? -(int64_t)n : (int64_t)n;
	return true;
}

static inline __attribute__((always_inline)) bool eat_int(struct cursor *c,
                                                          int *ret)
{
	uint64_t n;

	if (!eat_number(c, &n) || n > INT32_MAX)
		return false;
	*ret = (int)n;
	return true;
}

static inline bool eat_count(struct cursor *c, unsigned *ret)
{
	uint64_t n;

	if (!eat_small(c, &n) || n > INT32_MAX)
		return false;
	*ret = (unsigned)n;
	return true;
}

static bool eat_id(struct cursor *c, uint32_t *ret)
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

static bool eat_hex(struct cursor *c, unsigned most, uint64_t *ret)
{
	const char *from = c->at;
	uint64_t value = 0;
	unsigned v;

	while (c->at < c->end && c->at - from <= (ptrdiff_t)most &&
	       (v = hex_value(*c->at)) != 0xff) {
		value = value << 4 | v;
		c->at++;
	}
	*ret = value;
	return c->at != from && c->at - from <= (ptrdiff_t)most;
}

/* name=HEX, before and behind which there is a block at least. */
#define EAT_REGISTER(c, name, ret) eat_register(c, name, sizeof(name) - 1, ret)

static inline __attribute__((always_inline)) bool
eat_register(struct cursor *c, const char *name, size_t len, uint64_t *ret)
{
	unsigned n;

	if (!has(c, len + BLOCK_BYTES) || !bytes_same(c->at, name, len))
		return false;
	c->at += len;
	n = count_until(c->at, ' ');
	c->at += n;
	return read_hex(c->at, n, ret);
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

/* The closing quote; NULL when there is none. */
static inline const char *find_quote(const char *p, const char *end)
{
	while (end - p >= (ptrdiff_t)BLOCK_BYTES) {
		unsigned n = count_until(p, '"');

		p += n;
		if (n < BLOCK_BYTES)
			return p;
	}
	return memchr(p, '"', (size_t)(end - p));
}

static inline bool eat_quoted(struct cursor *c, struct str *ret)
{
	const char *from = c->at + 1, *quote;

	if (c->at == c->end || *c->at != '"')
		return false;
	quote = find_quote(from, c->end);
	if (quote == NULL || (quote + 1 != c->end && quote[1] != ' '))
		return false;
	c->at = quote + 1;
	*ret = str_span(from, quote);
	return true;
}

/* Up to the blank or the end. */
static __attribute__((noinline)) bool eat_word(struct cursor *c,
                                               struct str *ret)
{
	const char *from = c->at, *p;

	if (from == c->end || *from == '"')
		return false;
	p = memchr(from, ' ', (size_t)(c->end - from));
	c->at = p != NULL ? p : c->end;
	*ret = str_span(from, c->at);
	return c->at != from;
}

/* Nothing in a word asks for the general scanner's care. */
static bool is_plain(struct str word)
{
	return word.s[word.len - 1] != ',' && str_find_byte(word, '=') < 0 &&
	       str_find_byte(word, '\'') < 0;
}

static __attribute__((noinline)) bool
eat_unquoted(struct cursor *c, struct arena *a, struct str *ret)
{
	struct str raw;

	return eat_word(c, &raw) && decode_string(a, raw, ret) &&
	       (ret->s != raw.s || is_plain(raw));
}

static inline bool eat_text(struct cursor *c, struct arena *a, struct str *ret)
{
	return eat_quoted(c, ret) || eat_unquoted(c, a, ret);
}

/* An old or a relabelled system's context may have several words. */
static inline bool eat_label(struct cursor *c, struct str *ret)
{
	return eat_word(c, ret) && is_plain(*ret) &&
	       (!has(c, 2) || c->at[1] != '(');
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

	if (!EAT(c, " dev="))
		return true;
	if (!eat_dev(c, &p->id.dev) || !EAT(c, " mode=") ||
	    !eat_oct(c, &mode) || mode > 0177777 || !EAT(c, " ouid=") ||
	    !eat_id(c, &p->ouid) || !EAT(c, " ogid=") || !eat_id(c, &p->ogid) ||
	    !EAT(c, " rdev=") || !eat_dev(c, &p->rdev))
		return false;
	p->has_mode = true;
	p->mode = (mode_t)mode;
	return !EAT(c, " obj=") || eat_label(c, &label);
}

/* From here on to the end the record tells what file it is. */
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

bool quick_path(const struct record *r, struct arena *a,
                struct decode_memo *memo, struct audit_path *ret)
{
	struct cursor c = { r->body.s, r->body.s + r->body.len };
	unsigned item;
	uint64_t inode = 0;
	const char *from;
	struct str name;

	if (!EAT(&c, "item=") || !eat_count(&c, &item) || !EAT(&c, " name="))
		return false;
	from = c.at;
	if (!eat_text(&c, a, &name) ||
	    (EAT(&c, " inode=") && !eat_number(&c, &inode)) ||
	    !eat_path_end(&c, memo, ret))
		return false;
	ret->item = item;
	ret->name = name;
	/* "(null)" is none, "(none)" is one */
	ret->has_name = name.s != NULL || from[2] != 'u';
	ret->id.ino = inode;
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
