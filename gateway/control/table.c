/* SPDX-License-Identifier: EUPL-1.2 */
/* The list of all commands. */
#include "control/control.h"

const struct control_command control_commands[] = {
	{ "queue.list", false, control_queue_list },
	{ "queue.show", false, control_queue_show },
	{ "queue.shape", false, control_queue_shape },
	{ "queue.retry", true, control_queue_retry },
	{ "queue.hold", true, control_queue_hold },
	{ "queue.release", true, control_queue_release },
	{ "queue.cancel", true, control_queue_cancel },
	{ "queue.resend", true, control_queue_resend },
	{ "queue.damaged", false, control_queue_damaged },
	{ "suspend.recipient", true, control_suspend_recipient },
	{ "suspend.peer", true, control_suspend_peer },
	{ "suspend.list", false, control_suspended },
	{ "resume.recipient", true, control_resume_recipient },
	{ "resume.peer", true, control_resume_peer },
	{ "card.verify", false, control_card_verify },
	{ "trace", false, control_trace },
	{ "why", false, control_why },
	{ "status", false, control_status },
	{ "audit", false, control_audit },
	{ "backup", true, control_backup },
	{ NULL, false, NULL },
};
