/* SPDX-License-Identifier: GPL-2.0-or-later */
/* settle.c - what a child has from its parent, as that was when it was forked:
 * looked up when the stream first speaks of the child, because the connector is
 * ahead of it. */
#include "tracking.h"

static void inherit_texts(struct process *p, const struct process *from)
{
	if (p->comm.s != NULL)
		return;
	p->uid = from->uid;
	p->euid = from->euid;
	p->gid = from->gid;
	p->auid = from->auid;
	p->ses = from->ses;
	p->exe_id = from->exe_id;
	process_share_texts(p, from);
}

static void inherit(struct process *p)
{
	const struct process *parent = p->parent;
	const struct process_private *from = parent->priv;
	bool before = p->priv->is_precise && from->changed_ns > p->start_ns;

	p->state = before ? from->old_state : parent->state;
	if (p->state == PROCESS_CONTAINER) {
		p->container = container_ref(parent->container);
		p->entered = parent->entered;
		posture_unref(p->priv->posture);
		p->priv->posture = posture_ref(from->posture);
		p->priv->drift = from->drift;
		p->priv->has_own_users = from->has_own_users;
	} else if (p->state == PROCESS_SETUP) {
		p->priv->session =
			session_ref(before ? from->old_session : from->session);
		/* What the runtime's first process did is not the child's. */
		if ((from->marks & MARK_MAIN) == 0)
			p->priv->marks = from->marks & ~(unsigned)MARK_EXECED;
	}
	if (!before)
		inherit_texts(p, parent);
}

/* Ancestors first; a loop, because chains may be long. */
void state_settle(void *arg, struct process *p)
{
	struct process *chain = NULL;

	(void)arg;
	for (; p != NULL && !p->priv->is_settled; p = p->parent) {
		p->priv->settle_next = chain;
		chain = p;
	}
	for (; chain != NULL; chain = chain->priv->settle_next) {
		chain->priv->is_settled = true;
		if (chain->parent != NULL)
			inherit(chain);
	}
}
