/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * parts - what the parts of an application are called, said once for the rooms that make, send and open one.
 *
 * They are names in the spool, Content-IDs of the attachments of an OSCI message, and files in a clerk's folder: to
 * rename one is to change an interface.
 */
#ifndef BASE_PARTS_H
#define BASE_PARTS_H

#define PART_XML "application.xml"	/* travels inside the content container: what a specialist procedure reads */
#define PART_PDF "application.pdf"	/* the same for a person */
#define PART_UPLOAD "upload-"		/* and a number from 1 on: what the citizen added */

#endif
