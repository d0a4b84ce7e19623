/* SPDX-License-Identifier: EUPL-1.2 */
/* The style sheet. */
#include <string.h>

#include "form/web/service.h"

/* Contrast of text at least 7:1, of controls at least 3:1 (WCAG 1.4.6, 1.4.11); works at 320 px and 400 % zoom. */
static const char style[] =
	"*{box-sizing:border-box}\n"
	"html{font-size:112.5%}\n"
	"body{margin:0;font-family:'DejaVu "
	"Sans',Verdana,Arial,sans-serif;line-height:1.5;color:#1b1b1b;background:#fff}\n"
	".wrap{max-width:44rem;margin-left:auto;margin-right:auto;padding-left:1rem;padding-right:1rem}\n"
	"header{background:#003064;color:#fff}\n"
	"header p{margin:0 auto;padding-top:.75rem;padding-bottom:.75rem;font-weight:bold}\n"
	"footer{background:#f0f2f4;border-top:1px solid #767676;margin-top:3rem;padding:1rem 0}\n"
	"footer ul{list-style:none;margin:0;padding:0}\n"
	"footer li{display:inline-block;margin-right:1.5rem}\n"
	"main{display:block;padding-top:1.5rem}\n"
	"main:focus{outline:none}\n"
	"h1{font-size:1.75rem;line-height:1.2;margin:.5rem 0 1rem}\n"
	"h2{font-size:1.25rem;margin:2rem 0 .5rem}\n"
	"h3{font-size:1.05rem;margin:1.25rem 0 .25rem}\n"
	"a{color:#003ea8}\n"
	"a:focus,button:focus,input:focus,select:focus,textarea:focus,.fehler:focus{outline:3px solid #003ea8;"
	"outline-offset:2px;box-shadow:0 0 0 2px #fff}\n"
	".skip{position:absolute;left:-999rem;background:#fff;color:#003ea8;padding:.5rem 1rem}\n"
	".skip:focus{left:1rem;top:.5rem;z-index:1}\n"
	".vh{position:absolute;width:1px;height:1px;margin:-1px;padding:0;border:0;overflow:hidden;clip:rect(0 0 0 0);"
	"white-space:nowrap}\n"
	".feld{margin:1.5rem 0}\n"
	".falsch{border-left:5px solid #b10000;padding-left:.9rem}\n"
	"label,legend{font-weight:bold}\n"
	".wahl label{font-weight:normal}\n"
	"fieldset{border:0;margin:0;padding:0;min-width:0}\n"
	"fieldset.gruppe{border-top:2px solid #003064;margin:2rem 0;padding:.25rem 0 0}\n"
	"fieldset.gruppe>legend{font-size:1.15rem;padding:0 .75rem 0 0}\n"
	".frei{font-weight:normal;color:#4a4a4a}\n"
	".hinweis{margin:.15rem 0 .35rem;color:#4a4a4a}\n"
	".problem{margin:.15rem 0 .35rem;color:#a00000;font-weight:bold}\n"
	"input:not([type=radio]):not([type=checkbox]):not([type=file]),select,textarea{display:block;width:100%;font:"
	"inherit;"
	"color:inherit;background:#fff;border:2px solid #5a5a5a;border-radius:0;padding:.45rem "
	".5rem;margin-top:.25rem}\n"
	"input.kurz{max-width:14rem}\n"
	"input[type=file]{font:inherit;max-width:100%;margin:.5rem 0}\n"
	".wahl{display:flex;gap:.75rem;align-items:flex-start;padding:.35rem 0}\n"
	".wahl input{flex:none;width:1.5rem;height:1.5rem;margin:.05rem 0 0}\n"
	".falsch input,.falsch select,.falsch textarea{border-color:#b10000}\n"
	"button{font:inherit;font-weight:bold;min-height:2.75rem;padding:.5rem 1.5rem;border:2px solid #003064;"
	"background:#003064;color:#fff;cursor:pointer}\n"
	"button.zweit,button.klein{background:#fff;color:#003064}\n"
	"button.klein{font-size:1rem;padding:.25rem .75rem;min-height:2.25rem}\n"
	"p.klein{font-size:.9rem}\n"
	".knoepfe{display:flex;flex-wrap:wrap;gap:1rem;margin:2rem 0}\n"
	".fehler{border:4px solid #b10000;padding:1rem 1.25rem;margin:1rem 0 2rem}\n"
	".fehler h2{margin:0 0 .5rem}\n"
	".fehler ul{margin:0;padding-left:1.25rem}\n"
	".fehler a{color:#a00000;font-weight:bold}\n"
	".meldung{border-left:5px solid #003ea8;background:#eef3fb;padding:.75rem 1rem}\n"
	".schritt{margin:0;color:#4a4a4a}\n"
	".dateien{list-style:none;margin:.5rem 0;padding:0}\n"
	".dateien li{display:flex;flex-wrap:wrap;gap:.5rem 1rem;align-items:center;border:1px solid "
	"#767676;padding:.5rem "
	".75rem;margin:.35rem 0;overflow-wrap:anywhere}\n"
	".dateien span:first-child{flex:1 1 12rem}\n"
	".abschnitt{display:flex;flex-wrap:wrap;gap:0 1.5rem;align-items:baseline;border-bottom:2px solid #003064;"
	"margin-top:2rem}\n"
	".abschnitt h2{flex:1 1 auto;margin:0}\n"
	"dl{margin:.5rem 0}\n"
	"dl div{display:flex;flex-wrap:wrap;gap:0 1rem;border-bottom:1px solid #c8c8c8;padding:.4rem 0}\n"
	"dt{flex:1 1 14rem;font-weight:bold}\n"
	"dd{flex:2 1 18rem;margin:0;overflow-wrap:anywhere}\n"
	".stand li{margin:.75rem 0}\n"
	".stand .offen{color:#4a4a4a}\n"
	"@media print{.skip,footer,.knoepfe{display:none}}\n";

int form_page_style(struct http_request *rq, void *ctx, struct err *e)
{
	(void)ctx;
	http_header_add(rq, "Cache-Control", "max-age=3600");
	http_header_add(rq, "X-Content-Type-Options", "nosniff");
	return http_reply(rq, 200, "text/css; charset=utf-8", style, sizeof(style) - 1, e);
}
