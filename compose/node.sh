#!/bin/sh
# Node as our services run it. Without bounds it lets garbage stand while the machine has memory; with room of a
# tenth (the default) it collects the whole heap twice a second.
exec "${MLA_NODE:-node}" --disable-warning=ExperimentalWarning \
  --max-semi-space-size=8 --max-old-space-size=192 --heap-growing-percent=30 "$@"
