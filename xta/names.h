/* SPDX-License-Identifier: EUPL-1.2 */
/* names - the namespaces and fixed addresses of XTA 2, web service 2.1.1. */
#ifndef XTA_NAMES_H
#define XTA_NAMES_H

#define XTA_NS "http://xoev.de/transport/xta/211"
#define XTA_NS_BOX "http://www.osci.eu/ws/2008/05/transport"	/* of the message box: MsgBoxResponse and so on */
#define XTA_NS_META "http://www.osci.eu/ws/2014/10/transport"	/* of MessageMetaData and Author */
#define XTA_NS_WSA "http://www.w3.org/2005/08/addressing"
#define XTA_NS_SOAP12 "http://www.w3.org/2003/05/soap-envelope"
#define XTA_NS_SOAP11 "http://schemas.xmlsoap.org/soap/envelope/"
#define XTA_NS_XOP "http://www.w3.org/2004/08/xop/include"
#define XTA_NS_XENC "http://www.w3.org/2001/04/xmlenc#"
#define XTA_NS_WSSE "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
#define XTA_NS_XSI "http://www.w3.org/2001/XMLSchema-instance"

#define XTA_ANONYMOUS XTA_NS_WSA "/anonymous"
#define XTA_ACTION "http://www.xta.de/XTA/"
#define XTA_ACTION_BOX XTA_NS_BOX "/urn/messageTypes/"
#define XTA_REASON XTA_NS_BOX "/MsgBox/reasons/"

#endif
