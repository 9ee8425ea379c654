#!/bin/sh
# NestGuard asks its agent before a guest is moved, saved or restored; see nestguard-hook(1).
# Written by `nestguard hook install @SYSTEM@`; `nestguard hook check @SYSTEM@` looks after it.
# XAPI: -vmuuid UUID -reason REASON; the event is the name of the folder. 1 would mean "log it and go on".
@ASK@
case $0 in
*/vm-pre-migrate/*) event=migrate ;;
*/vm-pre-suspend/*) event=save ;;
*/vm-pre-resume/*) event=restore ;;
*)
    say "$0 is in no folder of an event that is asked about"
    refuse
    ;;
esac
uuid=
while [ $# -gt 0 ]; do
    [ "$1" = -vmuuid ] && uuid=${2-}
    shift
done
ask "$event" --data-urlencode "uuid=$uuid" "http://localhost/v1/hooks/xapi?operation=$event"
