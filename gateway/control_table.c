/* SPDX-License-Identifier: EUPL-1.2 */
#include "control.h"

const struct gw_command gw_commands[] = {
	{ "queue.list", false, gw_control_queue_list },
	{ "queue.show", false, gw_control_queue_show },
	{ "queue.shape", false, gw_control_queue_shape },
	{ "queue.retry", true, gw_control_queue_retry },
	{ "queue.hold", true, gw_control_queue_hold },
	{ "queue.release", true, gw_control_queue_release },
	{ "queue.cancel", true, gw_control_queue_cancel },
	{ "trace", false, gw_control_trace },
	{ "why", false, gw_control_why },
	{ "status", false, gw_control_status },
	{ "audit", false, gw_control_audit },
	{ "backup", true, gw_control_backup },
	{ NULL, false, NULL },
};
