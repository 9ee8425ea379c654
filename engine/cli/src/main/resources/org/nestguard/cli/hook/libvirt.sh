#!/bin/sh
# NestGuard asks its agent before a guest is moved, saved or restored; see nestguard-hook(1).
# Written by `nestguard hook install @SYSTEM@`; `nestguard hook check @SYSTEM@` looks after it.
# libvirt: NAME OPERATION SUB-OPERATION EXTRA, the guest's XML on standard input. Nothing may be written to standard output:
# it would replace the XML. All but these two are none of our business: a refusal of others stops or kills guests.
# https://libvirt.org/hooks.html
case ${2-}/${3-} in
migrate/begin | restore/begin) ;;
*) exit 0 ;;
esac
@ASK@
[ "$2" != restore ] || kept=', the image is kept: start the guest again once the agent answers'
ask "$2" --data-binary @- -H 'Content-Type: application/xml' "http://localhost/v1/hooks/libvirt?operation=$2"
