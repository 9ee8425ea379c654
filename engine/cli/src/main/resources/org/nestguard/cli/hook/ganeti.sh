#!/bin/sh
# NestGuard asks its agent before a guest is moved, saved or restored; see nestguard-hook(1).
# Written by `nestguard hook install @SYSTEM@`; `nestguard hook check @SYSTEM@` looks after it.
# Ganeti: all in the environment, the same on the master, the source and the target. A failover stops the guest and starts it
# anew: nothing of its memory moves.
@ASK@
case ${GANETI_OP_CODE-} in
OP_INSTANCE_MIGRATE) ;;
OP_INSTANCE_FAILOVER) pass ;;
*)
    say "${GANETI_OP_CODE:-nothing} is no operation that is asked about"
    refuse
    ;;
esac
ask "migrate" --data-urlencode "guest=${GANETI_INSTANCE_NAME-}" --data-urlencode "source=${GANETI_OLD_PRIMARY-}" \
    --data-urlencode "destination=${GANETI_NEW_PRIMARY-}" "http://localhost/v1/hooks/ganeti?operation=migrate"
