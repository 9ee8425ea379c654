#!/bin/sh
# NestGuard asks its agent before a guest is moved, saved or restored; see nestguard-hook(1).
# Written by `nestguard hook install @SYSTEM@`; `nestguard hook check @SYSTEM@` looks after it.
# VDSM: the event is the name of the folder; the guest's XML lies in a file. 1 would mean "go on".
@ASK@
case $0 in
*/before_vm_migrate_source/*) event=migrate-source ;;
*/before_vm_migrate_destination/*) event=migrate-destination ;;
*/before_vm_hibernate/*) event=save ;;
*/before_vm_dehibernate/*) event=restore ;;
*)
    say "$0 is in no folder of an event that is asked about"
    refuse
    ;;
esac
[ -f "${_hook_domxml-}" ] && [ -r "$_hook_domxml" ] || {
    say "VDSM gave no XML of the guest"
    refuse
}
ask "$event" --data-binary @- -H 'Content-Type: application/xml' "http://localhost/v1/hooks/vdsm?operation=$event" \
    <"$_hook_domxml"
