/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of gateway/control/metrics. */
#include "cm.h"

#include "base/clock.h"
#include "control/metrics.h"
#include "h_control.h"

static void has(const struct control_metrics *m, const char *line)
{
	const char *at = strstr(m->text.p, line);

	if (at == NULL || (at != m->text.p && at[-1] != '\n'))
		fail_msg("no line \"%s\" in:\n%s", line, m->text.p);
}

static void a_page_is_openmetrics(void **state)
{
	struct err e = ERR_INIT;
	struct control_metrics m;

	(void)state;
	control_metrics_begin(&m);
	control_metrics_family(&m, "things", CONTROL_COUNTER, NULL, "Things.");
	control_metrics_sample(&m, "kind", "good", 7);
	control_metrics_sample(&m, "kind", "bad", 0);
	control_metrics_family(&m, "age_seconds", CONTROL_GAUGE, "seconds", "An age.");
	control_metrics_seconds(&m, NULL, NULL, 61005);
	control_metrics_seconds(&m, "of", "before", -1500);
	control_metrics_one(&m, "open", CONTROL_GAUGE, NULL, "Open ones.", INT64_MAX);
	assert_ok(control_metrics_end(&m, &e), e);
	assert_string_equal(m.text.p, "# TYPE depesche_things counter\n"
				      "# HELP depesche_things Things.\n"
				      "depesche_things_total{kind=\"good\"} 7\n"
				      "depesche_things_total{kind=\"bad\"} 0\n"
				      "# TYPE depesche_age_seconds gauge\n"
				      "# UNIT depesche_age_seconds seconds\n"
				      "# HELP depesche_age_seconds An age.\n"
				      "depesche_age_seconds 61.005\n"
				      "depesche_age_seconds{of=\"before\"} -1.500\n"
				      "# TYPE depesche_open gauge\n"
				      "# HELP depesche_open Open ones.\n"
				      "depesche_open 9223372036854775807\n"
				      "# EOF\n");
	control_metrics_fini(&m);
}

static void a_page_without_end_is_an_error(void **state)
{
	struct err e = ERR_INIT;
	struct control_metrics m;

	(void)state;
	control_metrics_begin(&m);
	for (int i = 0; i < 100000; i++)
		control_metrics_one(&m, "x", CONTROL_GAUGE, NULL, "X.", i);
	assert_int_equal(control_metrics_end(&m, &e), ERR_LIMIT);
	control_metrics_fini(&m);
}

static void what_waits_and_why_is_counted(void **state)
{
	struct err e = ERR_INIT;
	struct spool_stats stats;
	struct spool_delivery d;
	char id[ID_TEXT_LEN];
	struct control_metrics m;
	struct id dlv;
	int64_t due;

	(void)state;
	h_ctl_submit("osci-1", "ags:05315000", id, &dlv);
	h_ctl_submit("osci-2", "ags:05334002", id, NULL);
	assert_ok(h_claim(h_ctl.spool.s, h_ctl.spool.a, clock_now(), 60000, &d, &due, &e), e);
	d.due = clock_now() + 3600000;
	d.reason = RSN_CERT_EXPIRED;
	assert_ok(spool_delivery_step(h_ctl.spool.s, &d, DLV_EV_DEFERRED,
				      &(struct spool_event){ .at = clock_now(), .kind = SPOOL_EV_DEFERRED,
							     .reason = RSN_CERT_EXPIRED }, NULL, &e), e);
	assert_ok(spool_stats_get(h_ctl.spool.s, &stats, &e), e);
	control_metrics_begin(&m);
	control_metrics_of_spool(&m, h_ctl.spool.s, &stats, id_time(&dlv) + 90000);
	has(&m, "depesche_deliveries{state=\"waiting\"} 1\n");
	has(&m, "depesche_deliveries{state=\"queued\"} 1\n");
	has(&m, "depesche_delayed_deliveries{reason=\"CERT-EXPIRED\"} 1\n");
	has(&m, "depesche_delayed_deliveries{reason=\"NET-TIMEOUT\"} 0\n");
	has(&m, "depesche_delayed_owner_deliveries{owner=\"recipient\"} 1\n");
	has(&m, "depesche_delayed_owner_deliveries{owner=\"operator\"} 0\n");
	has(&m, "depesche_messages{kind=\"application\"} 2\n");
	has(&m, "depesche_events_total{event=\"accepted\"} 2\n");
	has(&m, "depesche_events_total{event=\"deferred\"} 1\n");
	has(&m, "depesche_oldest_delivery_age_seconds 90.000\n");
	has(&m, "depesche_accepting 1\n");
	has(&m, "depesche_spool_dead 0\n");
	control_metrics_fini(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_page_is_openmetrics),
		cmocka_unit_test(a_page_without_end_is_an_error),
		T(what_waits_and_why_is_counted),
	};
	return cmocka_run_group_tests_name("gateway/control-metrics", tests, NULL, NULL);
}
