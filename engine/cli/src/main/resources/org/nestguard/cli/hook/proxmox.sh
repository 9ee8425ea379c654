#!/bin/sh
# NestGuard asks its agent before a guest is moved, saved or restored; see nestguard-hook(1).
# Written by `nestguard hook install @SYSTEM@`; `nestguard hook check @SYSTEM@` looks after it.
# Proxmox VE: VMID PHASE. A start on a node to which a guest is being migrated has PVE_MIGRATED_FROM set, to the source.
[ "${2-}" = pre-start ] && [ -n "${PVE_MIGRATED_FROM-}" ] || exit 0
@ASK@
uuid=$(sed -n '/^\[/q;s/^smbios1:.*uuid=\([0-9A-Fa-f-]*\).*/\1/p' \
    "/etc/pve/nodes/$PVE_MIGRATED_FROM/qemu-server/$1.conf" 2>/dev/null)
ask "migrate" --data-urlencode "vmid=$1" --data-urlencode "source=$PVE_MIGRATED_FROM" --data-urlencode "uuid=$uuid" \
    "http://localhost/v1/hooks/proxmox?operation=migrate"
