package org.nestguard.evidence.report;

import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** IP and MAC addresses in any text, and what only looks like one. */
final class Addresses {
    private static final Pattern MAC = Pattern.compile(
            "(?<![0-9A-Fa-f:-])[0-9A-Fa-f]{2}(?:(?::[0-9A-Fa-f]{2}){5,19}|(?:-[0-9A-Fa-f]{2}){5})(?![0-9A-Fa-f:-])");

    /** How udev calls a USB network card. */
    private static final Pattern CALLED_BY_MAC = Pattern.compile("(?<=\\benx)[0-9a-f]{12}(?![0-9A-Za-z])");

    private static final Pattern IPV4 = Pattern.compile("(?<![0-9.])(?:[0-9]{1,3}\\.){3}[0-9]{1,3}(?![0-9]|\\.[0-9])");
    private static final Pattern IPV6 = Pattern.compile(
            "(?<![0-9A-Za-z:_.])[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:]{1,40}(?:(?:[0-9]{1,3}\\.){3}[0-9]{1,3})?(?![0-9A-Za-z_])");

    /** Words after which four numbers are a version: {@code QEMU emulator version 5.14.0.1}, {@code vmlinuz-5.14.0.1}. */
    private static final Pattern VERSION_BEFORE = Pattern.compile(
            "(?i)(?:version|release|revision|rev|ver|api|bios|firmware|microcode|build|driver|linux|kernel|vmlinuz|initrd"
                    + "|initramfs|modules|qemu|qemu-kvm|libvirt|libvir|seabios|edk2|ovmf|gcc|binutils|\\bv|\\br)"
                    + "[\\s:=v(\"'/#-]{0,4}$");

    /** What distributions write after a version: {@code 5.14.0.1-70.el9}, {@code 5.14.0.1+deb}. */
    private static final Pattern VERSION_AFTER = Pattern.compile("[+~_]|-[0-9A-Za-z]");

    private static final Pattern PORT_OR_NETWORK = Pattern.compile(":[0-9]{1,5}(?![0-9.])|/[0-9]{1,2}(?![0-9.])");

    /** RFC 1918, whose first numbers no version has. */
    private static final Pattern PRIVATE = Pattern.compile("10\\.|192\\.168\\.|172\\.(?:1[6-9]|2[0-9]|3[01])\\.");

    private static final int CONTEXT = 32;
    private static final int DOCUMENTATION_MACS = 256;

    /** RFC 7042, section 2.1.2: 00-00-5E-00-53-00 to -FF are for documentation; beyond it locally administered ones. */
    private final Pseudonyms macs = new Pseudonyms(n -> n <= DOCUMENTATION_MACS
            ? String.format(Locale.ROOT, "00:00:5e:00:53:%02x", n - 1)
            : String.format(Locale.ROOT, "02:00:5e:%02x:%02x:%02x", (n >> 16) & 0xff, (n >> 8) & 0xff, n & 0xff));

    /** RFC 5737's three networks for documentation, then RFC 2544's for benchmarks. */
    private final Pseudonyms ipv4 = new Pseudonyms(Addresses::documented);

    /** RFC 3849. */
    private final Pseudonyms ipv6 = new Pseudonyms(n -> "2001:db8::" + Integer.toHexString(n));

    private static String documented(int n) {
        String[] networks = {"192.0.2.", "198.51.100.", "203.0.113."};
        int network = (n - 1) / 254;
        return network < networks.length
                ? networks[network] + ((n - 1) % 254 + 1)
                : "198." + (18 + (n >> 16) % 2) + "." + ((n >> 8) & 0xff) + "." + (n & 0xff);
    }

    int macCount() {
        return macs.count();
    }

    int ipCount() {
        return ipv4.count() + ipv6.count();
    }

    String withoutMacs(String text) {
        String named = CALLED_BY_MAC
                .matcher(text)
                .replaceAll(found ->
                        macs.of(found.group().replaceAll("..(?!$)", "$0:")).replace(":", ""));
        return MAC.matcher(named).replaceAll(found -> {
            String mac = found.group().toLowerCase(Locale.ROOT).replace('-', ':');
            return mac.matches("[0:]+|[f:]+") ? found.group() : macs.of(mac);
        });
    }

    String withoutIps(String text) {
        String half = IPV6.matcher(text).replaceAll(this::ipv6);
        return IPV4.matcher(half).replaceAll(found -> ipv4(half, found));
    }

    private String ipv4(String text, MatchResult found) {
        String address = found.group();
        int first = Integer.parseInt(address.substring(0, address.indexOf('.')));
        boolean nobodys = first == 127 || first == 0 || first == 255;
        for (String part : address.split("\\.", -1)) {
            nobodys |= Integer.parseInt(part) > 255 || (part.length() > 1 && part.startsWith("0"));
        }
        return nobodys || isVersion(text, found) ? address : ipv4.of(address);
    }

    private static boolean isVersion(String text, MatchResult found) {
        String after = text.substring(found.end(), Math.min(text.length(), found.end() + CONTEXT));
        if (PRIVATE.matcher(found.group()).lookingAt()
                || PORT_OR_NETWORK.matcher(after).lookingAt()) {
            return false;
        }
        String before = text.substring(Math.max(0, found.start() - CONTEXT), found.start());
        if (VERSION_BEFORE.matcher(before).find()) {
            return true;
        }
        Matcher range = IPV4.matcher(after);
        // 10.0.0.1-10.0.0.9 is a range of addresses, 10.0.0.1_eth0 hardly anything: shown is what has a version's tail
        return VERSION_AFTER.matcher(after).lookingAt() && !(range.find() && range.start() == 1);
    }

    private String ipv6(MatchResult found) {
        String token = found.group();
        // a colon that follows belongs to the sentence
        String address = token.endsWith(":") && !token.endsWith("::") ? token.substring(0, token.length() - 1) : token;
        if (!isIpv6(address)) {
            return token;
        }
        return ipv6.of(address.toLowerCase(Locale.ROOT)) + token.substring(address.length());
    }

    private static boolean isIpv6(String address) {
        if (address.equals("::") || address.equals("::1")) {
            return false; // nobody's
        }
        int gap = address.indexOf("::");
        if (gap >= 0 && address.indexOf("::", gap + 1) >= 0) {
            return false;
        }
        int groups = 0;
        for (String group : address.split(":", -1)) {
            if (group.contains(".")) {
                groups += 2;
            } else if (group.length() > 4) {
                return false;
            } else if (!group.isEmpty()) {
                groups++;
            }
        }
        return gap >= 0
                ? groups >= 1 && groups <= 7
                : groups == 8 && !address.startsWith(":") && !address.endsWith(":");
    }
}
