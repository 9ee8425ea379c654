#!/bin/bash
# What a hook's script costs, process and all: libvirt's against a shell script that does nothing but the same call of curl, and
# against one that does nothing at all. Rounds are interleaved; what counts is the ratio of each pair.
#
#   hook.sh [-n ROUNDS] [-d DIST]
#
# DIST is an unpacked nestguard (bin, lib, share); by default the one that `mvn package` leaves in engine/cli/target.
# The agent is a real one that knows no guest, so its share is small; it is in both. Needs bash 5, curl and a JDK.
set -eu

rounds=101
here=$(cd -- "$(dirname -- "$0")" && pwd -P)
dist=$here/../../target/nestguard
while getopts n:d: option; do
    case $option in
    n) rounds=$OPTARG ;;
    d) dist=$OPTARG ;;
    *) exit 2 ;;
    esac
done
dist=$(cd -- "$dist" && pwd -P)

work=$(mktemp -d)
agent=
# shellcheck disable=SC2317 # the trap calls it
end() {
    [ -z "$agent" ] || kill "$agent" 2>/dev/null || true
    [ -z "$agent" ] || wait "$agent" 2>/dev/null || true
    rm -rf "$work"
}
trap end EXIT

chmod 700 "$work"
socket=$work/agent.sock
"$dist/bin/nestguard" serve --state "$work" --socket "$socket" >"$work/serve.out" 2>"$work/serve.log" &
agent=$!
for _ in $(seq 300); do
    [ -S "$socket" ] && curl -q -s -f --unix-socket "$socket" http://localhost/readyz >/dev/null && break
    kill -0 "$agent" || {
        cat "$work/serve.log" >&2
        exit 1
    }
    sleep 0.1
done

"$dist/bin/nestguard" hook install libvirt --root "$work" --socket "$socket" >/dev/null
hook=$work/etc/libvirt/hooks/qemu.d/50-nestguard
[ -x "$hook" ] || hook=$work/etc/libvirt/hooks/qemu
cat >"$work/curl.sh" <<SH
#!/bin/sh
curl -q -s --noproxy '*' --unix-socket '$socket' --max-time 2 -o /dev/null --data-binary @- \\
    -H 'Content-Type: application/xml' 'http://localhost/v1/hooks/libvirt?operation=migrate'
SH
printf '#!/bin/sh\nexit 0\n' >"$work/empty.sh"
chmod 755 "$work/curl.sh" "$work/empty.sh"
{
    echo "<domain type='kvm'><name>l1</name><uuid>11111111-2222-4333-8444-555555555555</uuid>"
    printf '<!-- %s -->\n' "$(head -c 6000 /dev/zero | tr '\0' x)"
    echo "</domain>"
} >"$work/xml"

# Microseconds that a command takes.
took() {
    local start=${EPOCHREALTIME/[.,]/} status=0
    "$@" <"$work/xml" >"$work/out" 2>"$work/err" || status=$?
    spent=$((${EPOCHREALTIME/[.,]/} - start))
    ended=$status
}

median() {
    sort -n | awk '{v[NR] = $1} END {print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2}'
}

round() {
    took "$work/empty.sh"
    local line=$spent
    took "$hook" l1 started begin -
    [ "$ended" = 0 ] || exit 1
    line+=" $spent"
    took "$work/curl.sh"
    line+=" $spent"
    took "$hook" l1 migrate begin -
    # nobody knows the guest: a refusal by the service, not for want of an answer
    [ "$ended" = 1 ] && grep -q 'no guest is known' "$work/err" || {
        echo "hook.sh: this is not what is measured: $(cat "$work/err")" >&2
        exit 1
    }
    echo "$line $spent"
}

for _ in $(seq 20); do
    round >/dev/null
done
for _ in $(seq "$rounds"); do
    round >>"$work/rounds"
done
row() { printf '%-44s %8.2f ms\n' "$1" "$(awk "{print $2 / 1000}" "$work/rounds" | median)"; }
row 'an empty script' '$1'
row 'the hook, at what is not asked about' '$2'
row 'the same curl and nothing else' '$3'
row 'the hook, asking' '$4'
printf '%-44s %8.2f ms, %.2f times\n' 'the share that is ours' \
    "$(awk '{print ($4 - $3) / 1000}' "$work/rounds" | median)" "$(awk '{print $4 / $3}' "$work/rounds" | median)"
