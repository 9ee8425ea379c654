#!/bin/bash
# The start of the whole command, process and all: `nestguard check` on one question against a Java program that does
# nothing, with the same options on the same JDK. Rounds are interleaved; what counts is the ratio of each pair.
#
#   cold.sh [-n ROUNDS] [-q QUESTION] [-d DIST] JDK_HOME...
#
# DIST is an unpacked nestguard (bin, lib, share); by default the one that `mvn package` leaves in engine/cli/target.
# Needs nothing but bash, date and the JDKs.
set -eu

rounds=21
here=$(cd -- "$(dirname -- "$0")" && pwd -P)
dist=$here/../../target/nestguard
question=
while getopts n:q:d: option; do
    case $option in
    n) rounds=$OPTARG ;;
    q) question=$OPTARG ;;
    d) dist=$OPTARG ;;
    *) exit 2 ;;
    esac
done
shift $((OPTIND - 1))
[ $# -gt 0 ] || {
    echo "usage: cold.sh [-n ROUNDS] [-q QUESTION] [-d DIST] JDK_HOME..." >&2
    exit 2
}
dist=$(cd -- "$dist" && pwd -P)
[ -n "$question" ] || question=$dist/share/nestguard/example.yaml

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -R "$dist" "$work/dist"
rm -rf "$work/dist/lib/archive"

cat >"$work/Empty.java" <<'JAVA'
public class Empty {
    public static void main(String[] args) {}
}
JAVA

# Milliseconds that a command takes; its status is the answer's, not a failure here.
took() {
    local start end
    start=$(date +%s%N)
    "$@" >"$work/out" 2>"$work/err" </dev/null || true
    end=$(date +%s%N)
    echo $(((end - start) / 10000)) # hundredths of a millisecond
}

median() {
    sort -n | awk '{v[NR] = $1} END {print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2}'
}

# The launcher's own options; keep in step with bin/nestguard.
empty() {
    "$1/bin/java" -Xlog:disable -Xlog:all=error:stderr -Xlog:cds=off:stderr -XX:+DisplayVMOutputToStderr \
        -XX:TieredStopAtLevel=1 -XX:CompileThresholdScaling=1.5 -XX:+UseSerialGC -Djdk.reflect.useNativeAccessorOnly=true "${@:2}" -cp "$work/classes" Empty
}

printf '%-34s %12s %12s %12s %8s %8s\n' 'JDK' 'empty ms' 'check ms' 'no archive' 'ratio' 'no arch.'
for jdk in "$@"; do
    rm -rf "$work/classes"
    "$jdk/bin/javac" -d "$work/classes" "$work/Empty.java"
    export JAVA_HOME=$jdk
    # makes the archive, and fills the system's caches
    for _ in 1 2; do
        took "$work/dist/bin/nestguard" check "$question" >/dev/null
        took env NESTGUARD_ARCHIVE=no "$work/dist/bin/nestguard" check "$question" >/dev/null
        took empty "$jdk" >/dev/null
    done
    [ -s "$work/out" ] || true
    : >"$work/rounds"
    for _ in $(seq "$rounds"); do
        e=$(took empty "$jdk")
        c=$(took "$work/dist/bin/nestguard" check "$question")
        [ -s "$work/out" ] || {
            echo "cold.sh: no answer: $(cat "$work/err")" >&2
            exit 1
        }
        n=$(took env NESTGUARD_ARCHIVE=no "$work/dist/bin/nestguard" check "$question")
        echo "$e $c $n" >>"$work/rounds"
    done
    version=$(sed -n 's/^JAVA_RUNTIME_VERSION="\(.*\)"/\1/p' "$jdk/release")
    printf '%-34s %12.1f %12.1f %12.1f %8.2f %8.2f\n' "$version" \
        "$(awk '{print $1 / 100}' "$work/rounds" | median)" \
        "$(awk '{print $2 / 100}' "$work/rounds" | median)" \
        "$(awk '{print $3 / 100}' "$work/rounds" | median)" \
        "$(awk '{print $2 / $1}' "$work/rounds" | median)" \
        "$(awk '{print $3 / $1}' "$work/rounds" | median)"
done
