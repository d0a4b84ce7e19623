/* SPDX-License-Identifier: EUPL-1.2 */
/* names - the namespaces of signatures and encryption. Private to pki. */
#ifndef PKI_NAMES_H
#define PKI_NAMES_H

#define NS_DS "http://www.w3.org/2000/09/xmldsig#"
#define NS_XENC "http://www.w3.org/2001/04/xmlenc#"
#define NS_XENC11 "http://www.w3.org/2009/xmlenc11#"
#define NS_EXC "http://www.w3.org/2001/10/xml-exc-c14n#"
#define NS_OSCI "http://www.osci.de/2002/04/osci"
#define NS_OSCI128 "http://xoev.de/transport/osci12/8"

#endif
