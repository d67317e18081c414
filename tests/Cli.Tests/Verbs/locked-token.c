/* A PKCS#11 module (v2.40) whose one token asks for a PIN that is locked. FLAGS are those of the token: CKF_USER_PIN_LOCKED (0x40000) or not yet. */
#include <string.h>
typedef unsigned long U; typedef U (*F)();
#define FILL(p, n, text) memset(p, ' ', n); memcpy(p, text, strlen(text))
struct info { unsigned char version[2]; char maker[32]; U flags; char description[32]; unsigned char library[2]; };
struct slot { char description[64], maker[32]; U flags; unsigned char hardware[2], firmware[2]; };
struct token { char label[32], maker[32], model[16], serial[16]; U flags, counts[10]; unsigned char hardware[2], firmware[2]; char time[16]; };
static U no() { return 0x54; }
static U yes() { return 0; }
static U locked() { return 0xA4; }
static U info(struct info *i) { memset(i, 0, sizeof *i); FILL(i->maker, 32, "test"); FILL(i->description, 32, "test"); i->version[0] = 2; return 0; }
static U slots(unsigned char present, U *list, U *count) { if (list) list[0] = 1; *count = 1; return 0; }
static U slot(U id, struct slot *s) { memset(s, 0, sizeof *s); FILL(s->description, 64, "test"); FILL(s->maker, 32, "test"); s->flags = 1; return 0; }
static U token(U id, struct token *t) { memset(t, 0, sizeof *t); FILL(t->label, 32, "locked"); FILL(t->maker, 32, "test"); FILL(t->model, 16, "test"); FILL(t->serial, 16, "1"); FILL(t->time, 16, ""); t->flags = FLAGS; return 0; }
static U open_session(U id, U flags, void *a, void *n, U *session) { *session = 7; return 0; }
static struct { unsigned char version[2]; F all[68]; } list;
U C_GetFunctionList(void **out) {
  for (int i = 0; i < 68; i++) list.all[i] = no;
  list.version[0] = 2; list.version[1] = 40;
  /* By their places in CK_FUNCTION_LIST: 18 is C_Login. */
  list.all[0] = yes; list.all[1] = yes; list.all[2] = (F)info; list.all[3] = (F)C_GetFunctionList; list.all[4] = (F)slots; list.all[5] = (F)slot; list.all[6] = (F)token;
  list.all[12] = (F)open_session; list.all[13] = yes; list.all[18] = locked;
  *out = &list; return 0;
}
