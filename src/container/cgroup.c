/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cgroup.c - /proc/PID/cgroup (cgroups(7)) -> container id and runtime. */
#include "saker/container/cgroup.h"

enum id_form {
	ID_HEX64,
	ID_TASK,
	ID_NAME
};

enum row_kind {
	ROW_HELPER,
	ROW_PREFIX,
	ROW_BELOW,
	ROW_MACHINE
};

struct row {
	enum row_kind kind;
	struct str key;
	struct str suffix;
	enum id_form form;
	enum cgroup_role role;
	struct str runtime;
};

static const struct row rows[] = {
#define CGROUP_HELPER(prefix) { .kind = ROW_HELPER, .key = STR_INIT(prefix) },
#define CGROUP_PREFIX(prefix, id, name) \
	{ .kind = ROW_PREFIX,           \
	  .key = STR_INIT(prefix),      \
	  .form = ID_##id,              \
	  .role = CGROUP_CONTAINER,     \
	  .runtime = STR_INIT(name) },
#define CGROUP_BELOW(parent, id, name) \
	{ .kind = ROW_BELOW,           \
	  .key = STR_INIT(parent),     \
	  .form = ID_##id,             \
	  .role = CGROUP_CONTAINER,    \
	  .runtime = STR_INIT(name) },
#define CGROUP_MACHINE(prefix, end, is, name) \
	{ .kind = ROW_MACHINE,                \
	  .key = STR_INIT(prefix),            \
	  .suffix = STR_INIT(end),            \
	  .form = ID_NAME,                    \
	  .role = CGROUP_##is,                \
	  .runtime = STR_INIT(name) },
#include "saker/container/cgroup_names.def"
#undef CGROUP_HELPER
#undef CGROUP_PREFIX
#undef CGROUP_BELOW
#undef CGROUP_MACHINE
};

/* What the directories above the one looked at have told. */
struct walk {
	struct cgroup_facts *facts;
	struct cgroup_facts outer; /* as before the innermost machine */
	struct str path;
	struct str parent;
	size_t level;
	bool below_kubepods;
	bool below_ecs;
	bool at_machine;   /* the parent is a machine's unit */
	struct str *chain; /* ids by depth; NULL = not asked for */
	size_t max_chain;
};

static bool is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

static size_t hex_length(struct str v)
{
	size_t n = 0;

	while (n < v.len && is_hex(v.s[n]))
		n++;
	return n;
}

static bool is_hex64(struct str v)
{
	return v.len == 64 && hex_length(v) == 64;
}

static bool is_unit(struct str v)
{
	return str_has_suffix(v, STR(".slice")) ||
	       str_has_suffix(v, STR(".service")) ||
	       str_has_suffix(v, STR(".scope"));
}

static bool has_form(struct str v, enum id_form form)
{
	uint64_t number;

	switch (form) {
	case ID_HEX64:
		return is_hex64(v);
	case ID_TASK:
		return v.len > 33 && hex_length(v) == 32 && v.s[32] == '-' &&
		       str_to_u64(str_skip(v, 33), 10, &number);
	case ID_NAME:
	default:
		return v.len != 0 && !is_unit(v);
	}
}

static struct str without(struct str v, struct str suffix)
{
	return str_has_suffix(v, suffix) ? str_take(v, v.len - suffix.len) : v;
}

static void found(struct walk *w, enum cgroup_role role, struct str id,
                  struct str runtime)
{
	struct cgroup_facts *f = w->facts;

	if (role == CGROUP_CONTAINER && f->depth++ < w->max_chain)
		w->chain[f->depth - 1] = id;
	f->role = role;
	f->id = role == CGROUP_VM ? STR_NONE : id;
	f->runtime = runtime;
	f->own_path = str_span(w->path.s, w->parent.s + w->parent.len);
}

/* "kubepods-besteffort-podUID.slice", "kubelet-kubepods-podUID.slice",
 * "podUID": the part behind pod, of 32 (static pods) or 36 characters. */
static struct str pod_uid(struct str name)
{
	struct str v = without(name, STR(".slice"));

	for (size_t n = 32; n <= 36; n += 4) {
		struct str uid = str_skip(v, v.len > n ? v.len - n : v.len);
		struct str head = str_take(v, v.len - uid.len);
		size_t ok = 0;

		while (ok < uid.len && (is_hex(uid.s[ok]) || uid.s[ok] == '-' ||
		                        uid.s[ok] == '_'))
			ok++;
		if (ok == n && str_has_suffix(head, STR("pod")) &&
		    (head.len == 3 || head.s[head.len - 4] == '-'))
			return uid;
	}
	return STR_NONE;
}

static bool match_row(struct walk *w, const struct row *r, struct str above,
                      struct str name)
{
	struct str id = without(name, STR(".scope"));

	switch (r->kind) {
	case ROW_HELPER:
		return str_has_prefix(name, r->key);
	case ROW_BELOW:
		if (!str_eq(above, r->key) || !has_form(name, r->form))
			return false;
		found(w, r->role, name, r->runtime);
		return true;
	case ROW_PREFIX:
		if (!str_has_prefix(id, r->key) ||
		    !has_form(str_skip(id, r->key.len), r->form))
			return false;
		found(w, r->role, str_skip(id, r->key.len), r->runtime);
		return true;
	case ROW_MACHINE:
	default:
		if (!str_eq(above, STR("machine.slice")) ||
		    !str_has_prefix(name, r->key) ||
		    !str_has_suffix(name, r->suffix) ||
		    name.len <= r->key.len + r->suffix.len)
			return false;
		w->outer = *w->facts;
		w->at_machine = true;
		found(w, r->role,
		      without(str_skip(name, r->key.len), r->suffix),
		      r->runtime);
		return true;
	}
}

/* runc's cgroupsPath in systemd form, "slice:prefix:id", taken for a directory
 * name by its cgroupfs driver. */
static bool match_colons(struct walk *w, struct str name)
{
	ptrdiff_t last = str_find_last_byte(name, ':');
	struct str head, id, prefix;

	if (last < 0)
		return false;
	head = str_take(name, (size_t)last);
	id = str_skip(name, (size_t)last + 1);
	last = str_find_last_byte(head, ':');
	if (last < 0 || !is_hex64(id))
		return false;
	prefix = str_skip(head, (size_t)last + 1);
	w->facts->pod_uid = pod_uid(str_take(head, (size_t)last));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].kind != ROW_PREFIX ||
		    rows[i].key.len != prefix.len + 1 ||
		    !str_has_prefix(rows[i].key, prefix))
			continue;
		found(w, CGROUP_CONTAINER, id, rows[i].runtime);
		return true;
	}
	found(w, CGROUP_CONTAINER, id, STR_NONE);
	return true;
}

/* Ids that are known by what stands above them, at any distance. */
static bool match_bare_id(struct walk *w, struct str above, struct str name)
{
	if (w->below_ecs && (is_hex64(name) || has_form(name, ID_TASK))) {
		found(w, CGROUP_CONTAINER, name, STR("ecs"));
		return true;
	}
	/* containerd's ctr: NAMESPACE/ID at the top. */
	if (w->level == 1 && str_eq(above, STR("default")) &&
	    has_form(name, ID_NAME)) {
		found(w, CGROUP_CONTAINER, name, STR("containerd"));
		return true;
	}
	/* kubelet's cgroupfs driver, or --cgroup-parent: which runtime it is,
	 * the path does not say. */
	if (is_hex64(name)) {
		found(w, CGROUP_CONTAINER, name,
		      w->below_kubepods ? STR("kubernetes") : STR_NONE);
		return true;
	}
	return false;
}

static bool match_pod(struct walk *w, struct str name)
{
	struct str uid = pod_uid(name);

	if (str_find(name, STR("kubepods")) >= 0)
		w->below_kubepods = true;
	if (str_eq(name, STR("ecs")))
		w->below_ecs = true;
	if (w->below_kubepods && uid.len != 0) {
		found(w, CGROUP_POD, STR_NONE, STR("kubernetes"));
		w->facts->pod_uid = uid;
		return true;
	}
	if (str_find(name, STR("libpod_pod_")) >= 0) {
		found(w, CGROUP_POD, STR_NONE, STR("podman"));
		return true;
	}
	return false;
}

static void judge(struct walk *w, struct str above, struct str name)
{
	/* systemd-nspawn splits its unit: itself, and the container. */
	if (w->at_machine && str_eq(name, STR("supervisor")))
		*w->facts = w->outer;
	w->at_machine = false;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (match_row(w, &rows[i], above, name))
			return;
	if (match_colons(w, name) || match_bare_id(w, above, name))
		return;
	match_pod(w, name);
}

static void parse(struct walk *w, struct str path)
{
	struct str rest, name, above = STR_NONE;

	path = without(path, STR(" (deleted)"));
	*w->facts = (struct cgroup_facts){ .path = path, .own_path = path };
	w->path = path;
	rest = path;
	while (str_split(&rest, '/', &name)) {
		/* "/../.." is a reader in another cgroup namespace. */
		if (name.len == 0 || str_eq(name, STR("..")))
			continue;
		w->parent = name;
		judge(w, above, name);
		above = name;
		w->level++;
	}
	/* Before systemd split it, the unit's own directory held the manager
	 * of the container, not the container. */
	if (w->at_machine && str_has_suffix(above, STR(".service")))
		*w->facts = w->outer;
	if (w->facts->role == CGROUP_HOST)
		w->facts->own_path = path;
}

void cgroup_parse_path(struct str path, struct cgroup_facts *ret)
{
	struct walk w = { .facts = ret };

	parse(&w, path);
}

size_t cgroup_chain(struct str path, struct str *ret_ids, size_t max)
{
	struct cgroup_facts facts;
	struct walk w = { .facts = &facts, .chain = ret_ids, .max_chain = max };

	parse(&w, path);
	return facts.depth < max ? facts.depth : max;
}

/* Whose directory stands for the cgroup: v2's, then what is never shared. */
static unsigned controller_rank(struct str controller)
{
	if (controller.len == 0)
		return 3;
	if (str_eq(controller, STR("pids")))
		return 2;
	return str_eq(controller, STR("name=systemd")) ? 1 : 0;
}

static bool is_better(const struct cgroup_facts *a,
                      const struct cgroup_facts *b)
{
	unsigned rank_a = controller_rank(a->controller);
	unsigned rank_b = controller_rank(b->controller);

	if (a->role != b->role)
		return a->role > b->role;
	if (a->depth != b->depth)
		return a->depth > b->depth;
	/* In hybrid mode the v2 line of a host process is often "/". */
	return rank_a > rank_b;
}

void cgroup_parse(struct str text, struct cgroup_facts *ret)
{
	struct cgroup_facts best = { 0 }, one;
	struct str line, number, controller;

	while (str_split(&text, '\n', &line)) {
		if (!str_split(&line, ':', &number) ||
		    !str_split(&line, ':', &controller) || line.len == 0)
			continue;
		cgroup_parse_path(line, &one);
		one.controller = controller;
		if (best.path.len == 0 || is_better(&one, &best))
			best = one;
	}
	*ret = best;
}

void cgroup_unescape(struct str name, struct buf *out)
{
	for (size_t i = 0; i < name.len; i++) {
		int high = -1, low = -1;

		if (name.s[i] == '\\' && name.len - i >= 4 &&
		    name.s[i + 1] == 'x') {
			high = hex_digit_lower(name.s[i + 2]);
			low = hex_digit_lower(name.s[i + 3]);
		}
		if (high < 0 || low < 0) {
			buf_add_byte(out, name.s[i]);
			continue;
		}
		buf_add_byte(out, (char)(high * 16 + low));
		i += 3;
	}
}
