/* The sub-commands of `cordon`, one file each. Each gets its own arguments, argv[0] being its name, and returns the
 * exit status: 0 done, 1 failed, 2 wrong usage, others as its usage text says. */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

int command_screen(int argc, char **argv);
int command_import(int argc, char **argv);
int command_export(int argc, char **argv);
int command_verify(int argc, char **argv);
int command_lists(int argc, char **argv);
int command_backup(int argc, char **argv);
int command_restore(int argc, char **argv);
int command_doctor(int argc, char **argv);
int command_feed(int argc, char **argv);
int command_hub(int argc, char **argv);
int command_user(int argc, char **argv);
int command_demo(int argc, char **argv);
int command_key(int argc, char **argv);
int command_figures(int argc, char **argv);
int command_portal(int argc, char **argv);
int command_kit(int argc, char **argv);
int command_witness(int argc, char **argv);

#endif
