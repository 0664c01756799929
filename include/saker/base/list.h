/* SPDX-License-Identifier: GPL-2.0-or-later */
/* list.h - intrusive doubly linked list. */
#ifndef SAKER_BASE_LIST_H
#define SAKER_BASE_LIST_H

#include <stdbool.h>
#include <stddef.h>

/* A list head is a node that points at itself while empty. */
struct list {
	struct list *next;
	struct list *prev;
};

#define container_of(ptr, type, member) \
	((type *)(void *)((char *)(ptr)-offsetof(type, member)))

static inline void list_init(struct list *l)
{
	l->next = l;
	l->prev = l;
}

static inline bool list_is_empty(const struct list *l)
{
	return l->next == l;
}

static inline void list_add_tail(struct list *head, struct list *node)
{
	node->prev = head->prev;
	node->next = head;
	head->prev->next = node;
	head->prev = node;
}

/* Leaves the node pointing at itself, so that a second removal is harmless. */
static inline void list_remove(struct list *node)
{
	node->prev->next = node->next;
	node->next->prev = node->prev;
	list_init(node);
}

#define list_for_each(pos, head) \
	for (struct list *pos = (head)->next; pos != (head); pos = pos->next)

#endif
