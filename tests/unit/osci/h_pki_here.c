/* SPDX-License-Identifier: EUPL-1.2 */
/* The test keys and certificates of the pki tests, linked into the tests of this folder too. */
#include "../pki/h_pki.c"
#include "../pki/h_box.c"
#include "../pki/h_osci.c"
