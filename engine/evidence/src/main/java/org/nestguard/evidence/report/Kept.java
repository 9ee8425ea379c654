package org.nestguard.evidence.report;

/** What an operator may choose to leave readable in a bundle. Passwords and tokens are never among it. */
public enum Kept {
    SERIALS("serials"),
    UUIDS("uuids"),
    MAC_ADDRESSES("mac-addresses"),
    IP_ADDRESSES("ip-addresses"),
    HOST_NAMES("host-names"),
    GUEST_NAMES("guest-names");

    private final String word;

    Kept(String word) {
        this.word = word;
    }

    /** As it is written after {@code --keep}. */
    public String word() {
        return word;
    }
}
