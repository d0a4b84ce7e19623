/* SPDX-License-Identifier: EUPL-1.2 */
/* metrics - OpenMetrics text, and the figures of the spool. */
#include "control/metrics.h"

#include <inttypes.h>

#include "base/mem.h"

#define TEXT_MOST (256UL * 1024)
#define PREFIX "depesche_"

void control_metrics_begin(struct control_metrics *m)
{
	buf_init(&m->text, TEXT_MOST);
}

void control_metrics_family(struct control_metrics *m, const char *name, enum control_metrics_type type,
			    const char *unit, const char *help)
{
	m->family = name;
	m->type = type;
	buf_printf(&m->text, "# TYPE " PREFIX "%s %s\n", name, type == CONTROL_COUNTER ? "counter" : "gauge");
	if (unit != NULL)
		buf_printf(&m->text, "# UNIT " PREFIX "%s %s\n", name, unit);
	buf_printf(&m->text, "# HELP " PREFIX "%s %s\n", name, help);
}

static const char *suffix(const struct control_metrics *m)
{
	return m->type == CONTROL_COUNTER ? "_total" : "";
}

static void begin_sample(struct control_metrics *m, const char *label, const char *name)
{
	buf_printf(&m->text, PREFIX "%s%s", m->family, suffix(m));
	if (label != NULL)
		buf_printf(&m->text, "{%s=\"%s\"}", label, name);
}

void control_metrics_sample(struct control_metrics *m, const char *label, const char *name, int64_t value)
{
	begin_sample(m, label, name);
	buf_printf(&m->text, " %" PRId64 "\n", value);
}

void control_metrics_seconds(struct control_metrics *m, const char *label, const char *name, int64_t ms)
{
	int64_t size = ms < 0 ? -ms : ms;

	begin_sample(m, label, name);
	buf_printf(&m->text, " %s%" PRId64 ".%03d\n", ms < 0 ? "-" : "", size / 1000, (int)(size % 1000));
}

void control_metrics_one(struct control_metrics *m, const char *name, enum control_metrics_type type, const char *unit,
			 const char *help, int64_t value)
{
	control_metrics_family(m, name, type, unit, help);
	control_metrics_sample(m, NULL, NULL, value);
}

int control_metrics_end(struct control_metrics *m, struct err *e)
{
	buf_puts(&m->text, "# EOF\n");
	return buf_check(&m->text, "metrics", e);
}

void control_metrics_fini(struct control_metrics *m)
{
	buf_fini(&m->text);
}

static void queue(struct control_metrics *m, const struct spool_stats *s)
{
	control_metrics_family(m, "deliveries", CONTROL_GAUGE, NULL, "Deliveries in the spool, by state.");
	for (int st = 0; st < DLV_STATES; st++)
		control_metrics_sample(m, "state", delivery_state_name((enum delivery_state)st),
				       (int64_t)s->deliveries[st]);
	control_metrics_family(m, "delayed_deliveries", CONTROL_GAUGE, NULL,
			       "Deliveries that are held up or late, by reason.");
	for (int r = RSN_NONE + 1; r < RSN_COUNT; r++)
		control_metrics_sample(m, "reason", reason_info((enum reason)r)->key, (int64_t)s->reasons[r]);
	control_metrics_family(m, "delayed_owner_deliveries", CONTROL_GAUGE, NULL, "The same, by who has to act.");
	for (int o = OWNER_NOBODY; o <= OWNER_INTERMEDIARY; o++) {
		uint64_t n = 0;

		for (int r = RSN_NONE + 1; r < RSN_COUNT; r++)
			n += (int)reason_info((enum reason)r)->owner == o ? s->reasons[r] : 0;
		control_metrics_sample(m, "owner", reason_owner_name((enum reason_owner)o, 0), (int64_t)n);
	}
	control_metrics_one(m, "unfetched_deliveries", CONTROL_GAUGE, NULL,
			    "Deliveries stored and followed, but not fetched yet.", (int64_t)s->followed);
	control_metrics_one(m, "uncollected_deliveries", CONTROL_GAUGE, NULL, "Those of them that are late.",
			    (int64_t)s->late);
}

static void messages(struct control_metrics *m, const struct spool_stats *s)
{
	control_metrics_family(m, "messages", CONTROL_GAUGE, NULL,
			       "Messages in the spool, by kind; erased ones count.");
	for (int k = 0; k < (int)ARRAY_LEN(s->messages); k++)
		control_metrics_sample(m, "kind", spool_kind_name((enum spool_kind)k), (int64_t)s->messages[k]);
	control_metrics_family(m, "events", CONTROL_COUNTER, NULL,
			       "What happened to messages and deliveries since the start.");
	for (int k = 0; k < SPOOL_EV_KINDS; k++)
		control_metrics_sample(m, "event", spool_event_name((enum spool_event_kind)k), (int64_t)s->events[k]);
}

void control_metrics_of_spool(struct control_metrics *m, struct spool *s, const struct spool_stats *stats, int64_t now)
{
	enum reason why;

	queue(m, stats);
	messages(m, stats);
	control_metrics_family(m, "oldest_delivery_age_seconds", CONTROL_GAUGE, "seconds",
			       "Age of the oldest delivery that is not final; 0: none waits.");
	control_metrics_seconds(m, NULL, NULL, stats->oldest_waiting == 0 ? 0 : now - stats->oldest_waiting);
	control_metrics_one(m, "damaged_records", CONTROL_GAUGE, NULL,
			    "Records that cannot be read and were set aside.", (int64_t)stats->damaged);
	control_metrics_one(m, "accepting", CONTROL_GAUGE, NULL, "1: new messages are accepted.",
			    spool_accepting(s, &why));
	control_metrics_one(m, "spool_dead", CONTROL_GAUGE, NULL, "1: the spool has failed and the daemon ends.",
			    spool_is_dead(s));
	control_metrics_one(m, "spool_bytes", CONTROL_GAUGE, "bytes", "What the spool takes of the disk.",
			    (int64_t)stats->bytes_used);
	control_metrics_one(m, "disk_free_bytes", CONTROL_GAUGE, "bytes", "What the disk of the spool has left.",
			    (int64_t)stats->disk_free);
	control_metrics_one(m, "spool_commits", CONTROL_COUNTER, NULL, "Commits since the start.",
			    (int64_t)stats->commits);
}
