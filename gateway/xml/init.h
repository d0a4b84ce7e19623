/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * init - makes libxml2 safe for the whole process, once: nothing is loaded from anywhere, nothing is printed.
 *
 * push, schema and tree call it themselves; who uses libxml2 directly (pki with xmlsec) calls it first. Any thread.
 */
#ifndef XML_INIT_H
#define XML_INIT_H

void xml_init(void);

#endif
