/* What `cordon verify` can verify, one file each; arguments and exit status as a sub-command's. */
#ifndef CLI_VERIFY_H
#define CLI_VERIFY_H

int verify_ledger(int argc, char **argv);
int verify_edition(int argc, char **argv);
int verify_entry(int argc, char **argv);
int verify_figures(int argc, char **argv);

#endif
