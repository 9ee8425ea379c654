set -u
PATH=/usr/sbin:/usr/bin:/sbin:/bin
LC_ALL=C
export PATH LC_ALL

socket='@SOCKET@'
bound=@BOUND@               # seconds
settings='@SETTINGS@'       # what the site lets pass where no answer comes
spool='@SPOOL@'             # notes of what was let pass so
most=10000                  # of them, then no more passes
refusal=@REFUSAL@           # what this system takes for a refusal
kept=                       # what is said of an image that is not restored

# Whatever happens, whoever ends this script without having said otherwise has refused.
refuse() {
    trap - EXIT
    exit "$refusal"
}
trap refuse EXIT HUP INT QUIT PIPE ALRM TERM

pass() {
    trap - EXIT
    exit 0
}

say() { printf 'nestguard: %s\n' "$1" >&2; }

# One line without control characters, of a length that a log takes.
plain() { printf '%s' "$1" | tr -d '\000-\037\177' | cut -c1-400; }

# Whether a file is root's, with its folder, and nobody else can write there.
roots() {
    [ -f "$1" ] && [ ! -L "$1" ] || return 1
    for path in "$1" "${1%/*}"; do
        found=$(stat -c '%u %a' "$path" 2>/dev/null) || return 1
        case $found in
        "0 "*[2367] | "0 "*[2367]?) return 1 ;;
        "0 "*) ;;
        *) return 1 ;;
        esac
    done
}

# No answer came. The site may have said that this is no refusal; then it is noted, or it is one.
no_answer() {
    say "no answer from the agent: $1"
    if roots "$settings" && [ "$(sed -n 's/^no-answer:[[:space:]]*//p' "$settings" | tail -n 1)" = allow ]; then
        # whole or not there, and not without end: the agent counts them when it starts
        [ "$(ls -f "$spool" 2>/dev/null | head -n "$most" | wc -l)" -lt "$most" ] &&
            note=$(mktemp "$spool/.new.XXXXXXXX") && printf 'at: %s\nsystem: %s\nwhat: %s\nwhy: %s\n' \
            "$(date -u +%Y-%m-%dT%H:%M:%SZ)" '@SYSTEM@' "$(plain "$what")" "$(plain "$1")" >"$note" &&
            mv "$note" "$spool/passed.${note##*.}" || {
            say "it cannot be noted in $spool that the site lets this pass; refused"
            refuse
        }
        logger -t nestguard -p daemon.warning "let pass without an answer: @SYSTEM@ $(plain "$what")" 2>/dev/null
        say "let pass, as $settings says"
        pass
    fi
    say "refused$kept; see: nestguard hook check @SYSTEM@"
    refuse
}

# ask WHAT CURL-ARGUMENT...: passes on nothing but a whole answer that says ALLOW.
ask() {
    what=$1
    shift
    command -v curl >/dev/null || no_answer "there is no curl; install it"
    # through head: a reply without end is cut, and then there is no status
    reply=$({
        curl -q -s --noproxy '*' --unix-socket "$socket" --max-time "$bound" -o - -w '\n%{http_code}' "$@" 2>/dev/null
        printf '\nstatus %s' "$?"
    } | head -c 4096 | tr '\000' '?')
    case $reply in
    'ALLOW
END

200
status 0' | 'ALLOW
'*'
END

200
status 0') pass ;;
    # whole or not: a refusal that broke off is one
    'DENY
'* | 'UNDETERMINED
'*)
        printf '%s\n' "$reply" | sed -n '1!{/^END$/q;p;}' | head -n 2 | while IFS= read -r line; do say "$(plain "$line")"; done
        refuse
        ;;
    *'
status 7') no_answer "nothing listens at $socket; is nestguard-agent running?" ;;
    *'
status 28') no_answer "none came within $bound s" ;;
    *'
status 0') no_answer "what came is no answer" ;;
    *) no_answer "it broke off ($(plain "${reply##*
}"))" ;;
    esac
}
