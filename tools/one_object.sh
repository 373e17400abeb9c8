#!/bin/sh
# Makes of a static library one whose only object shows nothing but what is marked as visible, so that names inside cannot
# clash with those of the program it is linked into. usage: one_object.sh IN.a OUT.a
set -eu
object=$2.o
ld -r --whole-archive "$1" -o "$object"
objcopy --localize-hidden "$object"
rm -f "$2"
ar rcs "$2" "$object"
rm -f "$object"
