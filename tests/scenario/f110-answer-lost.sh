#!/bin/bash
# SPDX-License-Identifier: EUPL-1.2
# The intermediary stores the delivery, its answer is lost: the sender asks before it sends again, and nothing doubles.
BASE_PORT=20200
. "$(dirname "$0")/lib.bash"
scenario_sandbox 's/retry_first: .*/retry_first: 3s/; s/retry_most: .*/retry_most: 3s/'
entry_through_fault
start_fault "lose-second 1"	# the first answer of the connection is the message id, the second that of storeDelivery
start_all

id=$(send 1)
check "an application is accepted" [ -n "$id" ]
check "the answer to storeDelivery is lost: NET-ANSWER-LOST" fails_for "$id" NET-ANSWER-LOST
check "the mailbox holds the delivery already" is "$(status_of mail)" 1
check "the sender does not know that" why_is "$id" unsure true
check "the sender learns that it is stored" comes_to "$id" done
check "the trace shows what happened" traced "$id" deferred NET-ANSWER-LOST
check "the mailbox still holds one" is "$(status_of mail)" 1
start_towns
check "it arrives once, as it was sent" all_arrived_once 1
