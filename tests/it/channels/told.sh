#!/bin/sh
# Notes, beside the name it is called by, what it was told: its input, its arguments, its environment.
cat >"$0.in"
for argument in "$@"; do printf '%s\n' "$argument"; done >"$0.args"
env >"$0.env"
