package org.nestguard.evidence.report;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Takes out of texts what is nobody's business, and puts stand-ins of the same shape in its place, so that the text can be
 * read as before: the same UUID is the same other UUID everywhere. What is not known to be harmless and looks like a secret
 * goes. Not safe for use by several threads.
 */
public final class Redaction {
    /** How a text is to be looked at. */
    public enum Form {
        /** Anything may stand in it. */
        ANY,
        /** A list of versions: four numbers are no address there. */
        VERSIONS
    }

    /** The end of a key is enough; but {@code password-secret=ID} names an object and is no secret. */
    private static final String KEY =
            "(?:password|passwd|passphrase|passcode|(?<![a-z])(?:pass|pwd|psk)|token|(?<!-)secret|api[_-]?key"
                    + "|(?:access|secret|private|ssl)[_-]?key|credentials?)";

    private static final String QUOTE = "(?:[\"']|&quot;|&apos;|\\\\\")?";

    /** To the end of the quotes or, without any, of the option; QEMU writes a comma in a value twice. */
    private static final String VALUE = "((?<=\")[^\"\\\\]*+(?:\\\\.[^\"\\\\]*+){0,200}"
            + "|(?<=')[^']*+"
            + "|[^,\\s\"'<>&;}\\x00\\\\]*+(?:(?:,,|&(?!quot;|apos;))[^,\\s\"'<>&;}\\x00\\\\]*+){0,200})";

    private static final Pattern ASSIGNED =
            Pattern.compile("(?i)(" + KEY + ")(" + QUOTE + "[ \\t]{0,4}[=:][ \\t]{0,4}" + QUOTE + ")" + VALUE);
    private static final Pattern OPTION = Pattern.compile(
            "(?i)(--?(?:[a-z0-9_]{1,30}-){0,3}(?:password|passwd|passphrase|pass|psk|token|secret|api-?key)[ \\x00])([^\\s\\x00,=-][^\\s\\x00]*+)");
    private static final Pattern ELEMENT =
            Pattern.compile("(?i)(<(?:password|passwd|passphrase|token|secret-data)>)([^<]*+)(?=<)");
    private static final Pattern SECRET_OBJECT =
            Pattern.compile("(\\bsecret\\b[^\\s\\x00]{0,500}?[,\"]data(?:=|\"\\s*:\\s*\"))"
                    + "([^,\"\\s\\x00}]++(?:,,[^,\"\\s\\x00}]++){0,200})");
    private static final Pattern OBJECT_SECRET =
            Pattern.compile("(\"data\"\\s*:\\s*\")([^\"]*+)(?=\"[^\\x00}]{0,500}\"qom-type\"\\s*:\\s*\"secret\")");
    private static final Pattern URL =
            Pattern.compile("(://[^\\s/:@\"'<>\\x00]{0,200}:)([^\\s/@\"'<>\\x00]{1,500})(?=@)");
    private static final Pattern BEARER =
            Pattern.compile("(?i)((?:Authorization:\\s{0,4}[a-z]{1,20}|\\bBearer)\\s{1,4})([A-Za-z0-9._~+/=-]{8,})");
    private static final Pattern FIRMWARE_WORD = Pattern.compile(
            "((?:\\bopt/[^\\s\\x00,]{1,200},string=|\\btype=11,(?:[^\\s\\x00]{0,500},)?value=))([^\\x00\\n]*?)(?=\\x00|\\n|$| -|\"\\s)");
    private static final Pattern PRIVATE_KEY = Pattern.compile(
            // with headers of its own, which have hyphens, or cut off
            "()(-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[\\s\\S]{0,20000}?(?:-----END [A-Z ]{0,30}PRIVATE KEY-----|\\z))");
    private static final Pattern TOKEN_SHAPED =
            Pattern.compile("()(\\beyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]*"
                    + "|\\bgh[pousr]_[A-Za-z0-9]{20,}|\\bglpat-[A-Za-z0-9_-]{16,}|\\bAKIA[0-9A-Z]{16}\\b)");
    /** On the kernel's command line, as dracut takes it: {@code iscsi:user:password@…}, and the other way round behind it. */
    private static final Pattern ISCSI =
            Pattern.compile("(\\biscsi:(?!//))([^@:/\\s\\x00]{1,200}(?::[^@:/\\s\\x00]{0,200}){1,3})(?=@)");

    private static final Pattern CEPH = Pattern.compile(
            "(\\brbd:[^\\s\\x00]{0,500}?:key=|(?m:^)[ \\t]{0,20}key[ \\t]{0,4}=[ \\t]{0,4}(?=[A-Za-z0-9+/]{20,200}={0,2}[ \\t]*+$))"
                    + "((?:[^:\\\\\\s\\x00,\"']|\\\\.)++)",
            Pattern.MULTILINE);
    private static final Pattern FIRMWARE_ENTRY =
            Pattern.compile("(<entry name=[\"']opt/[^\"'<>]{1,200}[\"'][^<>]{0,200}>)([^<]*+)(?=<)");
    private static final Pattern OEM_STRING = Pattern.compile("(?m)(^\\s*String [0-9]+: |<entry>)([^<\\n]*+)");

    private static final List<Pattern> CREDENTIALS = List.of(
            PRIVATE_KEY,
            SECRET_OBJECT,
            OBJECT_SECRET,
            OPTION,
            ELEMENT,
            URL,
            BEARER,
            FIRMWARE_WORD,
            FIRMWARE_ENTRY,
            ISCSI,
            CEPH,
            TOKEN_SHAPED,
            OEM_STRING);

    private static final List<Pattern> SERIALS = List.of(
            Pattern.compile(
                    "(?im)(^[ \\t]*(?:Chassis |Board |Drive |Module )?(?:Serial(?: Number)?|Asset Tag|Service Tag"
                            + "|Sequence Code)[ \\t]*:[ \\t]*)([^\\n]+)"),
            Pattern.compile("(?i)(\\bSerialNumber: |\\bserial number:? |\\bID_SERIAL(?:_SHORT)?=)([^\\s,]+)"),
            Pattern.compile("(<(?:serial|wwn|wwnn|wwpn)>)([^<]*+)(?=<)"),
            Pattern.compile("(<entry name=[\"'](?:serial|asset|sku)[\"']>)([^<]*+)(?=<)"),
            Pattern.compile(
                    "((?:^|[,\\x00\\s\"])(?:serial|asset|wwn)(?:=|\"\\s{0,4}:\\s{0,4}\"?))([^,\"'\\s\\x00}<]++)"),
            Pattern.compile("(\\bby-id/)([^\\s\"',<>/\\x00]++)"),
            Pattern.compile("()((?<![A-Za-z0-9])(?:eui|naa|wwn)[.-](?:0x)?[0-9A-Fa-f]{16,32})"));

    private static final Set<String> NO_SERIAL = Set.of(
            "",
            "not",
            "no",
            "to",
            "system",
            "-",
            "0",
            "none",
            "unknown",
            "n/a",
            "not specified",
            "not available",
            "not provided",
            "not present",
            "default string",
            "to be filled by o.e.m.",
            "no asset tag",
            "no asset information",
            "system serial number",
            "not settable",
            "unspecified",
            "empty");

    private static final Set<String> NO_CREDENTIAL = Set.of(
            "", "on", "off", "yes", "no", "true", "false", "null", "none", "file", "{", "[", "disabled", "enabled");

    private static final Pattern NOTE = Pattern.compile("<(title|description)>[^<]*+</\\1>");

    private static final Pattern UUID = Pattern.compile(
            "(?<![0-9A-Fa-f])[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}(?![0-9A-Fa-f])");
    private static final Pattern MACHINE_ID = Pattern.compile(
            "(?i)((?:\\A|machine[ _]id[=:]\\s{0,4}|boot[ _]id[=:]\\s{0,4}|uuid=))([0-9a-f]{32})(?![0-9a-f])");
    private static final Pattern STORAGE_NAME = Pattern.compile("\\biqn\\.[0-9]{4}-[0-9]{2}\\.[^\\s,\"'<>/\\x00]++");

    private static final Pattern USER =
            Pattern.compile("(/home/|\\+ssh://(?=[^\\s/@]{1,64}@))([A-Za-z0-9_][A-Za-z0-9_.-]{0,63})");

    /** Of a host elsewhere: where a disk lies, where a migration goes. */
    private static final Pattern OTHER_HOST = Pattern.compile(
            "(<host [^>]{0,200}?name=[\"']|\"host\"\\s{0,4}:\\s{0,4}\"|\\b(?:tcp|rdma|tls|nbd|spice|vnc)://?(?=[A-Za-z])|\\btcp:(?=[A-Za-z])"
                    + "|\\bip=[^\\s:]{0,40}(?::[^\\s:]{0,40}){3}:(?=[A-Za-z])|\\b(?:nfs|NFS|lockd): server )"
                    + "([A-Za-z0-9][A-Za-z0-9_-]*+(?:\\.[A-Za-z0-9_-]++){0,8})(?=[\"':/,?\\s\\x00]|$)");

    /** The texts themselves are full of these; a machine called so is found where a name stands, not everywhere. */
    private static final Set<String> COMMON = Set.of(
            "host",
            "hosts",
            "guest",
            "kvm",
            "qemu",
            "linux",
            "localhost",
            "libvirt",
            "virsh",
            "cpu",
            "vcpu",
            "disk",
            "test",
            "node",
            "server",
            "default",
            "debian",
            "ubuntu",
            "fedora",
            "centos",
            "rhel",
            "suse",
            "windows",
            "name",
            "domain",
            "kernel",
            "system",
            "memory",
            "intel",
            "amd",
            "console",
            "virtio",
            "root",
            "boot",
            "data",
            "none",
            "true",
            "false",
            "running",
            "enabled",
            "password",
            "secret",
            "version",
            "machine",
            "network",
            "bridge",
            "nested",
            "flags",
            "processor",
            "parameters",
            "options",
            "state",
            "vendor",
            "model",
            "features",
            "devices",
            "driver",
            "uuid",
            "serial",
            "status",
            "pci",
            "usb");

    private static final int SHORTEST_FREE_NAME = 4;
    private static final int SHORTEST_LEARNED = 6;
    private static final String DOMAIN = "example.org";
    private static final String DOMAIN_TAIL = "(?:\\.[A-Za-z0-9][A-Za-z0-9-]*+){0,8}";

    private final Set<Kept> kept;
    private final List<Name> names = new ArrayList<>();
    private final Set<String> hostDomains;
    private final Addresses addresses = new Addresses();
    private final Pseudonyms hosts = new Pseudonyms(n -> "host-" + n);
    private final Pseudonyms guests = new Pseudonyms(n -> "guest-" + n);
    private final Pseudonyms serials = new Pseudonyms(n -> "serial-" + n);
    private final Pseudonyms users = new Pseudonyms(n -> "user-" + n);
    private final Pseudonyms secrets = new Pseudonyms(n -> "secret-" + n);
    private final Pseudonyms uuids =
            new Pseudonyms(n -> String.format(Locale.ROOT, "00000000-0000-4000-8000-%012d", n));
    private final Pseudonyms storage = new Pseudonyms(n -> "iqn.2000-01.org.example:storage-" + n);

    /** Serials and credentials as found, with their stand-ins: they may stand elsewhere without what gave them away. */
    private final Map<String, String> learned = new LinkedHashMap<>();

    /** One name with the places where it is looked for. */
    private record Name(String name, Pattern places, String standIn) {}

    /**
     * A redaction for one bundle.
     *
     * @param kept what stays readable
     * @param hostNames names of this host, with or without domain
     * @param guestNames names of its guests
     */
    public Redaction(Set<Kept> kept, Collection<String> hostNames, Collection<String> guestNames) {
        this.kept = kept.isEmpty() ? EnumSet.noneOf(Kept.class) : EnumSet.copyOf(kept);
        this.hostDomains = new java.util.TreeSet<>();
        List<Name> found = new ArrayList<>();
        if (!this.kept.contains(Kept.HOST_NAMES)) {
            for (String each : hostNames) {
                String name = each.strip().toLowerCase(Locale.ROOT);
                int dot = name.indexOf('.');
                String bare = dot > 0 ? name.substring(0, dot) : name;
                if (!bare.isEmpty() && !bare.equals("localhost")) {
                    found.add(hostName(bare, hosts.of(bare)));
                }
                if (dot > 0 && name.indexOf('.', dot + 1) > 0) {
                    hostDomains.add(name.substring(dot + 1));
                }
            }
        }
        if (!this.kept.contains(Kept.GUEST_NAMES)) {
            guestNames.stream()
                    .map(String::strip)
                    .filter(name -> !name.isEmpty())
                    .distinct()
                    .forEach(name -> found.add(guestName(name, guests.of(name))));
        }
        // the longer first: "build" is a part of "build-farm"
        found.sort(Comparator.comparingInt((Name name) -> name.name().length()).reversed());
        names.addAll(found);
    }

    private static Name hostName(String name, String standIn) {
        String quoted = Pattern.quote(name);
        String places = isFree(name)
                ? "()(?<![A-Za-z0-9_])" + quoted + "(" + DOMAIN_TAIL + ")(?![A-Za-z0-9_])"
                : "()(?:\\A(?=" + quoted + DOMAIN_TAIL + "\\s*\\z)|(?m:(?<=^Linux ))|(?<=set to <)|(?<=hostname[=:])"
                        + "|(?<=hostname: )|(?<=:[0-9]{2} )(?=\\S{1,253} (?:kernel|systemd)))"
                        + quoted + "(" + DOMAIN_TAIL + ")(?![A-Za-z0-9_-])";
        return new Name(name, Pattern.compile(places, Pattern.CASE_INSENSITIVE), standIn);
    }

    private static Name guestName(String name, String standIn) {
        String quoted = Pattern.quote(name);
        String escaped = Pattern.quote(name.replace("&", "&amp;").replace("<", "&lt;"));
        String places = isFree(name)
                ? "()(?<![A-Za-z0-9_])(?:" + quoted + "|" + escaped + ")()(?![A-Za-z0-9_])"
                : "(<name>|guest=|-name[ \\x00]|Domain: '|(?m:^)\\s*(?:[0-9]+|-)\\s+|domain-[0-9]+-|/|dumpxml[\\s_]|(?m:^)|,name=)"
                        + "(?:" + quoted + "|" + escaped
                        + ")()(?=<|,|'|\\s|\\x00|/|\\.(?:log|xml|monitor|pid|qcow2|img|raw)|\\z)";
        return new Name(name, Pattern.compile(places), standIn);
    }

    private static boolean isFree(String name) {
        return name.length() >= SHORTEST_FREE_NAME
                && !COMMON.contains(name.toLowerCase(Locale.ROOT))
                && !name.chars().allMatch(Character::isDigit);
    }

    /** A text without its secrets. */
    public String text(String text, Form form) {
        String now = withoutMetadata(text);
        now = ASSIGNED.matcher(now)
                .replaceAll(found -> quoted(found.group(1) + found.group(2) + credential(found.group(3))));
        for (Pattern pattern : CREDENTIALS) {
            now = pattern.matcher(now).replaceAll(found -> quoted(found.group(1) + credential(found.group(2))));
        }
        if (!kept.contains(Kept.SERIALS)) {
            for (Pattern pattern : SERIALS) {
                now = pattern.matcher(now).replaceAll(found -> quoted(found.group(1) + serial(found.group(2))));
            }
        }
        if (!kept.contains(Kept.UUIDS)) {
            now = UUID.matcher(now).replaceAll(this::uuid);
            now = MACHINE_ID.matcher(now).replaceAll(found -> quoted(found.group(1) + machineId(found.group(2))));
        }
        if (!kept.contains(Kept.MAC_ADDRESSES)) {
            now = addresses.withoutMacs(now);
        }
        if (!kept.contains(Kept.HOST_NAMES)) {
            now = STORAGE_NAME.matcher(now).replaceAll(found -> quoted(storage.of(found.group())));
            now = withoutOtherHosts(now);
        }
        now = withoutUsers(withoutNames(now));
        if (!kept.contains(Kept.IP_ADDRESSES) && form == Form.ANY) {
            now = addresses.withoutIps(now);
        }
        return now;
    }

    /** Takes out what was a secret in another text and stands here too. For all texts, when all have been through once. */
    public String again(String text) {
        String now = text;
        for (Map.Entry<String, String> each : learned.entrySet()) {
            if (now.contains(each.getKey())) {
                now = Pattern.compile("(?<![A-Za-z0-9])" + Pattern.quote(each.getKey()) + "(?![A-Za-z0-9])")
                        .matcher(now)
                        .replaceAll(quoted(each.getValue()));
            }
        }
        return now;
    }

    /** How many different secrets of each kind were replaced, in words. */
    public Map<String, Integer> counts() {
        Map<String, Integer> counts = new LinkedHashMap<>();
        counts.put("passwords and tokens", secrets.count());
        counts.put(Kept.SERIALS.word(), serials.count());
        counts.put(Kept.UUIDS.word(), uuids.count());
        counts.put(Kept.MAC_ADDRESSES.word(), addresses.macCount());
        counts.put(Kept.IP_ADDRESSES.word(), addresses.ipCount());
        counts.put(Kept.HOST_NAMES.word(), hosts.count() + storage.count());
        counts.put(Kept.GUEST_NAMES.word(), guests.count());
        return counts;
    }

    /** What orchestrators note of a guest, its owner and project among it, says nothing of the machine. */
    private static String withoutMetadata(String text) {
        StringBuilder kept = new StringBuilder();
        int from = 0;
        int begin;
        while ((begin = text.indexOf("<metadata", from)) >= 0) {
            int end = text.indexOf("</metadata>", begin);
            if (end < 0) {
                break;
            }
            kept.append(text, from, begin).append("<metadata/>");
            from = end + "</metadata>".length();
        }
        String rest = from == 0 ? text : kept.append(text, from, text.length()).toString();
        return NOTE.matcher(rest).replaceAll("<$1/>");
    }

    /** Users are nobody's business at all: there is nothing to keep. */
    private String withoutUsers(String text) {
        return USER.matcher(text)
                .replaceAll(found -> quoted(
                        found.group(2).matches("user-[0-9]+")
                                ? found.group()
                                : found.group(1) + users.of(found.group(2))));
    }

    private String credential(String value) {
        if (NO_CREDENTIAL.contains(value.strip().toLowerCase(Locale.ROOT))
                || value.chars().allMatch(c -> c == '*')
                || value.matches("secret-[0-9]+")) {
            return value;
        }
        return learn(value, secrets.of(value));
    }

    private String serial(String value) {
        String bare = value.strip();
        if (NO_SERIAL.contains(bare.toLowerCase(Locale.ROOT))
                || bare.matches("0+|serial-[0-9]+|secret-[0-9]+")
                || UUID.matcher(bare).matches()) {
            return value;
        }
        return learn(bare, serials.of(bare.toLowerCase(Locale.ROOT)));
    }

    private String learn(String secret, String standIn) {
        if (secret.length() >= SHORTEST_LEARNED && isFree(secret)) {
            learned.putIfAbsent(secret, standIn);
            learned.putIfAbsent(
                    secret.replace("&amp;", "&").replace("&lt;", "<").replace(",,", ","), standIn);
        }
        return standIn;
    }

    private String uuid(MatchResult found) {
        String uuid = found.group().toLowerCase(Locale.ROOT);
        return uuid.matches("[0-]+") ? uuid : uuids.of(uuid);
    }

    private String machineId(String id) {
        String lower = id.toLowerCase(Locale.ROOT);
        String uuid = lower.substring(0, 8) + "-" + lower.substring(8, 12) + "-" + lower.substring(12, 16) + "-"
                + lower.substring(16, 20) + "-" + lower.substring(20);
        return uuids.of(uuid).replace("-", "");
    }

    private String withoutOtherHosts(String text) {
        String now = OTHER_HOST.matcher(text).replaceAll(found -> {
            String name = found.group(2);
            // a PCI address and a plain number are no machine, an IP address has its own stand-in
            boolean none = name.equals("localhost") || name.matches("[0-9.]+|[0-9a-fA-F]{4}") || COMMON.contains(name);
            return quoted(
                    found.group(1) + (none ? name : hosts.of(bare(name)) + (name.contains(".") ? "." + DOMAIN : "")));
        });
        String lower = hostDomains.isEmpty() ? "" : now.toLowerCase(Locale.ROOT);
        for (String domain : hostDomains) {
            if (!lower.contains(domain)) {
                continue;
            }
            now = Pattern.compile(
                            "(?<![A-Za-z0-9_.-])((?:[A-Za-z0-9_-]{1,63}\\.){0,6})" + Pattern.quote(domain)
                                    + "(?![A-Za-z0-9_-])",
                            Pattern.CASE_INSENSITIVE)
                    .matcher(now)
                    .replaceAll(found ->
                            quoted((found.group(1).isEmpty() ? "" : hosts.of(bare(found.group(1))) + ".") + DOMAIN));
        }
        return now;
    }

    private static String bare(String name) {
        int dot = name.indexOf('.');
        return (dot > 0 ? name.substring(0, dot) : name).toLowerCase(Locale.ROOT);
    }

    private String withoutNames(String text) {
        String now = text;
        String lower = null;
        for (Name name : names) {
            if (lower == null) {
                lower = now.toLowerCase(Locale.ROOT);
            }
            String looked = name.name().toLowerCase(Locale.ROOT);
            if (lower.contains(looked) || lower.contains(looked.replace("&", "&amp;"))) {
                now = name.places()
                        .matcher(now)
                        .replaceAll(found -> quoted(found.group(1)
                                + name.standIn()
                                + (found.group(2).isEmpty() || isSuffix(found.group(2))
                                        ? found.group(2)
                                        : "." + DOMAIN)));
                lower = null;
            }
        }
        return now;
    }

    /** Is what follows a host's name the ending of a file rather than a domain? */
    private static boolean isSuffix(String following) {
        return following.matches("\\.(?:log|xml|conf|qcow2|img|raw|pid|monitor|tar|gz)");
    }

    private static String quoted(String replacement) {
        return java.util.regex.Matcher.quoteReplacement(replacement);
    }
}
